#include "coordinator/core/study.h"

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
    if (position != studies_.end()) studies_.erase(position);
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

absl::Status StudyBook::Add(Study& study, const v1::StudyTrialAsked& update) {
  if (update.trial() != study.next() || update.trial() >= study.method->size()) {
    return StudyMisfit(absl::StrCat("trial ", update.trial(), " was not due"));
  }
  PastTrial past;
  past.parameters.assign(update.parameters().begin(), update.parameters().end());
  study.trials.emplace_back().past = std::make_shared<const PastTrial>(std::move(past));
  return absl::OkStatus();
}

absl::Status StudyBook::Report(Study& study, const v1::StudyValueReported& update) {
  if (update.trial() >= study.next() || study.trials[update.trial()].ended()) {
    return StudyMisfit(absl::StrCat("trial ", update.trial(), " does not run"));
  }
  study.trials[update.trial()].steps[update.step()] = update.value();
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
