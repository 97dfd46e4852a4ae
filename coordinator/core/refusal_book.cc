#include "coordinator/core/refusal_book.h"

namespace pleat {

void RefusalBook::Record(const std::string& request_id, std::string request_sha256,
                         absl::Status status) {
  if (!refusals_.try_emplace(request_id, Refusal{std::move(request_sha256), std::move(status)})
           .second) {
    return;
  }
  order_.push_back(request_id);
  if (order_.size() <= most_) return;
  refusals_.erase(order_.front());
  order_.pop_front();
}

const absl::Status* RefusalBook::Find(const std::string& request_id,
                                      const std::string& request_sha256) const {
  const auto refusal = refusals_.find(request_id);
  if (refusal == refusals_.end() || refusal->second.request_sha256 != request_sha256) {
    return nullptr;
  }
  return &refusal->second.status;
}

}  // namespace pleat
