#include "common/base/status_macros.h"

#include <gtest/gtest.h>

namespace pleat {
namespace {

absl::StatusOr<int> Half(int value) {
  if (value % 2 != 0) return absl::InvalidArgumentError("odd");
  return value / 2;
}

absl::StatusOr<int> Quarter(int value) {
  PLEAT_ASSIGN_OR_RETURN(const int half, Half(value));
  PLEAT_RETURN_IF_ERROR(Half(half).status());
  return half / 2;
}

TEST(StatusMacros, PassValuesOnAndStopAtTheFirstError) {
  EXPECT_EQ(*Quarter(12), 3);
  EXPECT_EQ(Quarter(6).status(), absl::InvalidArgumentError("odd"));
  EXPECT_EQ(Quarter(5).status(), absl::InvalidArgumentError("odd"));
}

TEST(Annotate, PutsTheContextBeforeErrorsOnly) {
  EXPECT_EQ(Annotate(absl::DataLossError("bits"), "file a"), absl::DataLossError("file a: bits"));
  EXPECT_TRUE(Annotate(absl::OkStatus(), "file a").ok());
}

}  // namespace
}  // namespace pleat
