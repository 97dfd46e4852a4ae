// Earlier sweeps that a search cannot learn from.
#include "common/config/warm_start_check.h"

#include <gtest/gtest.h>

#include "tests/common/config/sweep_text.h"

namespace pleat {
namespace {

std::string WithSearch(const std::string& search) {
  return DiagnosticsOf(SmallSweep("search: {max_trials: 5, " + search + "}\n"));
}

constexpr char kParameters[] =
    "parameters: {model.se_cnn.dropout: {uniform: {min: 0, max: 0.5}}}, ";

TEST(WarmStartCheck, AcceptsNamesOfOtherSweepsForASearchThatLearns) {
  EXPECT_EQ(WithSearch(std::string(kParameters) + "method: tpe, warm_start: [first, second]"), "");
  EXPECT_EQ(WithSearch(std::string(kParameters) + "method: gp, warm_start: [first]"), "");
}

TEST(WarmStartCheck, RefusesASearchThatDoesNotLearn) {
  EXPECT_EQ(WithSearch(std::string(kParameters) + "method: random, warm_start: [first]"),
            "sweep.yaml:3:120: search.warm_start: random search does not learn from trials; use "
            "method: tpe or gp with parameters, or leave it out");
  EXPECT_EQ(WithSearch("method: tpe, warm_start: [first]"),
            "sweep.yaml:3:50: search.warm_start: a sweep without search.parameters does not learn "
            "from trials; use method: tpe or gp with parameters, or leave it out");
}

TEST(WarmStartCheck, RefusesTheSweepItselfRepeatedNamesAndWhatIsNoName) {
  const std::string begin = std::string(kParameters) + "method: tpe, warm_start: ";
  EXPECT_EQ(WithSearch(begin + "[small]"),
            "sweep.yaml:3:118: search.warm_start[0]: \"small\" is this sweep; name an earlier one");
  EXPECT_EQ(WithSearch(begin + "[first, first]"),
            "sweep.yaml:3:125: search.warm_start[1]: \"first\" is there twice; keep one");
  EXPECT_NE(WithSearch(begin + "[../first]").find("search.warm_start[0]: "), std::string::npos);
}

}  // namespace
}  // namespace pleat
