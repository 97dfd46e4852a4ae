// AddTrial, FinishSearch: trials from outside.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/config/trial_config.h"
#include "coordinator/core/core_impl.h"
#include "coordinator/core/given_trials.h"
#include "coordinator/core/sweep_errors.h"

namespace pleat {
namespace {

absl::Status CheckTakesTrials(const Sweep* sweep, const std::string& name) {
  if (sweep == nullptr) return NoSuchSweep(name);
  if (sweep->ended.has_value()) return AlreadyEnded(*sweep);
  const std::optional<std::string> why_not = WhyNoGivenTrial(*sweep);
  return why_not.has_value() ? absl::FailedPreconditionError(*why_not) : absl::OkStatus();
}

// The point that the request asks for; that it can be trained is checked too.
absl::StatusOr<std::vector<v1::ParameterValue>> ReadPoint(const Sweep& sweep,
                                                          const v1::AddTrialRequest& request) {
  const auto& values = request.parameters();
  PLEAT_ASSIGN_OR_RETURN(std::vector<v1::ParameterValue> point,
                         sweep.search->Take({values.begin(), values.end()}));
  const auto number = static_cast<uint32_t>(sweep.given.size());
  PLEAT_RETURN_IF_ERROR(ResolveTrial(sweep.spec, number, point).status());
  return point;
}

}  // namespace

void CoordinatorCore::Impl::On(uint64_t token, const v1::AddTrialRequest& request) {
  if (AnswerRetry<v1::AddTrialResponse>(token, request)) return;
  const Sweep* sweep = state.FindSweep(request.name());
  if (absl::Status status = CheckTakesTrials(sweep, request.name()); !status.ok()) {
    return Refuse(token, status);
  }
  const size_t waiting = sweep->given.size() - std::min(sweep->given.size(), sweep->trials.size());
  if (absl::Status status = CheckCapacity(
          waiting, options.capacity.given_trials,
          absl::StrCat("trials of sweep '", sweep->name, "' that wait for their turn"),
          "add more when some have ended");
      !status.ok()) {
    return Refuse(token, status);
  }
  const auto point = ReadPoint(*sweep, request);
  if (!point.ok()) return Refuse(token, point.status());
  v1::AddTrialResponse response;
  response.set_trial(static_cast<uint32_t>(sweep->given.size()));
  v1::JournalRecord record = RecordFor(*sweep);
  record.mutable_trial_given()->set_trial(response.trial());
  record.mutable_trial_given()->mutable_parameters()->Assign(point->begin(), point->end());
  *record.mutable_reply() = MakeReply(request, response);
  Emit(std::move(record));
  Advance(request.name());
  Answer(token, std::move(response));
}

void CoordinatorCore::Impl::On(uint64_t token, const v1::FinishSearchRequest& request) {
  if (AnswerRetry<v1::FinishSearchResponse>(token, request)) return;
  const Sweep* sweep = state.FindSweep(request.name());
  if (sweep == nullptr) return Refuse(token, NoSuchSweep(request.name()));
  if (!TakesGivenTrials(*sweep)) {
    return Refuse(token, absl::FailedPreconditionError(*WhyNoGivenTrial(*sweep)));
  }
  v1::FinishSearchResponse response;
  response.set_trials(static_cast<uint32_t>(sweep->given.size()));
  // A spent budget has ended the search already, perhaps before all that were given.
  const bool is_over = sweep->search_finished || sweep->search_ended.has_value();
  if (sweep->ended.has_value() || is_over) return Answer(token, response);
  if (sweep->given.empty()) {
    return Refuse(token, absl::FailedPreconditionError(
                             absl::StrCat("sweep '", sweep->name,
                                          "' has no trial yet; add one, or cancel the sweep with "
                                          "`pleat cancel ",
                                          sweep->name, "`")));
  }
  v1::JournalRecord record = RecordFor(*sweep);
  record.mutable_search_finished()->set_trials(response.trials());
  *record.mutable_reply() = MakeReply(request, response);
  Emit(std::move(record));
  Advance(request.name());
  Answer(token, response);
}

}  // namespace pleat
