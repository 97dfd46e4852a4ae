#include "coordinator/core/study.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/metrics/metrics.h"

namespace pleat {
namespace {

absl::Status StudyMisfit(const std::string& what) { return absl::DataLossError(what); }

bool IsBetterTrial(const Study& study, double value) {
  if (!study.best.has_value()) return true;
  const double best = *study.trials[*study.best].value;
  return study.is_maximized ? value > best : value < best;
}

}  // namespace

const Study* StudyBook::Find(const std::string& name) const {
  const auto position = studies_.find(name);
  return position == studies_.end() ? nullptr : &position->second;
}

absl::Status StudyBook::Apply(const v1::JournalRecord& record) {
  if (record.has_study_created()) return Create(record);
  const auto position = studies_.find(record.study());
  if (record.has_study_removed()) {
    // The journal has dropped the records of a removed study, so a replay may not know it.
    if (position != studies_.end()) Erase(position);
    return absl::OkStatus();
  }
  if (position == studies_.end()) {
    return StudyMisfit(absl::StrCat("there is no study '", record.study(), "'"));
  }
  switch (record.update_case()) {
    case v1::JournalRecord::kStudyTrialAsked:
      return Add(position->second, record.study_trial_asked());
    case v1::JournalRecord::kStudyValueReported:
      return Report(position->second, record.study_value_reported());
    case v1::JournalRecord::kStudyTrialTold:
      return Tell(position->second, record.study_trial_told());
    default:
      return StudyMisfit("unknown kind; it was written by a newer version");
  }
}

void StudyBook::Save(google::protobuf::RepeatedPtrField<v1::StudySnapshot>* snapshots) const {
  for (const auto& [name, study] : studies_) {
    v1::StudySnapshot& snapshot = *snapshots->Add();
    snapshot.set_name(name);
    *snapshot.mutable_search() = study.search;
    snapshot.set_created(study.created);
    if (study.best.has_value()) snapshot.set_best(*study.best);
    for (const AskedTrial& trial : study.trials) {
      v1::AskedTrialSnapshot& saved = *snapshot.add_trials();
      saved.mutable_parameters()->Assign(trial.past->parameters.begin(),
                                         trial.past->parameters.end());
      saved.set_outcome(static_cast<uint32_t>(trial.past->outcome));
      if (trial.value.has_value()) saved.set_value(*trial.value);
      saved.set_failure(trial.failure);
      for (const auto& [step, value] : trial.steps) {
        saved.add_steps(step);
        saved.add_step_values(value);
      }
    }
  }
}

absl::Status StudyBook::Load(const v1::StudySnapshot& snapshot) {
  v1::JournalRecord created;
  created.set_study(snapshot.name());
  created.set_sequence(snapshot.created());
  *created.mutable_study_created()->mutable_search() = snapshot.search();
  if (absl::Status status = Create(created); !status.ok()) return status;
  Study& study = studies_.at(snapshot.name());
  for (const v1::AskedTrialSnapshot& saved : snapshot.trials()) {
    v1::StudyTrialAsked asked;
    asked.set_trial(study.next());
    *asked.mutable_parameters() = saved.parameters();
    if (absl::Status status = Add(study, asked); !status.ok()) return status;
    const int steps = std::min(saved.steps_size(), saved.step_values_size());
    for (int i = 0; i < steps; ++i) {
      study.trials.back().steps[saved.steps(i)] = saved.step_values(i);
    }
    values_ += study.trials.back().steps.size();
  }
  return TellAgain(study, snapshot);
}

absl::Status StudyBook::TellAgain(Study& study, const v1::StudySnapshot& snapshot) {
  for (int number = 0; number < snapshot.trials_size(); ++number) {
    const v1::AskedTrialSnapshot& saved = snapshot.trials(number);
    if (saved.outcome() == static_cast<uint32_t>(PastTrial::Outcome::kRunning)) continue;
    v1::StudyTrialTold told;
    told.set_trial(static_cast<uint32_t>(number));
    if (saved.has_value()) told.set_value(saved.value());
    told.set_failure(saved.failure());
    if (absl::Status status = Tell(study, told); !status.ok()) return status;
  }
  if (snapshot.has_best()) study.best = snapshot.best();
  return absl::OkStatus();
}

absl::Status StudyBook::Create(const v1::JournalRecord& record) {
  v1::SweepSpec spec;
  *spec.mutable_search() = record.study_created().search();
  auto method = MakeSearchMethod(spec);
  if (!method.ok()) return StudyMisfit(method.status().ToString());
  const auto [position, is_new] = studies_.try_emplace(record.study());
  if (!is_new) return StudyMisfit(absl::StrCat("study '", record.study(), "' exists"));
  Study& study = position->second;
  study.name = record.study();
  study.search = spec.search();
  study.method = *std::move(method);
  study.created = record.sequence();
  study.is_maximized = MetricIsMaximized(study.search.metric());
  return absl::OkStatus();
}

void StudyBook::Erase(std::map<std::string, Study>::iterator study) {
  trials_ -= study->second.trials.size();
  for (const AskedTrial& trial : study->second.trials) values_ -= trial.steps.size();
  studies_.erase(study);
}

absl::Status StudyBook::Add(Study& study, const v1::StudyTrialAsked& update) {
  if (update.trial() != study.next() || update.trial() >= study.method->size()) {
    return StudyMisfit(absl::StrCat("trial ", update.trial(), " was not due"));
  }
  PastTrial past;
  past.parameters.assign(update.parameters().begin(), update.parameters().end());
  study.trials.emplace_back().past = std::make_shared<const PastTrial>(std::move(past));
  ++trials_;
  return absl::OkStatus();
}

absl::Status StudyBook::Report(Study& study, const v1::StudyValueReported& update) {
  if (update.trial() >= study.next() || study.trials[update.trial()].ended()) {
    return StudyMisfit(absl::StrCat("trial ", update.trial(), " does not run"));
  }
  std::map<uint64_t, double>& steps = study.trials[update.trial()].steps;
  values_ += steps.contains(update.step()) ? 0 : 1;
  steps[update.step()] = update.value();
  return absl::OkStatus();
}

absl::Status StudyBook::Tell(Study& study, const v1::StudyTrialTold& update) {
  if (update.trial() >= study.next() || study.trials[update.trial()].ended()) {
    return StudyMisfit(absl::StrCat("trial ", update.trial(), " does not run"));
  }
  if (update.has_value() && !std::isfinite(update.value())) {
    return StudyMisfit(absl::StrCat("trial ", update.trial(), " has a value that is not finite"));
  }
  AskedTrial& trial = study.trials[update.trial()];
  PastTrial past = *trial.past;
  if (update.has_value()) {
    past.outcome = PastTrial::Outcome::kScored;
    past.loss = study.is_maximized ? -update.value() : update.value();
    trial.value = update.value();
    ++study.scored;
    if (IsBetterTrial(study, update.value())) study.best = update.trial();
  } else {
    past.outcome = PastTrial::Outcome::kFailed;
    trial.failure = update.failure();
    ++study.failed;
  }
  trial.past = std::make_shared<const PastTrial>(std::move(past));
  return absl::OkStatus();
}

}  // namespace pleat
