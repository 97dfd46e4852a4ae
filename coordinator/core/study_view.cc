#include "coordinator/core/study_view.h"

namespace pleat {
namespace {

v1::StudySummary SummarizeStudy(const Study& study) {
  v1::StudySummary summary;
  summary.set_name(study.name);
  summary.set_trials(study.next());
  summary.set_scored(study.scored);
  summary.set_failed(study.failed);
  if (study.best.has_value()) {
    summary.set_best_trial(*study.best);
    summary.set_best_value(*study.trials[*study.best].value);
  }
  return summary;
}

v1::StudyTrialState StateOf(const AskedTrial& trial) {
  if (!trial.ended()) return v1::STUDY_TRIAL_STATE_RUNNING;
  return trial.value.has_value() ? v1::STUDY_TRIAL_STATE_SCORED : v1::STUDY_TRIAL_STATE_FAILED;
}

}  // namespace

v1::ListStudiesResponse ListStudies(const StudyBook& studies) {
  v1::ListStudiesResponse response;
  for (const auto& [name, study] : studies.studies()) {
    *response.add_studies() = SummarizeStudy(study);
  }
  return response;
}

v1::GetStudyResponse DescribeStudy(const Study& study) {
  v1::GetStudyResponse response;
  *response.mutable_summary() = SummarizeStudy(study);
  *response.mutable_search() = study.search;
  for (uint32_t number = 0; number < study.next(); ++number) {
    const AskedTrial& trial = study.trials[number];
    v1::StudyTrial& described = *response.add_trials();
    described.set_trial(number);
    const std::vector<v1::ParameterValue>& parameters = trial.past->parameters;
    described.mutable_parameters()->Assign(parameters.begin(), parameters.end());
    described.set_state(StateOf(trial));
    if (trial.value.has_value()) described.set_value(*trial.value);
    described.set_failure(trial.failure);
    for (const auto& [step, value] : trial.steps) {
      v1::StudyStep& reported = *described.add_steps();
      reported.set_step(step);
      reported.set_value(value);
    }
  }
  return response;
}

}  // namespace pleat
