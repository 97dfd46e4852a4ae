#include "tests/coordinator/plan/plan_samples.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/coordinator/read_sample.h"

namespace pleat {

v1::SweepSpec PlanSampleWith(const std::string& method, uint32_t trials, const std::string& rest) {
  return ReadSample(absl::StrCat(
      "name: sample\ndata: {train: {synthetic_digits: {samples: 100}}}\n"
      "cross_validation: {k_fold: {folds: 3}}\ntraining: {epochs: 6, optimizer: {adam_w: {}}}\n"
      "search:\n  method: ",
      method, "\n  max_trials: ", trials,
      "\n  parameters:\n"
      "    training.optimizer.adam_w.lr: {log_uniform: {min: 1.0e-4, max: 1.0e-1}}\n"
      "    model.se_cnn.dropout: {uniform: {min: 0, max: 0.5, step: 0.05}}\n",
      rest));
}

v1::SweepSpec PlanSample(const std::string& method, uint32_t trials, const std::string& more) {
  return PlanSampleWith(method, trials, more.empty() ? "" : absl::StrCat("  ", more, "\n"));
}

PlayedSweep PlaySample(const v1::SweepSpec& spec, uint32_t groups, uint64_t seed, uint32_t folds,
                       uint32_t ranks) {
  const auto objective = SyntheticObjective::Make(spec, seed);
  EXPECT_TRUE(objective.ok()) << objective.status();
  const auto played =
      PlaySweep(spec, {.folds = folds, .groups = groups, .ranks = ranks, .seconds_per_epoch = 10},
                *objective);
  EXPECT_TRUE(played.ok()) << played.status();
  return played.value_or(PlayedSweep());
}

}  // namespace pleat
