#include "coordinator/core/poll_queue.h"

#include <iterator>

namespace pleat {

std::optional<Poll> PollQueue::Park(Poll poll) {
  const std::string worker_id = poll.request.worker_id();
  uint64_t arrival = ++arrivals_;
  std::optional<Poll> replaced;
  if (const auto position = by_worker_.find(worker_id); position != by_worker_.end()) {
    const uint64_t replaced_arrival = position->second;
    replaced = Take(replaced_arrival);
    if (replaced->request.request_id() == poll.request.request_id()) arrival = replaced_arrival;
  }
  by_worker_[worker_id] = arrival;
  by_token_[poll.token] = arrival;
  by_deadline_.emplace(poll.deadline_ms, arrival);
  lines_[KindOf(poll)].insert(arrival);
  polls_.emplace(arrival, std::move(poll));
  return replaced;
}

std::optional<Poll> PollQueue::TakeWorker(const std::string& worker_id) {
  const auto position = by_worker_.find(worker_id);
  if (position == by_worker_.end()) return std::nullopt;
  return Take(position->second);
}

bool PollQueue::Forget(uint64_t token) {
  const auto position = by_token_.find(token);
  if (position == by_token_.end()) return false;
  Take(position->second);
  return true;
}

std::optional<Poll> PollQueue::TakeOverdue(int64_t now_ms) {
  if (by_deadline_.empty() || by_deadline_.begin()->first > now_ms) return std::nullopt;
  return Take(by_deadline_.begin()->second);
}

void PollQueue::Serve(absl::FunctionRef<bool(const Poll&)> serve,
                      absl::FunctionRef<bool(const Poll&)> is_special) {
  std::map<uint64_t, const std::set<uint64_t>*> heads;  // the next arrival of each line
  for (const auto& [kind, line] : lines_) heads.emplace(*line.begin(), &line);
  while (!heads.empty()) {
    const auto [arrival, line] = *heads.begin();
    heads.erase(heads.begin());
    const bool is_served = serve(polls_.at(arrival));
    if (!is_served && !is_special(polls_.at(arrival))) continue;
    const auto next = line->upper_bound(arrival);
    if (next != line->end()) heads.emplace(*next, line);
    if (is_served) Take(arrival);
  }
}

Poll PollQueue::Take(uint64_t arrival) {
  const auto position = polls_.find(arrival);
  Poll poll = std::move(position->second);
  polls_.erase(position);
  by_worker_.erase(poll.request.worker_id());
  by_token_.erase(poll.token);
  by_deadline_.erase({poll.deadline_ms, arrival});
  const auto line = lines_.find(KindOf(poll));
  line->second.erase(arrival);
  if (line->second.empty()) lines_.erase(line);
  return poll;
}

}  // namespace pleat
