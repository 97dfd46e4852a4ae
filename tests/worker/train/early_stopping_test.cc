#include "worker/train/early_stopping.h"

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include "tests/reference/fixture.h"

namespace pleat {
namespace {

TEST(EarlyStopping, EndsWhereKerasDoes) {
  const nlohmann::json fixture = ReadFixture("schedules.json");
  for (const nlohmann::json& expected : fixture["early_stopping"]) {
    v1::EarlyStoppingSpec spec;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(expected["spec"].dump(), &spec).ok());
    google::protobuf::RepeatedPtrField<v1::EpochMetrics> history;
    for (const double value : expected["values"]) {
      v1::EpochMetrics& epoch = *history.Add();
      epoch.set_val_loss(value);
      epoch.set_val_accuracy(value);
      if (StopsEarly(spec, history)) break;
    }
    EXPECT_EQ(history.size(), expected["epochs"].get<int>()) << expected["spec"];
  }
}

}  // namespace
}  // namespace pleat
