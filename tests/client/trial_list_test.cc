#include "client/trial_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/trial_filter.h"

namespace pleat {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Sample {
  std::string lr, depth, norm;
  std::optional<double> score;
};

// Two optimizers have a learning rate each; the second only in some trials.
v1::GetResponse Sweep(const std::vector<Sample>& samples) {
  v1::GetResponse sweep;
  sweep.mutable_summary()->set_name("s");
  v1::SearchSpec& search = *sweep.mutable_spec()->mutable_search();
  search.mutable_metric()->set_name("val_log_loss");
  const std::vector<std::string> paths = {"training.optimizer.sgd.lr", "model.resnet.depth",
                                          "model.resnet.norm"};
  for (const std::string& path : paths) search.add_parameters()->set_key(path);
  for (const Sample& sample : samples) {
    v1::TrialStatus& trial = *sweep.add_trials();
    trial.set_trial(static_cast<uint32_t>(sweep.trials_size()) - 1);
    const std::vector<std::string> values = {sample.lr, sample.depth, sample.norm};
    for (size_t i = 0; i < 3; ++i) {
      if (values[i].empty()) continue;
      v1::ParameterValue& parameter = *trial.add_parameters();
      parameter.set_path(paths[i]);
      parameter.set_value(values[i]);
    }
    for (int fold = 0; fold < 2; ++fold) {
      v1::FoldStatus& status = *trial.add_folds();
      if (sample.score) status.mutable_result();
    }
    if (!sample.score) continue;
    trial.mutable_finished()->add_folds(0);
    trial.mutable_finished()->add_folds(1);
    trial.mutable_finished()->set_mean(*sample.score);
    trial.mutable_finished()->set_standard_error(0.0625);
  }
  return sweep;
}

TrialList List() {
  v1::GetResponse sweep = Sweep({{"0.01", "10", "batch", 0.5},
                                 {"1e-3", "9", "none", 0.25},
                                 {"0.1", "", "batch", std::nullopt},
                                 {"0.02", "9", "group", 2.0},
                                 {"0.001", "4", "none", 0.3}});
  sweep.mutable_trials(2)->mutable_folds(1)->set_state(v1::FOLD_STATE_RUNNING);
  return ListTrials(sweep);
}

std::vector<uint32_t> Numbers(const TrialList& list) {
  std::vector<uint32_t> numbers;
  for (const ListedTrial& trial : list.trials) numbers.push_back(trial.trial);
  return numbers;
}

std::vector<uint32_t> Sorted(const std::string& key) {
  TrialList list = List();
  EXPECT_TRUE(SortTrials(key, list).ok());
  return Numbers(list);
}

std::vector<uint32_t> Filtered(const std::string& expression) {
  TrialList list = List();
  const absl::Status status = FilterTrials(expression, list);
  EXPECT_TRUE(status.ok()) << status;
  return Numbers(list);
}

// The message that an expression is refused with; the list must stay as it was.
std::string Refused(const std::string& expression) {
  TrialList list = List();
  const absl::Status status = FilterTrials(expression, list);
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << expression;
  EXPECT_EQ(list.trials.size(), 5u);
  return std::string(status.message());
}

TEST(TrialList, SortsNumbersAsSuchAndTrialsWithoutTheValueLast) {
  EXPECT_THAT(Sorted("score"), ElementsAre(1, 4, 0, 3, 2));
  EXPECT_THAT(Sorted("-score"), ElementsAre(3, 0, 4, 1, 2));
  EXPECT_THAT(Sorted("depth"), ElementsAre(4, 1, 3, 0, 2)) << "10 after 9";
  EXPECT_THAT(Sorted("lr"), ElementsAre(1, 4, 0, 3, 2)) << "1e-3 is 0.001";
  EXPECT_THAT(Sorted("-trial"), ElementsAre(4, 3, 2, 1, 0));
  EXPECT_THAT(Sorted("model.resnet.norm"), ElementsAre(0, 2, 3, 1, 4));
  EXPECT_THAT(Sorted("val_log_loss"), ElementsAre(1, 4, 0, 3, 2));
}

TEST(TrialList, FiltersByComparisonsThatAllHold) {
  EXPECT_THAT(Filtered("lr<1e-2"), ElementsAre(1, 4));
  EXPECT_THAT(Filtered(" sgd.lr <= 0.010 "), ElementsAre(0, 1, 4));
  EXPECT_THAT(Filtered("lr=0.001"), ElementsAre(1, 4));
  EXPECT_THAT(Filtered("norm==batch and lr>0.01"), ElementsAre(2));
  EXPECT_THAT(Filtered("score>=0.3 and depth!=9 and state=finished"), ElementsAre(0, 4));
  EXPECT_THAT(Filtered("trial>3"), ElementsAre(4));
  EXPECT_THAT(Filtered("state!=finished"), ElementsAre(2));
}

TEST(TrialList, FitsNoComparisonWithoutTheValue) {
  EXPECT_THAT(Filtered("depth!=9"), ElementsAre(0, 4));
  EXPECT_THAT(Filtered("score!=7"), ElementsAre(0, 1, 3, 4));
  EXPECT_THAT(Filtered("norm<3"), IsEmpty());
}

TEST(TrialList, SuggestsKeysAndStatesThatMayBeMeant) {
  EXPECT_EQ(Refused("lrr<1"), "trials of s have no \"lrr\"; did you mean \"lr\"?");
  EXPECT_THAT(Refused("scor<1"), HasSubstr("did you mean \"score\"?"));
  EXPECT_THAT(Refused("state=finshed"), HasSubstr("did you mean \"finished\"?"));
  EXPECT_THAT(Refused("warmth=1"), HasSubstr("one of: score, trial, state, lr, depth, norm"));
  TrialList list = List();
  EXPECT_THAT(std::string(SortTrials("-dept", list).message()),
              HasSubstr("did you mean \"depth\"?"));
}

TEST(TrialList, RefusesWhatIsNoComparison) {
  for (const char* expression : {"", "lr", "lr<", "<1", "lr!1", "lr<1 and", "lr<1 and "}) {
    EXPECT_THAT(Refused(expression), HasSubstr("is no comparison; write KEY<VALUE")) << expression;
  }
  EXPECT_THAT(Refused("lr<small"), HasSubstr("\"small\" is no number"));
}

TEST(TrialList, AsksForMoreOfAPathThatTwoParametersEndWith) {
  v1::GetResponse sweep = Sweep({});
  sweep.mutable_spec()->mutable_search()->add_parameters()->set_key("training.optimizer.adam.lr");
  const TrialList list = ListTrials(sweep);
  const absl::Status status = FindKey(list, "lr").status();
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_EQ(status.message(),
            "\"lr\" may be training.optimizer.sgd.lr or training.optimizer.adam.lr; name more of "
            "the path");
  EXPECT_EQ(FindKey(list, "adam.lr")->parameter, 3u);
}

TEST(TrialList, HasATableForPeople) {
  TrialList list = List();
  list.trials.erase(list.trials.begin() + 3, list.trials.end());
  EXPECT_EQ(TableText(TrialTable(list)),
            "trial  state     val_log_loss  ± error  folds    lr  depth  norm\n"
            "    0  finished        0.5000   0.0625    2/2  0.01     10  batch\n"
            "    1  finished        0.2500   0.0625    2/2  1e-3      9  none\n"
            "    2  running              –        –    0/2   0.1      –  batch\n");
}

TEST(TrialList, HasATableForSpreadsheets) {
  TrialList list = List();
  list.trials[0].score = 1.0 / 3;
  list.trials.erase(list.trials.begin() + 1, list.trials.begin() + 2);
  list.trials.resize(2);
  EXPECT_EQ(TableCsv(FullTrialTable(list)),
            "trial,state,score,standard_error,folds_done,folds,training.optimizer.sgd.lr,"
            "model.resnet.depth,model.resnet.norm\n"
            "0,finished,0.3333333333333333,0.0625,2,2,0.01,10,batch\n"
            "2,running,,,0,2,0.1,,batch\n");
}

TEST(TrialList, HasAnObjectForScripts) {
  const nlohmann::ordered_json json = TrialListJson(List());
  EXPECT_EQ(json["metric"], "val_log_loss");
  EXPECT_EQ(json["trials"][1]["score"], 0.25);
  EXPECT_EQ(json["trials"][1]["parameters"]["model.resnet.norm"], "none");
  EXPECT_TRUE(json["trials"][2]["score"].is_null());
  EXPECT_FALSE(json["trials"][2]["parameters"].contains("model.resnet.depth"));
}

TEST(TrialList, TellsHowTrialsStand) {
  v1::GetResponse sweep = Sweep({{"1", "", "", 0.5}, {"2", "", "", 0.5}, {"3", "", "", {}}});
  sweep.mutable_trials(0)->mutable_cancelled();
  sweep.mutable_trials(1)->mutable_finished()->clear_folds();
  const TrialList list = ListTrials(sweep);
  EXPECT_EQ(list.trials[0].state, "cancelled");
  EXPECT_FALSE(list.trials[0].score.has_value());
  EXPECT_EQ(list.trials[1].state, "failed");
  EXPECT_EQ(list.trials[2].state, "waiting");
}

}  // namespace
}  // namespace pleat
