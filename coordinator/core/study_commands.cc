// CreateStudy, Ask, Report, Tell, ListStudies, GetStudy, RemoveStudy.
#include <cmath>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/config/did_you_mean.h"
#include "common/config/study_search.h"
#include "common/config/trial_config.h"
#include "common/store/store_layout.h"
#include "coordinator/core/core_impl.h"
#include "coordinator/core/study_view.h"

namespace pleat {
namespace {

v1::JournalRecord RecordForStudy(const std::string& name) {
  v1::JournalRecord record;
  record.set_study(name);
  return record;
}

absl::Status CheckStudyName(const std::string& name) {
  if (layout::IsName(name)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("name: '", name.substr(0, 64),
                   "' is not a name: use 1 to 64 of a-z, 0-9, '_', '.' and '-', starting with a "
                   "letter or digit"));
}

absl::StatusOr<const Study*> FindStudy(const StudyBook& studies, const std::string& name) {
  if (const Study* study = studies.Find(name); study != nullptr) return study;
  std::vector<std::string> names;
  for (const auto& [other, study] : studies.studies()) names.push_back(other);
  const std::string nearest = NearestWord(name, names);
  return absl::NotFoundError(absl::StrCat(
      "there is no study '", name, "'",
      nearest.empty() ? "; create it first" : absl::StrCat("; did you mean '", nearest, "'?")));
}

std::string EndText(const AskedTrial& trial) {
  if (trial.value.has_value()) return absl::StrCat("value ", *trial.value);
  return absl::StrCat("failed", trial.failure.empty() ? "" : ": ", trial.failure);
}

// OK if the study has the trial and it runs.
absl::Status CheckRuns(const Study& study, uint32_t trial) {
  if (trial >= study.next()) {
    return absl::NotFoundError(absl::StrCat("study '", study.name, "' has no trial ", trial, "; ",
                                            study.next(), " have been asked for, counted from 0"));
  }
  if (!study.trials[trial].ended()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("trial ", trial, " of study '", study.name,
                   "' has ended already: ", EndText(study.trials[trial])));
}

absl::Status CheckReport(const Study& study, const v1::ReportRequest& request, size_t values,
                         const Capacity& capacity) {
  PLEAT_RETURN_IF_ERROR(CheckRuns(study, request.trial()));
  const std::map<uint64_t, double>& steps = study.trials[request.trial()].steps;
  if (steps.contains(request.step())) return absl::OkStatus();
  PLEAT_RETURN_IF_ERROR(CheckCapacity(values, capacity.study_values, "values inside trials",
                                      "report fewer, or remove studies"));
  if (steps.size() < kMostStudySteps) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrCat("trial ", request.trial(), " of study '",
                                                   study.name, "' has values of ", kMostStudySteps,
                                                   " steps already; report fewer"));
}

// A search that finds nothing to suggest from is refused too.
absl::StatusOr<v1::SearchSpec> ReadSearch(const v1::CreateStudyRequest& request) {
  PLEAT_RETURN_IF_ERROR(CheckStudyName(request.name()));
  PLEAT_ASSIGN_OR_RETURN(v1::SearchSpec search, ResolveStudySearch(request.search()));
  v1::SweepSpec spec;
  *spec.mutable_search() = search;
  PLEAT_RETURN_IF_ERROR(MakeSearchMethod(spec).status());
  return search;
}

}  // namespace

StudySuggested RunSuggestion(const SuggestForStudy& effect) {
  std::vector<PastTrial> past;
  past.reserve(effect.past.size());
  for (const std::shared_ptr<const PastTrial>& trial : effect.past) past.push_back(*trial);
  return {.study = effect.study,
          .created = effect.created,
          .trial = effect.trial,
          .suggestion = effect.method->Suggest(effect.trial, past)};
}

