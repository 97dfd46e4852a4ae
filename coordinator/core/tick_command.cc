// What comes with time: lost leases, waits that are over, groups that fell silent, space that runs
// short.
#include <algorithm>

#include "absl/strings/str_format.h"
#include "coordinator/core/core_impl.h"

namespace pleat {
namespace {

// A small disk is not to be kept empty: at most this part of it.
constexpr uint64_t kLargestKeptPart = 50;

std::string ShortOfSpaceText(const std::string& store, const StoreSpace& space, uint64_t needed) {
  const auto mib = [](uint64_t bytes) { return static_cast<double>(bytes) / (1 << 20); };
  return absl::StrFormat(
      "no tasks are handed out, because the disk of store %s has %.1f MiB free, less than %.1f "
      "MiB; free space there, and it goes on by itself",
      store, mib(space.free_bytes), mib(needed));
}

}  // namespace

void CoordinatorCore::Impl::On(uint64_t, const Tick&) {
  for (const LeaseTable::Lost& lost : leases.FindLost(now.lease_ms)) {
    const Sweep& sweep = *state.FindSweep(lost.task.sweep);
    // Giving up the task before may have ended this one with their sweep.
    if (!sweep.running.contains(lost.task.task)) continue;
    EndAttempt(sweep, lost.task.task,
               {.end = v1::ATTEMPT_END_EXPIRED,
                .message = absl::StrCat("worker ", sweep.tasks.at(lost.task.task).worker,
                                        " is lost: ", lost.message)});
    const TaskState& task = sweep.tasks.at(lost.task.task);
    if (!task.has_advanced) JudgeGroups(sweep, {{task.worker, task.host}});
    DecideAfterLoss(sweep, lost.task.task);
  }
  EndWaitsOfTasks();
  for (const auto& [sweep, retry] : effect_retries) StartEffect(sweep);
  looks_for_garbage = true;
  workers.ForgetSilent(now.lease_ms - options.forget_worker_ms);
}

void CoordinatorCore::Impl::EndWaitsOfTasks() {
  for (auto next = task_retries.begin(); next != task_retries.end();) {
    const auto retry = next++;
    if (retry->second > now.lease_ms) continue;
    const TaskRef task = retry->first;
    task_retries.erase(retry);
    // It may have been cancelled, or even removed, meanwhile.
    const Sweep* sweep = state.FindSweep(task.sweep);
    if (sweep == nullptr || !sweep->delayed.contains(task.task)) continue;
    v1::JournalRecord record = RecordFor(*sweep);
    record.mutable_task_ready()->set_task(TaskId(task.task));
    Emit(std::move(record));
  }
}

void CoordinatorCore::Impl::On(uint64_t, const StoreSpace& space) {
  const uint64_t needed = std::min(options.min_free_bytes, space.total_bytes / kLargestKeptPart);
  // A quarter more before work goes on, so that it does not stop and go around the mark.
  const uint64_t mark = hold_reason.empty() ? needed : needed + needed / 4;
  hold_reason =
      space.free_bytes < mark ? ShortOfSpaceText(options.store_location, space, needed) : "";
  for (const auto& [rank, sweep] : state.live_sweeps()) HoldOrRelease(*sweep);
}

void CoordinatorCore::Impl::HoldOrRelease(const Sweep& sweep) {
  if (sweep.hold.empty() == hold_reason.empty()) return;
  v1::JournalRecord record = RecordFor(sweep);
  record.mutable_hold_changed()->set_reason(hold_reason);
  Emit(std::move(record));
}

}  // namespace pleat
