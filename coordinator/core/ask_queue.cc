#include "coordinator/core/ask_queue.h"

namespace pleat {

void AskQueue::EraseIfIdle(const std::string& study) {
  const auto position = studies_.find(study);
  if (position == studies_.end()) return;
  if (position->second.waiting.empty() && !position->second.is_suggesting) {
    studies_.erase(position);
  }
}

size_t AskQueue::waiting() const {
  size_t count = 0;
  for (const auto& [study, asks] : studies_) count += asks.waiting.size();
  return count;
}

void AskQueue::Forget(uint64_t token) {
  for (auto& [study, asks] : studies_) {
    std::erase_if(asks.waiting, [&](const PendingAsk& ask) { return ask.token == token; });
  }
}

}  // namespace pleat