void CoordinatorCore::Impl::On(uint64_t token, const v1::CreateStudyRequest& request) {
  if (AnswerRetry<v1::CreateStudyResponse>(token, request)) return;
  absl::StatusOr<v1::SearchSpec> search = ReadSearch(request);
  if (!search.ok()) return Refuse(token, search.status());
  v1::CreateStudyResponse response;
  if (const Study* study = state.studies().Find(request.name()); study != nullptr) {
    if (DeterministicBytes(study->search) != DeterministicBytes(*search)) {
      return Refuse(token, absl::AlreadyExistsError(
                               absl::StrCat("the name '", request.name(),
                                            "' is taken by a study with another search; rename "
                                            "this one, or remove that one first")));
    }
    response.set_existed(true);
    return Answer(token, response);
  }
  if (absl::Status status =
          CheckCapacity(state.studies().studies().size(), options.capacity.studies, "studies",
                        "remove some that are no longer needed");
      !status.ok()) {
    return Refuse(token, status);
  }
  v1::JournalRecord record = RecordForStudy(request.name());
  *record.mutable_study_created()->mutable_search() = *std::move(search);
  *record.mutable_reply() = MakeReply(request, response);
  Emit(std::move(record));
  Answer(token, response);
}

void CoordinatorCore::Impl::On(uint64_t token, const v1::AskRequest& request) {
  if (AnswerRetry<v1::AskResponse>(token, request)) return;
  const absl::StatusOr<const Study*> study = FindStudy(state.studies(), request.study());
  if (!study.ok()) return Refuse(token, study.status());
  const absl::Status waiting =
      CheckCapacity(asks.waiting(), options.capacity.asks, "calls that wait for a suggestion",
                    "try again in a moment");
  if (!waiting.ok()) return Refuse(token, absl::UnavailableError(waiting.message()));
  const absl::Status room =
      CheckCapacity(state.studies().trials() + asks.waiting(), options.capacity.study_trials,
                    "trials of studies", "remove studies that are no longer needed");
  if (!room.ok()) return Refuse(token, room);
  asks.Of(request.study()).waiting.push_back({token, request});
  ServeAsks(request.study());
}

void CoordinatorCore::Impl::On(uint64_t, const StudySuggested& suggested) {
  AskQueue::OfStudy& queue = asks.Of(suggested.study);
  queue.is_suggesting = false;
  DropRefusedAsks(queue.waiting);
  const Study* study = state.studies().Find(suggested.study);
  // The study may have been removed, and who asked may be gone.
  const bool is_due = study != nullptr && study->created == suggested.created &&
                      study->next() == suggested.trial && !queue.waiting.empty();
  if (is_due) AnswerFirstAsk(*study, suggested.suggestion);
  ServeAsks(suggested.study);
}

void CoordinatorCore::Impl::ServeAsks(const std::string& name) {
  AskQueue::OfStudy& queue = asks.Of(name);
  DropRefusedAsks(queue.waiting);
  while (!queue.waiting.empty() && !queue.is_suggesting) {
    const PendingAsk& first = queue.waiting.front();
    const Study* study = state.studies().Find(name);
    if (AnswerRetry<v1::AskResponse>(first.token, first.request)) {
      // It had waited twice.
      queue.waiting.pop_front();
    } else if (study == nullptr) {
      Refuse(first.token, FindStudy(state.studies(), name).status());
      NoteRefusal(first.token, first.request);
      queue.waiting.pop_front();
    } else if (study->next() >= study->method->size()) {
      Answer(first.token, v1::AskResponse());
      queue.waiting.pop_front();
    } else if (study->method->LearnsFor(study->next())) {
      StartSuggestion(*study);
    } else {
      AnswerFirstAsk(*study, study->method->Suggest(study->next(), {}));
    }
  }
  asks.EraseIfIdle(name);
}

void CoordinatorCore::Impl::DropRefusedAsks(std::deque<PendingAsk>& waiting) {
  std::erase_if(waiting,
                [this](const PendingAsk& ask) { return RefuseAgain(ask.token, ask.request); });
}

void CoordinatorCore::Impl::AnswerFirstAsk(const Study& study, const Suggestion& suggestion) {
  std::deque<PendingAsk>& waiting = asks.Of(study.name).waiting;
  const PendingAsk ask = std::move(waiting.front());
  waiting.pop_front();
  const auto& parameters = suggestion.parameters;
  v1::AskResponse response;
  response.set_trial(study.next());
  response.mutable_parameters()->Assign(parameters.begin(), parameters.end());
  response.set_reason(suggestion.reason);
  v1::JournalRecord record = RecordForStudy(study.name);
  record.mutable_study_trial_asked()->set_trial(study.next());
  *record.mutable_study_trial_asked()->mutable_parameters() = response.parameters();
  record.mutable_study_trial_asked()->set_reason(suggestion.reason);
  *record.mutable_reply() = MakeReply(ask.request, response);
  Emit(std::move(record));
  Answer(ask.token, std::move(response));
}

