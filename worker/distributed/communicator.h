// Rank, size and collectives inside a group: MPI on CPUs, NCCL on GPUs, threads in one process for
// tests.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace pleat {

// Numbers in the memory of the communicator's device.
struct Buffer {
  enum class Type { kFloat32, kFloat64, kInt64, kByte };
  void* data = nullptr;
  int64_t count = 0;
  Type type = Type::kFloat32;
};

// A collective under way.
class PendingCollective {
 public:
  virtual ~PendingCollective() = default;
  // Until it is done on this rank. DEADLINE_EXCEEDED: a rank did not enter it in time; ABORTED: a
  // rank is gone; any code: a rank has left, and gave it as its reason.
  virtual absl::Status Wait() = 0;
};

// One channel of a group. Every rank calls the same collectives in the same order; separate uses
// (gradients, batch norm, control) take separate channels, so that overlapping ones never mix. One
// thread uses a channel at a time. After an error a channel is unusable, which failure() remembers:
// the group must end.
class Communicator {
 public:
  virtual ~Communicator() = default;
  virtual int rank() const = 0;
  virtual int size() const = 0;

  // Starts an in-place sum over all ranks. Summation is in rank order, so every rank gets the same
  // bits. The buffer belongs to the collective until Wait returns. Types: float32, float64, int64.
  virtual absl::StatusOr<std::unique_ptr<PendingCollective>> StartAllReduceSum(Buffer buffer) = 0;
  // Rank `root`'s bytes to all.
  virtual absl::Status Broadcast(Buffer buffer, int root) = 0;
  // Each rank's `send` in rank order into `receive` (size() times as long), on every rank.
  virtual absl::Status AllGather(Buffer send, Buffer receive) = 0;
  virtual absl::Status Barrier() = 0;
  // Tells the other ranks, as far as possible, that this one is leaving in the middle: their waits
  // end with the code of `reason`, which is not OK. The channel is unusable afterwards. Never
  // blocks.
  virtual void Abort(const absl::Status& reason) = 0;
  // The reason of a rank that has left by Abort; OK if none is known to have. Never blocks.
  virtual absl::Status CheckNobodyLeft() = 0;

  // OK, or the first error after which the channel is unusable.
  const absl::Status& failure() const { return failure_; }

  // The sum, waited for.
  absl::Status AllReduceSum(Buffer buffer);
  // Rank 0's string to all ranks. Only on channels in host memory.
  absl::Status BroadcastString(std::string& value);

 protected:
  // Remembers an error after which the channel is unusable; gives `status` back.
  absl::Status Fail(const absl::Status& status) {
    failure_.Update(status);
    return status;
  }

 private:
  absl::Status failure_;
};

// The ranks that train one fold together, and their channels.
struct Group {
  int rank = 0;
  int size = 1;
  // Null in a group of one.
  std::unique_ptr<Communicator> gradients;
  std::unique_ptr<Communicator> statistics;
  std::unique_ptr<Communicator> control;
};

}  // namespace pleat
