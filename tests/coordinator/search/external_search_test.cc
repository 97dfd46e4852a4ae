#include "coordinator/search/external_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/config/sweep_reader.h"

namespace pleat {
namespace {

using testing::HasSubstr;

// Values as "path=value path=value".
std::string PointText(const std::vector<v1::ParameterValue>& point) {
  std::string text;
  for (const v1::ParameterValue& value : point) {
    absl::StrAppend(&text, text.empty() ? "" : " ", value.path(), "=", value.value());
  }
  return text;
}

v1::ParameterValue Value(const std::string& path, const std::string& text) {
  v1::ParameterValue value;
  value.set_path(path);
  value.set_value(text);
  return value;
}

const v1::ParameterValue kEpochs = Value("training.epochs", "3");
const v1::ParameterValue kBatch = Value("training.batch_size", "32");
const v1::ParameterValue kSgd = Value("training.optimizer", "sgd");
const v1::ParameterValue kAdam = Value("training.optimizer", "adam_w");
const v1::ParameterValue kMomentum = Value("training.optimizer.sgd.momentum", "0.5");

class ExternalSearchTest : public testing::Test {
 protected:
  ExternalSearchTest() {
    SweepSource source;
    source.file = "sweep.yaml";
    source.folder = "/data";
    source.text =
        "name: a\n"
        "data: {train: {synthetic_digits: {samples: 100}}}\n"
        "search:\n"
        "  method: external\n"
        "  max_trials: 5\n"
        "  parameters:\n"
        "    training.optimizer: {values: [adam_w: {}, sgd: {lr: 0.1}]}\n"
        "    training.optimizer.sgd.momentum: {uniform: {min: 0, max: 0.9}}\n"
        "    training.epochs: {int_uniform: {min: 1, max: 10}}\n"
        "    training.batch_size: {values: [16, 32]}\n"
        "    training.checkpoint: {constant: best}\n"
        "  constraints: [training.epochs * training.batch_size <= 100]\n";
    const SweepReading reading = ReadSweep(source);
    EXPECT_TRUE(reading.diagnostics.empty()) << FormatDiagnostics(reading.diagnostics);
    search_ = *MakeSearchMethod(reading.spec);
  }

  std::string Refusal(const std::vector<v1::ParameterValue>& values) {
    const auto point = search_->Take(values);
    EXPECT_TRUE(absl::IsInvalidArgument(point.status())) << point.status();
    EXPECT_THAT(std::string(point.status().message()), testing::Not(HasSubstr("\n")));
    return std::string(point.status().message());
  }

  std::unique_ptr<SearchMethod> search_;
};

TEST_F(ExternalSearchTest, HasRoomForMaxTrials) { EXPECT_EQ(search_->size(), 5u); }

TEST_F(ExternalSearchTest, MakesAPointOfValues) {
  const auto point = search_->Take({kEpochs, kMomentum, kBatch, kSgd});
  ASSERT_TRUE(point.ok()) << point.status();
  EXPECT_EQ(PointText(*point),
            "training.optimizer={sgd: {lr: 0.1}} training.optimizer.sgd.momentum=0.5 "
            "training.epochs=3 training.batch_size=32 training.checkpoint=best");
}

TEST_F(ExternalSearchTest, LeavesOutWhatIsNoPartOfTheTrial) {
  for (const auto& values :
       {std::vector{kAdam, kEpochs, kBatch, kMomentum}, std::vector{kAdam, kEpochs, kBatch}}) {
    const auto point = search_->Take(values);
    ASSERT_TRUE(point.ok()) << point.status();
    EXPECT_EQ(PointText(*point),
              "training.optimizer={adam_w: {}} training.epochs=3 training.batch_size=32 "
              "training.checkpoint=best");
  }
}

TEST_F(ExternalSearchTest, NamesAParameterWithoutValue) {
  EXPECT_EQ(Refusal({kSgd, kEpochs, kBatch}),
            "parameters: training.optimizer.sgd.momentum has no value; give one to each parameter "
            "that is part of the trial");
}

TEST_F(ExternalSearchTest, RefusesWhatIsNotInTheSpace) {
  EXPECT_THAT(Refusal({kAdam, kBatch, Value("training.epoch", "3")}),
              HasSubstr("did you mean \"training.epochs\"?"));
  EXPECT_THAT(Refusal({kAdam, kEpochs, Value("training.batch_size", "17")}),
              HasSubstr("17 is not one of the values of search.parameters"));
  EXPECT_THAT(Refusal({kAdam, kBatch, Value("training.epochs", "many")}), HasSubstr("\"many\""));
  EXPECT_THAT(Refusal({kAdam, kBatch, Value("training.epochs", "4")}),
              HasSubstr("breaks search.constraints[0]"));
  EXPECT_THAT(Refusal({kAdam, kBatch, kEpochs, kEpochs}),
              HasSubstr("training.epochs has two values; give one"));
}

TEST(SearchMethodTest, TakesNoTrialsWhereItSuggestsThem) {
  const auto search = MakeSearchMethod(v1::SweepSpec());
  ASSERT_TRUE(search.ok()) << search.status();
  EXPECT_TRUE(absl::IsFailedPrecondition((*search)->Take({}).status()));
}

}  // namespace
}  // namespace pleat
