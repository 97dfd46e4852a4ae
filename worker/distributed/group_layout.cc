#include "worker/distributed/group_layout.h"

#include "absl/strings/str_cat.h"

namespace pleat {

absl::StatusOr<GroupPlace> PlaceInGroup(const std::string& node, int node_rank, int node_size,
                                        int group_size) {
  if (group_size < 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("group size ", group_size, ": a group has at least one rank"));
  }
  if (node_size % group_size != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(node_size, node_size == 1 ? " rank" : " ranks", " on node ", node,
                     " cannot be cut into groups of ", group_size, ": start a multiple of ",
                     group_size, " ranks per node (mpirun -n), or choose another --group-size"));
  }
  return GroupPlace{.group = node_rank / group_size, .rank = node_rank % group_size};
}

}  // namespace pleat
