#include "coordinator/search/transferred_point.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/config/sweep_reader.h"
#include "common/config/trial_config.h"

namespace pleat {
namespace {

v1::SweepSpec Spec(const std::string& more) {
  const SweepReading reading =
      ReadSweep({.text = "name: a\ndata: {train: {synthetic_digits: {samples: 100}}}\n" + more,
                 .file = "sweep.yaml",
                 .folder = "/data",
                 .overrides = {}});
  EXPECT_TRUE(reading.diagnostics.empty()) << FormatDiagnostics(reading.diagnostics);
  return reading.spec;
}

v1::SweepSpec Space(const std::string& parameters, const std::string& more = "") {
  return Spec("search:\n  method: tpe\n  max_trials: 5\n  parameters:\n" + parameters + more);
}

// Where a trial of the sweep `there`, with these values, stands: "path=value, …" or why nowhere.
std::string Transfer(const v1::SweepSpec& here, const v1::SweepSpec& there,
                     const std::vector<std::pair<std::string, std::string>>& values = {}) {
  const auto transfer = PointTransfer::Make(here);
  EXPECT_TRUE(transfer.ok()) << transfer.status();
  std::vector<v1::ParameterValue> parameters;
  for (const auto& [path, value] : values) {
    parameters.emplace_back().set_path(path);
    parameters.back().set_value(value);
  }
  const auto trial = ResolveTrial(there, 0, parameters);
  EXPECT_TRUE(trial.ok()) << trial.status();
  const TransferredPoint point = transfer->PointOf(*trial);
  if (!point.why_not.empty()) return point.why_not;
  return absl::StrJoin(point.values, ", ", [](std::string* out, const v1::ParameterValue& value) {
    absl::StrAppend(out, value.path(), "=", value.value());
  });
}

constexpr char kDropoutAndEpochs[] =
    "    model.se_cnn.dropout: {uniform: {min: 0.1, max: 0.5}}\n"
    "    training.epochs: {int_uniform: {min: 5, max: 20}}\n";

TEST(PointTransfer, TakesWhatTheSearchChoseAndWhatTheSweepFixed) {
  const v1::SweepSpec there = Spec("training: {epochs: 7}\n");
  EXPECT_EQ(Transfer(Space(kDropoutAndEpochs), there, {{"model.se_cnn.dropout", "0.25"}}),
            "model.se_cnn.dropout=0.25, training.epochs=7");
}

TEST(PointTransfer, LeavesOutWhatLiesOutsideTheRange) {
  const v1::SweepSpec there = Spec("training: {epochs: 7}\n");
  EXPECT_EQ(Transfer(Space(kDropoutAndEpochs), there, {{"model.se_cnn.dropout", "0.05"}}),
            "model.se_cnn.dropout lies outside this space there");
  EXPECT_EQ(Transfer(Space("    training.checkpoint: {values: [best]}\n"), there),
            "training.checkpoint lies outside this space there");
  EXPECT_EQ(Transfer(Space("    training.epochs: {constant: 7}\n"), there), "training.epochs=7");
}

TEST(PointTransfer, LeavesOutWhatTheTrialDoesNotHave) {
  const v1::SweepSpec there = Spec("training: {optimizer: {sgd: {lr: 0.1}}}\n");
  EXPECT_EQ(Transfer(Space("    training.optimizer.adam_w.lr: {values: [0.1, 0.2]}\n",
                           "training: {optimizer: adam_w}\n"),
                     there),
            "training.optimizer.adam_w.lr has no value of this space there");
}

constexpr char kOptimizers[] =
    "    training.optimizer:\n      values:\n        - adam_w: {weight_decay: 0.05}\n"
    "        - sgd: {momentum: 0.9}\n"
    "    training.optimizer.sgd.lr: {log_uniform: {min: 0.01, max: 1}}\n";

TEST(PointTransfer, KnowsSectionsAndWhatTheSearchVariesInsideThem) {
  const v1::SweepSpec there = Spec("training: {optimizer: {sgd: {lr: 0.2, momentum: 0.9}}}\n");
  EXPECT_EQ(Transfer(Space(kOptimizers), there),
            "training.optimizer={sgd: {momentum: 0.9}}, training.optimizer.sgd.lr=0.2");
  EXPECT_EQ(
      Transfer(Space(kOptimizers), Spec("training: {optimizer: {adam_w: {weight_decay: 0.05}}}\n")),
      "training.optimizer={adam_w: {weight_decay: 0.05}}");
  EXPECT_EQ(Transfer(Space(kOptimizers),
                     Spec("training: {optimizer: {sgd: {lr: 0.2, momentum: 0.5}}}\n")),
            "training.optimizer has no value of this space there");
}

TEST(PointTransfer, KeepsLinksAndConstraints) {
  const std::string linked =
      "    training.optimizer.adam_w.beta1:\n      uniform: {min: 0.8, max: 0.99}\n"
      "      also: [training.optimizer.adam_w.beta2]\n";
  const std::string training = "training: {optimizer: {adam_w: {beta1: 0.9, beta2: ";
  EXPECT_EQ(Transfer(Space(linked, training + "0.9}}}\n"), Spec(training + "0.9}}}\n")),
            "training.optimizer.adam_w.beta1=0.9");
  EXPECT_EQ(Transfer(Space(linked, training + "0.9}}}\n"), Spec(training + "0.8}}}\n")),
            "training.optimizer.adam_w.beta1 is not linked there as here");
  EXPECT_EQ(Transfer(Space(kDropoutAndEpochs, "  constraints: [training.epochs <= 6]\n"),
                     Spec("training: {epochs: 7}\n"), {{"model.se_cnn.dropout", "0.25"}}),
            "search.constraints are not kept there");
}

TEST(PointTransfer, LeavesOutParametersThatAreNoPartOfThePoint) {
  const std::string conditional =
      "    training.checkpoint: {values: [last, best]}\n"
      "    training.epochs: {int_uniform: {min: 5, max: 20}, when: {training.checkpoint: best}}\n";
  const v1::SweepSpec there = Spec("training: {epochs: 3}\n");
  EXPECT_EQ(Transfer(Space(conditional), there), "training.checkpoint=last");
}

}  // namespace
}  // namespace pleat
