// What is refused or postponed while the journal's disk is short of space.
#include <utility>

#include "absl/strings/str_cat.h"
#include "coordinator/core/core_impl.h"

namespace pleat {
namespace {

// What a command asks of the journal's disk.
enum class Claim {
  kNothing,    // it reads, or is journaled by a little at most, perhaps to free space
  kNewWork,    // it brings work
  kReport,     // it brings running work on
  kOwnResult,  // the coordinator's own work came to its end
  kOwnTime,    // what comes with time, and comes again
};

struct ClaimOf {
  Claim operator()(const v1::SubmitRequest&) const { return Claim::kNewWork; }
  Claim operator()(const v1::AddTrialRequest&) const { return Claim::kNewWork; }
  Claim operator()(const v1::FinishSearchRequest&) const { return Claim::kNewWork; }
  Claim operator()(const v1::ExtendRequest&) const { return Claim::kNewWork; }
  Claim operator()(const v1::RetryRequest&) const { return Claim::kNewWork; }
  Claim operator()(const v1::ChangeLimitsRequest&) const { return Claim::kNewWork; }
  Claim operator()(const v1::CreateStudyRequest&) const { return Claim::kNewWork; }
  Claim operator()(const v1::AskRequest&) const { return Claim::kNewWork; }
  Claim operator()(const v1::ReportRequest&) const { return Claim::kReport; }
  Claim operator()(const v1::TellRequest&) const { return Claim::kReport; }
  Claim operator()(const v1::ReportEpochRequest&) const { return Claim::kReport; }
  Claim operator()(const v1::PublishCheckpointRequest&) const { return Claim::kReport; }
  Claim operator()(const v1::QuarantineCheckpointRequest&) const { return Claim::kReport; }
  Claim operator()(const v1::CompleteTaskRequest&) const { return Claim::kReport; }
  Claim operator()(const v1::FailTaskRequest&) const { return Claim::kReport; }
  Claim operator()(const EffectDone&) const { return Claim::kOwnResult; }
  Claim operator()(const StudySuggested&) const { return Claim::kOwnResult; }
  Claim operator()(const CollectionDone&) const { return Claim::kOwnResult; }
  Claim operator()(const Tick&) const { return Claim::kOwnTime; }
  Claim operator()(const StoreSpace&) const { return Claim::kOwnTime; }
  template <typename Other>
  Claim operator()(const Other&) const {
    return Claim::kNothing;
  }
};

// Empty: it has none.
std::string RequestIdOf(const Command& command) {
  return std::visit(
      [](const auto& request) -> std::string {
        if constexpr (requires { request.request_id(); }) {
          return request.request_id();
        } else {
          return "";
        }
      },
      command);
}

}  // namespace

bool CoordinatorCore::Impl::LacksSpace(uint64_t token, const Command& command) {
  if (!space.IsShort()) return false;
  // A retry gets the answer that is kept, which costs nothing.
  if (state.replies().Find(RequestIdOf(command)) != nullptr) return false;
  switch (std::visit(ClaimOf(), command)) {
    case Claim::kNothing:
      return false;
    case Claim::kNewWork:
      Refuse(token, absl::ResourceExhaustedError(space.reason()));
      return true;
    case Claim::kReport:
      // Workers try this again until it is heard, and keep their leases by heartbeats meanwhile.
      if (space.IsSpent()) Refuse(token, absl::UnavailableError(space.reason()));
      return space.IsSpent();
    case Claim::kOwnTime:
      return space.IsSpent();
    case Claim::kOwnResult:
      if (space.IsSpent()) postponed.push_back(command);
      return space.IsSpent();
  }
  return false;
}

void CoordinatorCore::Impl::On(uint64_t, const StateSpace& report) {
  const bool was_short = space.IsShort();
  space.Report(report.space, options.min_free_state_bytes);
  if (space.IsSpent()) return;
  for (const Command& command : std::exchange(postponed, {})) Dispatch(0, command);
  // Those who wait are offered again what they were not given.
  if (was_short && !space.IsShort()) served_offers = 0;
}

void CoordinatorCore::Impl::On(uint64_t token, const v1::SnapshotTaken& taken) {
  v1::JournalRecord record;
  *record.mutable_snapshot_taken() = taken;
  Emit(std::move(record));
  Answer(token, std::monostate());
}

}  // namespace pleat
