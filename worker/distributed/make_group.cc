#include "worker/distributed/make_group.h"

#include <mpi.h>

#include <string>

#include "common/base/status_macros.h"
#include "worker/distributed/group_layout.h"
#include "worker/distributed/mpi_communicator.h"
#include "worker/distributed/mpi_runtime.h"
#include "worker/distributed/mpi_status.h"
#ifdef PLEAT_CUDA
#include "worker/distributed/nccl_communicator.h"
#endif

namespace pleat {
namespace {

// An MPI communicator that is freed with its scope.
class ScopedComm {
 public:
  ScopedComm() = default;
  ~ScopedComm() {
    if (comm_ != MPI_COMM_NULL) MPI_Comm_free(&comm_);
  }
  ScopedComm(const ScopedComm&) = delete;
  ScopedComm& operator=(const ScopedComm&) = delete;
  MPI_Comm* out() { return &comm_; }
  MPI_Comm get() const { return comm_; }

 private:
  MPI_Comm comm_ = MPI_COMM_NULL;
};

std::string NodeName() {
  char name[MPI_MAX_PROCESSOR_NAME];
  int length = 0;
  if (MPI_Get_processor_name(name, &length) != MPI_SUCCESS) return "(unnamed)";
  return std::string(name, length);
}

absl::Status SplitIntoGroups(int group_size, ScopedComm& group) {
  ScopedComm node;
  PLEAT_RETURN_IF_ERROR(MpiStatus(
      MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, node.out()),
      "find the ranks of this node"));
  int node_rank = 0, node_size = 1;
  MPI_Comm_rank(node.get(), &node_rank);
  MPI_Comm_size(node.get(), &node_size);
  PLEAT_ASSIGN_OR_RETURN(GroupPlace place,
                         PlaceInGroup(NodeName(), node_rank, node_size, group_size));
  return MpiStatus(MPI_Comm_split(node.get(), place.group, place.rank, group.out()),
                   "split the ranks of this node into groups");
}

absl::StatusOr<std::unique_ptr<Communicator>> MakeDataChannel(
    MPI_Comm comm, [[maybe_unused]] Communicator& control, int timeout_ms,
    const ComputeDevice& device) {
#ifdef PLEAT_CUDA
  if (device.is_gpu) return MakeNcclCommunicator(control, timeout_ms);
#endif
  if (device.is_gpu) return absl::InternalError("a GPU in a build without CUDA");
  return MakeMpiCommunicator(comm, timeout_ms);
}

}  // namespace

absl::StatusOr<Group> MakeGroup(int group_size, int timeout_ms, const ComputeDevice& device) {
  Group group;
  if (group_size == 1) return group;
  PLEAT_RETURN_IF_ERROR(StartMpi());
  ScopedComm comm;
  PLEAT_RETURN_IF_ERROR(SplitIntoGroups(group_size, comm));
  PLEAT_ASSIGN_OR_RETURN(group.control, MakeMpiCommunicator(comm.get(), timeout_ms));
  group.rank = group.control->rank();
  group.size = group.control->size();
  PLEAT_ASSIGN_OR_RETURN(group.gradients,
                         MakeDataChannel(comm.get(), *group.control, timeout_ms, device));
  PLEAT_ASSIGN_OR_RETURN(group.statistics,
                         MakeDataChannel(comm.get(), *group.control, timeout_ms, device));
  return group;
}

}  // namespace pleat
