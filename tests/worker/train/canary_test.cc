#include "worker/train/canary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pleat {
namespace {

TEST(ExecutionFingerprint, IsShortHexAndRepeatable) {
  const std::string fingerprint = ExecutionFingerprint(1).value();
  EXPECT_THAT(fingerprint, testing::MatchesRegex("[0-9a-f]+"));
  EXPECT_EQ(fingerprint.size(), 16u);
  EXPECT_EQ(ExecutionFingerprint(1).value(), fingerprint);
}

TEST(ExecutionFingerprint, TellsGroupSizesApart) {
  EXPECT_NE(ExecutionFingerprint(1).value(), ExecutionFingerprint(2).value());
}

}  // namespace
}  // namespace pleat
