#include "client/parameter_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pleat {
namespace {

using ::testing::ElementsAre;

v1::ParameterValue Parameter(const std::string& path, const std::string& value) {
  v1::ParameterValue parameter;
  parameter.set_path(path);
  parameter.set_value(value);
  return parameter;
}

TEST(ParameterText, KeepsTheLastPartOfEachPath) {
  EXPECT_EQ(ShortParameters({Parameter("training.optimizer.adam_w.lr", "0.002"),
                             Parameter("model.se_cnn.dropout", "0.1")}),
            "lr=0.002 dropout=0.1");
}

TEST(ParameterText, KeepsMoreWherePathsEndAlike) {
  EXPECT_THAT(
      ShortPaths({Parameter("training.optimizer.sgd.lr", "1"),
                  Parameter("training.optimizer.adam.lr", "2"), Parameter("training.epochs", "3")}),
      ElementsAre("sgd.lr", "adam.lr", "epochs"));
}

TEST(ParameterText, FindsTheParametersOfAllTrials) {
  v1::GetResponse sweep;
  *sweep.add_trials()->add_parameters() = Parameter("training.optimizer", "adam");
  v1::TrialStatus* second = sweep.add_trials();
  *second->add_parameters() = Parameter("training.optimizer", "sgd");
  *second->add_parameters() = Parameter("training.optimizer.sgd.momentum", "0.9");
  const std::vector<v1::ParameterValue> distinct = DistinctParameters(sweep);
  ASSERT_EQ(distinct.size(), 2u);
  EXPECT_EQ(distinct[0].path(), "training.optimizer");
  EXPECT_EQ(distinct[1].path(), "training.optimizer.sgd.momentum");
}

}  // namespace
}  // namespace pleat
