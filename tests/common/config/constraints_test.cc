#include "common/config/constraints.h"

#include <gtest/gtest.h>

#include "tests/common/config/sweep_text.h"

namespace pleat {
namespace {

// Reads a sweep with these lines in its search, and its constraints.
Constraints Read(const std::string& lines) {
  const SweepReading reading = ReadText(SmallSweep("search:\n" + lines));
  EXPECT_EQ(FormatDiagnostics(reading.diagnostics), "");
  std::vector<Problem> problems;
  return Constraints::Make(reading.spec, &problems);
}

TEST(Constraints, CompareSweptAndFixedNumbers) {
  const Constraints constraints = Read(
      "  parameters:\n    model.se_cnn.width: {values: [8, 512]}\n"
      "    training.epochs: {values: [1, 2]}\n"
      "  constraints: [\"model.se_cnn.width * training.batch_size <= 65536\", \"training.epochs "
      "!= 2\"]\n");
  EXPECT_FALSE(constraints.empty());
  EXPECT_EQ(constraints.FirstBroken({"8", "1"}), std::nullopt);
  EXPECT_EQ(constraints.FirstBroken({"256", "1"}), std::nullopt);
  EXPECT_EQ(constraints.FirstBroken({"257", "1"}), 0u);  // 256 rows a batch
  EXPECT_EQ(constraints.FirstBroken({"8", "2"}), 1u);
  EXPECT_EQ(constraints.FirstBroken({"512", "1"}, /*unknown=*/{0}), std::nullopt);
}

TEST(Constraints, SeeTheFieldsOfChosenSections) {
  const Constraints constraints = Read(
      "  parameters:\n    training.optimizer: {values: [sgd, {adam: {lr: 0.2}}, {adam: {}}]}\n"
      "    training.epochs: {values: [1, 2]}\n"
      "  constraints: [\"training.optimizer.adam.lr * training.epochs < 0.3\"]\n");
  EXPECT_EQ(constraints.FirstBroken({"sgd", "2"}), std::nullopt);
  EXPECT_EQ(constraints.FirstBroken({"{adam: {lr: 0.2}}", "1"}), std::nullopt);
  EXPECT_EQ(constraints.FirstBroken({"{adam: {lr: 0.2}}", "2"}), 0u);
  EXPECT_EQ(constraints.FirstBroken({"{adam: {}}", "2"}), std::nullopt);
}

TEST(Constraints, TakeTheSweepsValueWhereAParameterIsNoPart) {
  const Constraints constraints = Read(
      "  parameters:\n    training.checkpoint: {values: [last, best]}\n"
      "    training.epochs: {values: [1, 99], when: {training.checkpoint: best}}\n"
      "  constraints: [\"training.epochs < 10\"]\n"
      "  enqueue: []\n"
      "training: {epochs: 9}\n");
  EXPECT_EQ(constraints.FirstBroken({"last", std::nullopt}), std::nullopt);
  EXPECT_EQ(constraints.FirstBroken({"best", "99"}), 0u);
}

TEST(Constraints, AreBrokenByDivisionsByZero) {
  const Constraints constraints = Read(
      "  parameters:\n    training.seed: {values: [0, 1]}\n"
      "  constraints: [\"1 / training.seed > 0\"]\n");
  EXPECT_EQ(constraints.FirstBroken({"0"}), 0u);
  EXPECT_EQ(constraints.FirstBroken({"1"}), std::nullopt);
}

}  // namespace
}  // namespace pleat
