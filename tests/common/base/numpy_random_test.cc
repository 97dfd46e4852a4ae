#include "common/base/numpy_random.h"

#include <gtest/gtest.h>

#include <numeric>

#include "tests/reference/fixture.h"

namespace pleat {
namespace {

TEST(NumpyRandomState, ShufflesAndPermutesAsNumpy) {
  const nlohmann::json fixture = ReadFixture("numpy.json");
  ASSERT_FALSE(fixture["random_state"].empty());
  for (const nlohmann::json& expected : fixture["random_state"]) {
    SCOPED_TRACE(testing::Message() << "seed " << expected["seed"] << " size " << expected["size"]);
    NumpyRandomState random(expected["seed"].get<uint32_t>());
    std::vector<int64_t> values(expected["size"].get<size_t>());
    std::iota(values.begin(), values.end(), 100);
    random.Shuffle(std::span(values));
    EXPECT_EQ(values, expected["shuffle"].get<std::vector<int64_t>>());
    EXPECT_EQ(random.Permutation(expected["size"].get<uint32_t>()),
              expected["permutation"].get<std::vector<int64_t>>());
  }
}

TEST(NumpyRandomState, TakesNothing) {
  NumpyRandomState random(0);
  EXPECT_TRUE(random.Permutation(0).empty());
}

}  // namespace
}  // namespace pleat
