#include "client/matrix_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/text_width.h"
#include "tests/client/sweep_story.h"

namespace pleat {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Le;
using ::testing::Not;
using ::testing::ResultOf;

std::string Drawn(const SweepStory& story, size_t width, size_t height) {
  return absl::StrJoin(
      MatrixLines(story.view(), {.width = width, .height = height, .elapsed_ms = 42'000}), "\n");
}

// One trial done, one half way, one with a fold that failed.
SweepStory MixedStory() {
  SweepStory story(/*folds=*/4, /*max_trials=*/4, /*epochs=*/8);
  for (uint32_t trial = 0; trial < 3; ++trial) story.AddTrial(trial, absl::StrCat("0.00", trial));
  for (uint32_t fold = 0; fold < 4; ++fold) {
    story.Lease(0, fold);
    story.Complete(0, fold, 0.2 + 0.01 * fold);
  }
  story.FinishTrial(0, 0.215, 0.0065);
  story.Lease(1, 0);
  story.Complete(1, 0, 0.1875);
  story.Lease(1, 1);
  story.Epoch(1, 1, 4);
  story.Lease(2, 0);
  story.Abandon(2, 0, "the loss is not finite");
  return story;
}

TEST(MatrixView, ShowsEachFoldAt80Columns) {
  EXPECT_EQ(Drawn(MixedStory(), 80, 24), R"(story trains · 42 s · about 2:32 min left
5 of 16 folds done, 1 running, 1 failed · 4 trials · minimize val_log_loss
  #  parameters      fold 0     fold 1     fold 2     fold 3  mean ± error
* 0  lr=0.000        0.2000     0.2100     0.2200     0.2300  0.2150 ± 0.0065
  1  lr=0.001        0.1875 ███░░░ 4/8          ·          ·
  2  lr=0.002             ✗          ·          ·          ·
✗ trial 2 fold 0: the loss is not finite)");
}

TEST(MatrixView, ShowsMoreAt200Columns) {
  EXPECT_EQ(Drawn(MixedStory(), 200, 50), R"(story trains · 42 s · about 2:32 min left
5 of 16 folds done, 1 running, 1 failed · 4 trials · minimize val_log_loss
  #  parameters        fold 0       fold 1       fold 2       fold 3  mean ± error
* 0  lr=0.000          0.2000       0.2100       0.2200       0.2300  0.2150 ± 0.0065
  1  lr=0.001          0.1875 ████░░░░ 4/8            ·            ·
  2  lr=0.002               ✗            ·            ·            ·
✗ trial 2 fold 0: the loss is not finite)");
}

TEST(MatrixView, FitsEveryReasonableScreen) {
  for (const auto& [folds, trials] : {std::pair{8u, 1u}, {4u, 100u}, {20u, 30u}, {200u, 3u}}) {
    SweepStory story(folds, trials);
    for (uint32_t trial = 0; trial < trials; ++trial) {
      story.AddTrial(trial);
      story.Lease(trial, 0);
      story.Complete(trial, 0, 0.5);
      if (trial % 2 == 0) story.FinishTrial(trial, 12.5, 0.25);
    }
    for (const auto& [width, height] : {std::pair<size_t, size_t>{80, 24}, {200, 50}, {40, 10}}) {
      const std::vector<std::string> lines =
          MatrixLines(story.view(), {.width = width, .height = height});
      EXPECT_LE(lines.size(), height) << folds << " folds, " << trials << " trials";
      EXPECT_THAT(lines, Each(ResultOf(TextWidth, Le(width)))) << folds << " folds";
    }
  }
}

TEST(MatrixView, ScrollsToTheTrialsThatRun) {
  SweepStory story(4, 100);
  for (uint32_t trial = 0; trial < 60; ++trial) {
    story.AddTrial(trial);
    story.FinishTrial(trial, trial == 7 ? 0.1 : 0.5, 0.01);
  }
  for (uint32_t trial = 60; trial < 100; ++trial) story.AddTrial(trial);
  story.Lease(65, 2);
  const std::string drawn = Drawn(story, 80, 12);
  EXPECT_THAT(drawn, HasSubstr("\n  65 "));
  EXPECT_THAT(drawn, HasSubstr("\n*  7 "));
  EXPECT_THAT(drawn, HasSubstr("more trials"));
  EXPECT_THAT(drawn, Not(HasSubstr("\n   3 ")));
}

TEST(MatrixView, HasColorOnlyWhenAsked) {
  const SweepStory story = MixedStory();
  EXPECT_THAT(MatrixLines(story.view(), {.color = false}), Each(Not(HasSubstr("\x1b"))));
  EXPECT_THAT(absl::StrJoin(MatrixLines(story.view(), {.color = true}), "\n"),
              HasSubstr("\x1b[31m"));
}

TEST(MatrixView, ShortensALongNameRatherThanWhatItDoes) {
  v1::GetResponse status;
  status.mutable_summary()->set_name(std::string(64, 'n'));
  const SweepView view = SweepView::FromStatus(status);
  EXPECT_EQ(MatrixLines(view, {.width = 40, .elapsed_ms = 42'000}).front(),
            "nnnnnnnnnnnnnn… waits for workers · 42 s");
  EXPECT_EQ(MatrixLines(view, {.width = 20, .elapsed_ms = 42'000}).front(), "nnnnnnn… waits for …");
}

TEST(MatrixView, HasATitleBeforeThereAreTrials) {
  const SweepStory story(4, 1);
  EXPECT_EQ(Drawn(story, 80, 24), "story trains · 42 s");
}

}  // namespace
}  // namespace pleat
