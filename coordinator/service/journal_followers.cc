#include "coordinator/service/journal_followers.h"

#include <algorithm>
#include <set>
#include <utility>

#include "common/base/status_macros.h"
#include "coordinator/core/sweep_errors.h"

namespace pleat {
namespace {

// A name may have had another life before: it ended with the last SweepRemoved.
void DropEarlierLife(std::vector<v1::JournalRecord>& records) {
  const auto removed =
      std::find_if(records.rbegin(), records.rend(),
                   [](const v1::JournalRecord& record) { return record.has_sweep_removed(); });
  records.erase(records.begin(), removed.base());
}

// The journal has other owners too: the coordinator itself ("") and studies ("study/…").
bool MayNameSweep(const std::string& owner) {
  return !owner.empty() && owner.find('/') == std::string::npos;
}

}  // namespace

absl::StatusOr<JournalPage> JournalFollowers::ReadPage(const FollowRequest& request) {
  JournalPage page;
  PLEAT_ASSIGN_OR_RETURN(page.records, journal_.Read(request.sweep, request.from, kPageRecords));
  if (state_.FindSweep(request.sweep) != nullptr) DropEarlierLife(page.records);
  for (v1::JournalRecord& record : page.records) record.clear_reply();
  return page;
}

void JournalFollowers::Follow(uint64_t token, FollowRequest request, Callback done) {
  if (!MayNameSweep(request.sweep)) return done(NoSuchSweep(request.sweep));
  absl::StatusOr<JournalPage> page = ReadPage(request);
  if (!page.ok() || !page->records.empty()) return done(std::move(page));
  const Sweep* sweep = state_.FindSweep(request.sweep);
  if (sweep == nullptr) return done(NoSuchSweep(request.sweep));
  if (!request.wait || sweep->ended.has_value()) return done(JournalPage{});
  waiting_.emplace(token, Follower{std::move(request), std::move(done)});
}

void JournalFollowers::Forget(uint64_t token) {
  auto follower = waiting_.extract(token);
  if (!follower.empty()) follower.mapped().done(absl::CancelledError("the reader went away"));
}

void JournalFollowers::OnCommitted(std::span<const v1::JournalRecord> records) {
  if (waiting_.empty() || records.empty()) return;
  std::set<std::string> sweeps;
  for (const v1::JournalRecord& record : records) sweeps.insert(record.sweep());
  for (auto next = waiting_.begin(); next != waiting_.end();) {
    const auto follower = next++;
    if (!sweeps.contains(follower->second.request.sweep)) continue;
    absl::StatusOr<JournalPage> page = ReadPage(follower->second.request);
    if (page.ok() && page->records.empty()) continue;
    const Callback done = std::move(follower->second.done);
    waiting_.erase(follower);
    done(std::move(page));
  }
}

void JournalFollowers::OnProgress(const std::string& sweep, const v1::TaskProgress& progress) {
  for (auto next = waiting_.begin(); next != waiting_.end();) {
    const auto follower = next++;
    const FollowRequest& request = follower->second.request;
    if (!request.progress || request.sweep != sweep) continue;
    const Callback done = std::move(follower->second.done);
    waiting_.erase(follower);
    done(JournalPage{{}, {progress}});
  }
}

void JournalFollowers::Close() {
  for (auto& [token, follower] : std::exchange(waiting_, {})) {
    follower.done(absl::UnavailableError("the coordinator is stopping; try again"));
  }
}

}  // namespace pleat