void CoordinatorCore::Impl::StartSuggestion(const Study& study) {
  SuggestForStudy& effect = outcome.suggestions.emplace_back();
  effect.study = study.name;
  effect.created = study.created;
  effect.trial = study.next();
  effect.method = study.method;
  effect.past.reserve(study.trials.size());
  for (const AskedTrial& trial : study.trials) effect.past.push_back(trial.past);
  asks.Of(study.name).is_suggesting = true;
}

void CoordinatorCore::Impl::On(uint64_t token, const v1::ReportRequest& request) {
  if (AnswerRetry<v1::ReportResponse>(token, request)) return;
  const absl::StatusOr<const Study*> study = FindStudy(state.studies(), request.study());
  if (!study.ok()) return Refuse(token, study.status());
  if (absl::Status status =
          CheckReport(**study, request, state.studies().values(), options.capacity);
      !status.ok()) {
    return Refuse(token, status);
  }
  v1::JournalRecord record = RecordForStudy(request.study());
  record.mutable_study_value_reported()->set_trial(request.trial());
  record.mutable_study_value_reported()->set_step(request.step());
  record.mutable_study_value_reported()->set_value(request.value());
  *record.mutable_reply() = MakeReply(request, v1::ReportResponse());
  Emit(std::move(record));
  Answer(token, v1::ReportResponse());
}

void CoordinatorCore::Impl::On(uint64_t token, const v1::TellRequest& request) {
  if (AnswerRetry<v1::TellResponse>(token, request)) return;
  const absl::StatusOr<const Study*> study = FindStudy(state.studies(), request.study());
  if (!study.ok()) return Refuse(token, study.status());
  if (absl::Status status = CheckRuns(**study, request.trial()); !status.ok()) {
    return Refuse(token, status);
  }
  if (request.outcome_case() == v1::TellRequest::OUTCOME_NOT_SET) {
    return Refuse(token, absl::InvalidArgumentError("say how the trial ended: value or failure"));
  }
  const bool is_scored = request.has_value() && std::isfinite(request.value());
  v1::JournalRecord record = RecordForStudy(request.study());
  v1::StudyTrialTold& update = *record.mutable_study_trial_told();
  update.set_trial(request.trial());
  if (is_scored) {
    update.set_value(request.value());
  } else {
    update.set_failure(request.has_value() ? absl::StrCat("its value is ", request.value())
                                           : request.failure());
  }
  v1::TellResponse response;
  response.set_failed(!is_scored);
  *record.mutable_reply() = MakeReply(request, response);
  Emit(std::move(record));
  Answer(token, response);
}

void CoordinatorCore::Impl::On(uint64_t token, const v1::ListStudiesRequest&) {
  Answer(token, ListStudies(state.studies()));
}

void CoordinatorCore::Impl::On(uint64_t token, const v1::GetStudyRequest& request) {
  const absl::StatusOr<const Study*> study = FindStudy(state.studies(), request.name());
  if (!study.ok()) return Refuse(token, study.status());
  Answer(token, DescribeStudy(**study));
}

void CoordinatorCore::Impl::On(uint64_t token, const v1::RemoveStudyRequest& request) {
  if (AnswerRetry<v1::RemoveStudyResponse>(token, request)) return;
  const absl::StatusOr<const Study*> study = FindStudy(state.studies(), request.name());
  if (!study.ok()) return Refuse(token, study.status());
  v1::JournalRecord record = RecordForStudy(request.name());
  record.mutable_study_removed();
  *record.mutable_reply() = MakeReply(request, v1::RemoveStudyResponse());
  Emit(std::move(record));
  Answer(token, v1::RemoveStudyResponse());
  ServeAsks(request.name());
}

}  // namespace pleat
