#include "coordinator/service/snapshot_maker.h"

#include <utility>

#include "common/base/failpoint.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "coordinator/journal/snapshot_file.h"

namespace pleat {

SnapshotMaker::SnapshotMaker(SnapshotPlan plan) : plan_(std::move(plan)), state_(plan_.replies) {}

void SnapshotMaker::Begin() {
  absl::Status status;
  if (plan_.last.has_value()) {
    const auto snapshot = ReadSnapshot(plan_.state_dir, *plan_.last);
    status = snapshot.status();
    if (status.ok()) {
      status = state_.Load(*snapshot,
                           [this](uint64_t sequence) { return plan_.begun.contains(sequence); });
    }
  }
  if (!status.ok()) {
    Log(LogLevel::kWarning, "the last snapshot cannot be used; the next is made from the journal",
        {{"error", status.message()}});
  }
  next_ = state_.sequence() + 1;
}

absl::StatusOr<bool> SnapshotMaker::Take(const RecordPage& page) {
  v1::JournalRecord record;
  for (const std::string& body : page.bodies) {
    if (!record.ParseFromString(body)) return absl::DataLossError("a record is none");
    if (record.sequence() > plan_.through) return true;
    PLEAT_RETURN_IF_ERROR(state_.Apply(record));
  }
  next_ = page.next;
  return page.is_last || next_ > plan_.through;
}

absl::StatusOr<v1::SnapshotTaken> SnapshotMaker::Write() const {
  PLEAT_RETURN_IF_ERROR(FailPoint("coordinator.snapshot.before_file"));
  PLEAT_ASSIGN_OR_RETURN(v1::SnapshotTaken taken,
                         WriteSnapshot(plan_.state_dir, state_.Snapshot()));
  PLEAT_RETURN_IF_ERROR(FailPoint("coordinator.snapshot.after_file"));
  return taken;
}

}  // namespace pleat
