#include "worker/session/lease_observer.h"

#include "absl/strings/str_cat.h"

namespace pleat {
namespace {

absl::Status StayUnless(bool leaving) {
  return leaving ? absl::CancelledError("the worker is leaving") : absl::OkStatus();
}

}  // namespace

LeaseObserver::LeaseObserver(CoordinatorClient& client, LeaseKeeper& keeper,
                             const std::atomic<bool>& leaving)
    : client_(client), keeper_(keeper), leaving_(leaving) {}

StepAction LeaseObserver::NextAction(const v1::Progress& progress) {
  keeper_.SetProgress(progress);
  if (keeper_.over()) return StepAction::kStop;
  if (leaving_ || !pause_reason_.empty()) return StepAction::kCheckpointAndStop;
  return keeper_.waits() ? StepAction::kAwaitCheckpoint : StepAction::kContinue;
}

bool LeaseObserver::ShouldAbandon() const { return leaving_ || keeper_.over(); }

absl::Status LeaseObserver::KeepGoing() {
  keeper_.Advance();
  if (keeper_.over()) return absl::CancelledError(keeper_.reason());
  return StayUnless(leaving_);
}

absl::Status LeaseObserver::OnEpoch(const v1::EpochMetrics& metrics) {
  const absl::StatusOr<v1::Directive> directive = client_.ReportEpoch(keeper_.attempt(), metrics);
  if (directive.ok() && directive->stop()) {
    keeper_.End(directive->reason());
    return absl::CancelledError(directive->reason());
  }
  if (directive.ok() && directive->pause()) pause_reason_ = directive->reason();
  return Heard(directive.status());
}

absl::Status LeaseObserver::OnCheckpoint(const v1::Checkpoint& checkpoint) {
  return Heard(client_.PublishCheckpoint(keeper_.attempt(), checkpoint));
}

absl::StatusOr<std::optional<v1::Checkpoint>> LeaseObserver::OnDamagedCheckpoint(
    const v1::Checkpoint& checkpoint, const std::string& message) {
  auto next = client_.QuarantineCheckpoint(keeper_.attempt(), checkpoint, message);
  if (!next.ok()) return Heard(next.status());
  return next;
}

absl::Status LeaseObserver::Heard(const absl::Status& status) {
  if (status.ok()) return status;
  if (IsStale(status)) keeper_.End(std::string(status.message()));
  if (!IsRefused(status)) return absl::CancelledError(status.message());
  // The code is the coordinator's; here it would say something of this worker's own work.
  const std::string message = absl::StrCat("the coordinator refused a report: ", status.ToString());
  return absl::IsResourceExhausted(status) ? absl::ResourceExhaustedError(message)
                                           : absl::InternalError(message);
}

absl::Status FollowingObserver::KeepGoing() { return StayUnless(leaving_); }

}  // namespace pleat
