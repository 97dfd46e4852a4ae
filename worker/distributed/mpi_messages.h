// A batch of non-blocking MPI messages that are waited for together.
#pragma once

#include <mpi.h>

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace pleat {

// Messages under way on one MPI communicator. Their memory belongs to them until Test says that
// they are done, or until they are dropped.
class MpiMessages {
 public:
  explicit MpiMessages(MPI_Comm comm) : comm_(comm) {}
  // Drops messages that are not done: receives are cancelled, so that they do not write any more.
  ~MpiMessages();
  MpiMessages(const MpiMessages&) = delete;
  MpiMessages& operator=(const MpiMessages&) = delete;

  absl::Status Send(const void* data, int64_t bytes, int to, int tag);
  absl::Status Receive(void* data, int64_t bytes, int from, int tag);
  // True when all are done; never blocks. Moves them forward.
  absl::StatusOr<bool> Test();

 private:
  MPI_Comm comm_;
  std::vector<MPI_Request> sends_;
  std::vector<MPI_Request> receives_;
};

}  // namespace pleat
