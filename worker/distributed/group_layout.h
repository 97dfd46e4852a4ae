// How the ranks of a node are cut into groups.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace pleat {

// A rank's place. Groups are runs of neighbouring ranks, so a group never leaves its node.
struct GroupPlace {
  int group = 0;  // on this node, from 0
  int rank = 0;   // in the group, from 0
};

// The place of rank `node_rank` of the `node_size` ranks on node `node`. INVALID_ARGUMENT unless
// the ranks divide evenly into groups of `group_size`.
absl::StatusOr<GroupPlace> PlaceInGroup(const std::string& node, int node_rank, int node_size,
                                        int group_size);

}  // namespace pleat
