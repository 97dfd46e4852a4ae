#include "common/config/playable_spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/common/config/sweep_text.h"

namespace pleat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

v1::SweepSpec SpecToPlay(const std::string& more) {
  const SweepReading reading = ReadText(SmallSweep(more));
  EXPECT_TRUE(reading.diagnostics.empty()) << FormatDiagnostics(reading.diagnostics);
  return reading.spec;
}

constexpr char kLearning[] =
    "search: {method: tpe, max_trials: 9, parameters: {training.optimizer.adam_w.lr: "
    "{log_uniform: {min: 1.0e-4, max: 0.1}}}";

TEST(PlayableSpecTest, KeepsWhatCanBePlayed) {
  const v1::SweepSpec spec = SpecToPlay(std::string(kLearning) +
                                        ", pruning: {fold_racing: {}}, budget: {wall_time: 2h}}\n");
  const auto playable = MakePlayable(spec, /*knows_times=*/true);
  ASSERT_TRUE(playable.ok()) << playable.status();
  EXPECT_EQ(playable->spec.SerializeAsString(), spec.SerializeAsString());
  EXPECT_THAT(playable->notes, IsEmpty());
}

TEST(PlayableSpecTest, LeavesOutBudgetsThatItCannotCount) {
  const v1::SweepSpec spec = SpecToPlay(
      std::string(kLearning) + ", budget: {wall_time: 2h, gpu_hours: 3, target_score: 0.1}}\n");
  const auto playable = MakePlayable(spec, /*knows_times=*/false);
  ASSERT_TRUE(playable.ok()) << playable.status();
  EXPECT_FALSE(playable->spec.search().has_budget());
  EXPECT_THAT(playable->notes, ElementsAre(HasSubstr("target_score"), HasSubstr("times")));
  const auto with_times = MakePlayable(spec, /*knows_times=*/true);
  EXPECT_EQ(with_times->spec.search().budget().gpu_hours(), 3);
  EXPECT_FALSE(with_times->spec.search().budget().has_target_score());
}

TEST(PlayableSpecTest, LeavesOutEarlierSweeps) {
  const v1::SweepSpec spec =
      SpecToPlay("training: {epochs: 7, start_from: {sweep: old}, train: false}\n" +
                 std::string(kLearning) + ", warm_start: [old]}\n");
  const auto playable = MakePlayable(spec, /*knows_times=*/true);
  ASSERT_TRUE(playable.ok()) << playable.status();
  EXPECT_EQ(playable->spec.search().warm_start_size(), 0);
  EXPECT_FALSE(playable->spec.training().has_start_from());
  // A fold that is only validated counts as one epoch.
  EXPECT_TRUE(playable->spec.training().train());
  EXPECT_EQ(playable->spec.training().epochs(), 1u);
  EXPECT_THAT(playable->notes, ElementsAre(HasSubstr("warm_start"), HasSubstr("start_from")));
}

TEST(PlayableSpecTest, LeavesGroupsAndEarlyStoppingToItsUser) {
  const v1::SweepSpec spec =
      SpecToPlay("training: {early_stopping: {}}\nresources: {group_size: 4}\n");
  const auto playable = MakePlayable(spec, /*knows_times=*/true);
  ASSERT_TRUE(playable.ok()) << playable.status();
  EXPECT_EQ(playable->spec.resources().group_size(), 0u);
  EXPECT_THAT(playable->notes, ElementsAre(HasSubstr("early_stopping")));
}

TEST(PlayableSpecTest, RefusesSearchesThatItCannotPlay) {
  const auto external = MakePlayable(
      SpecToPlay("search: {method: external, max_trials: 9, parameters: {training.epochs: "
                 "{int_uniform: {min: 1, max: 9}}}}\n"),
      /*knows_times=*/true);
  EXPECT_TRUE(absl::IsInvalidArgument(external.status()));
  EXPECT_THAT(std::string(external.status().message()), HasSubstr("search.method=random"));
  const auto start =
      MakePlayable(SpecToPlay("training: {start_from: {sweep: old}}\nsearch: {parameters: "
                              "{training.start_from.trial: {values: [0, 1]}}}\n"),
                   /*knows_times=*/true);
  EXPECT_TRUE(absl::IsInvalidArgument(start.status()));
  EXPECT_THAT(std::string(start.status().message()), HasSubstr("training.start_from.trial"));
}

}  // namespace
}  // namespace pleat
