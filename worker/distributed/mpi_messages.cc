#include "worker/distributed/mpi_messages.h"

#include <climits>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "worker/distributed/mpi_status.h"

namespace pleat {
namespace {

absl::Status CheckLength(int64_t bytes) {
  if (bytes <= INT_MAX) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("a message of ", bytes,
                                                 " bytes is more than MPI carries (", INT_MAX,
                                                 "); use smaller buckets"));
}

absl::StatusOr<bool> TestAll(std::vector<MPI_Request>& requests) {
  int done = 0;
  PLEAT_RETURN_IF_ERROR(MpiStatus(
      MPI_Testall(static_cast<int>(requests.size()), requests.data(), &done, MPI_STATUSES_IGNORE),
      "complete messages"));
  return done != 0;
}

}  // namespace

MpiMessages::~MpiMessages() {
  for (MPI_Request& request : receives_) {
    if (request == MPI_REQUEST_NULL) continue;
    MPI_Cancel(&request);
    MPI_Request_free(&request);
  }
  for (MPI_Request& request : sends_) {
    if (request != MPI_REQUEST_NULL) MPI_Request_free(&request);
  }
}

absl::Status MpiMessages::Send(const void* data, int64_t bytes, int to, int tag) {
  PLEAT_RETURN_IF_ERROR(CheckLength(bytes));
  return MpiStatus(MPI_Isend(data, static_cast<int>(bytes), MPI_BYTE, to, tag, comm_,
                             &sends_.emplace_back(MPI_REQUEST_NULL)),
                   "send");
}

absl::Status MpiMessages::Receive(void* data, int64_t bytes, int from, int tag) {
  PLEAT_RETURN_IF_ERROR(CheckLength(bytes));
  return MpiStatus(MPI_Irecv(data, static_cast<int>(bytes), MPI_BYTE, from, tag, comm_,
                             &receives_.emplace_back(MPI_REQUEST_NULL)),
                   "receive");
}

absl::StatusOr<bool> MpiMessages::Test() {
  PLEAT_ASSIGN_OR_RETURN(bool received, TestAll(receives_));
  PLEAT_ASSIGN_OR_RETURN(bool sent, TestAll(sends_));
  return received && sent;
}

}  // namespace pleat
