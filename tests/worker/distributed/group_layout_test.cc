#include "worker/distributed/group_layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace pleat {
namespace {

using testing::HasSubstr;

TEST(GroupLayout, CutsANodeIntoRunsOfNeighbours) {
  struct Case {
    int rank, size, group_size, group, group_rank;
  };
  for (const Case& c :
       {Case{0, 1, 1, 0, 0}, Case{3, 4, 1, 3, 0}, Case{0, 4, 2, 0, 0}, Case{1, 4, 2, 0, 1},
        Case{2, 4, 2, 1, 0}, Case{3, 4, 2, 1, 1}, Case{5, 6, 3, 1, 2}, Case{7, 8, 8, 0, 7}}) {
    absl::StatusOr<GroupPlace> place = PlaceInGroup("node7", c.rank, c.size, c.group_size);
    ASSERT_TRUE(place.ok()) << place.status();
    EXPECT_EQ(place->group, c.group) << "rank " << c.rank << " of " << c.size;
    EXPECT_EQ(place->rank, c.group_rank) << "rank " << c.rank << " of " << c.size;
  }
}

TEST(GroupLayout, SaysWhatToDoWhenRanksAreLeftOver) {
  absl::Status status = PlaceInGroup("node7", 0, 3, 2).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("3 ranks on node node7 cannot be cut into groups of 2"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("--group-size"));
}

TEST(GroupLayout, SaysWhatToDoWhenStartedWithoutMpirun) {
  absl::Status status = PlaceInGroup("laptop", 0, 1, 2).status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("1 rank on node laptop"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("mpirun -n"));
}

TEST(GroupLayout, RefusesAGroupSizeBelowOne) {
  EXPECT_EQ(PlaceInGroup("node7", 0, 4, 0).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace pleat
