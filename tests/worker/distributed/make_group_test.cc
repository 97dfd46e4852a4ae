#include "worker/distributed/make_group.h"

#include <gtest/gtest.h>
#include <mpi.h>

namespace pleat {
namespace {

TEST(MakeGroup, OfOneNeverStartsMpi) {
  absl::StatusOr<Group> group = MakeGroup(/*group_size=*/1, /*timeout_ms=*/1000, ComputeDevice{});
  ASSERT_TRUE(group.ok()) << group.status();
  EXPECT_EQ(group->rank, 0);
  EXPECT_EQ(group->size, 1);
  EXPECT_EQ(group->gradients, nullptr);
  EXPECT_EQ(group->statistics, nullptr);
  EXPECT_EQ(group->control, nullptr);
  int started = 0;
  MPI_Initialized(&started);
  EXPECT_FALSE(started);
}

}  // namespace
}  // namespace pleat
