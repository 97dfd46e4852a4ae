#include "client/child_output.h"

#include <gtest/gtest.h>

namespace pleat {
namespace {

TEST(ChildOutputTest, FeedsAndReads) {
  // More than a pipe holds.
  const std::string input(1 << 20, 'x');
  const auto output = ChildOutput({"/bin/cat"}, input);
  ASSERT_TRUE(output.ok()) << output.status();
  EXPECT_EQ(*output, input);
  EXPECT_EQ(*ChildOutput({"/bin/cat"}), "");
}

TEST(ChildOutputTest, TellsBadInputFromOtherFailures) {
  const auto refused = ChildOutput({"/bin/sh", "-c", "echo no such field >&2; exit 2"});
  EXPECT_TRUE(absl::IsInvalidArgument(refused.status()));
  EXPECT_EQ(refused.status().message(), "no such field");
  const auto failed = ChildOutput({"/bin/sh", "-c", "exit 1"});
  EXPECT_TRUE(absl::IsInternal(failed.status()));
  EXPECT_EQ(failed.status().message(), "/bin/sh ended without a message");
  EXPECT_TRUE(absl::IsNotFound(ChildOutput({"/absent"}).status()));
}

}  // namespace
}  // namespace pleat
