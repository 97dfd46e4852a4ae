// The last refusals, kept so that a late copy of a refused request is not carried out after all.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <unordered_map>
#include <utility>

#include "absl/status/status.h"

namespace pleat {

// A client that was refused goes on and does something else; a copy of its request that was held up
// somewhere must not change that. Not journaled: copies come over connections, which end with the
// process. Not thread-safe.
class RefusalBook {
 public:
  // Keeps at most so many.
  explicit RefusalBook(size_t most) : most_(most) {}

  // Keeps the first refusal of a request.
  void Record(const std::string& request_id, std::string request_sha256, absl::Status status);
  // How this very request was refused; null if it was not.
  const absl::Status* Find(const std::string& request_id, const std::string& request_sha256) const;
  // Whether a request with this id was: another one may be allowed.
  bool Contains(const std::string& request_id) const { return refusals_.contains(request_id); }

 private:
  struct Refusal {
    std::string request_sha256;
    absl::Status status;
  };

  const size_t most_;
  std::unordered_map<std::string, Refusal> refusals_;  // by request id
  std::deque<std::string> order_;                      // oldest first
};

}  // namespace pleat
