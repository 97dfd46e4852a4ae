#include "coordinator/core/sweep.h"

namespace pleat {

uint32_t Sweep::fold_count() const { return folds.has_value() ? folds->rows_size() : 0; }

const v1::PrepareDataResult& Sweep::prepared() const {
  const auto prepare = tasks.find(TaskKey{});
  if (prepare == tasks.end() || !prepare->second.result.has_value()) {
    return v1::PrepareDataResult::default_instance();
  }
  return prepare->second.result->prepare_data();
}

bool Sweep::AllTrialsEnded() const {
  return trials.size() == search->size() && trials_ended == trials.size();
}

std::vector<std::string> PredictedSplits(const Sweep& sweep) {
  std::vector<std::string> splits;
  for (const v1::DatasetInfo& dataset : sweep.prepared().datasets()) {
    if (dataset.split() != "train") splits.push_back(dataset.split());
  }
  return splits;
}

bool NeedsPredictions(const Sweep& sweep, const v1::MembersSelected& members) {
  return members.views_size() > 0 || !PredictedSplits(sweep).empty();
}

}  // namespace pleat
