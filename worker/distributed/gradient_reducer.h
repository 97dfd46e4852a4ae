// Sums gradients over a group while backward still runs.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "worker/distributed/communicator.h"
#include "worker/model/flat_parameters.h"

namespace pleat {

// Cuts the flat gradient into buckets of whole parameters, from the back, where backward begins.
// As soon as the last gradient of a bucket has been accumulated, its sum over the group starts;
// buckets start in a fixed order, the same on every rank. A step is
//
//   reducer.Arm();
//   loss.backward();
//   status = reducer.Finish();   // now gradient() holds the group's sum, in the same bits
//   everywhere
//
// One per training; owns the post-accumulate hooks of the parameters while it lives. Used by the
// training thread; hooks may run on autograd's thread, but only between Arm and Finish.
class GradientReducer {
 public:
  // `parameters` are allocated; they and `channel` outlive the reducer.
  GradientReducer(FlatParameters& parameters, Communicator& channel,
                  int64_t bucket_bytes = 4 << 20);
  ~GradientReducer();
  GradientReducer(const GradientReducer&) = delete;
  GradientReducer& operator=(const GradientReducer&) = delete;

  // Before a backward pass.
  void Arm();
  // After it: starts what has not started (buckets of parameters without a gradient) and waits for
  // all. The first error of any bucket; the channel is then unusable.
  absl::Status Finish();
  // Instead, when every rank left the pass at the same place (or before Arm): only waits for the
  // sums that have started, so that the channel is in step again.
  absl::Status Drop();

  int64_t bucket_count() const { return static_cast<int64_t>(buckets_.size()); }
  // Buckets whose sum has started since Arm.
  int64_t started_count() const { return next_; }

 private:
  class ReadyHook;

  // A contiguous range of the gradient, in elements, with the gaps behind its parameters.
  struct Bucket {
    int64_t begin = 0;
    int64_t count = 0;
    int64_t parameters = 0;
    int64_t missing = 0;  // parameters whose gradient is not ready
    std::unique_ptr<PendingCollective> sum;
  };

  void CutBuckets(int64_t bucket_bytes);
  void OnGradientReady(size_t bucket);
  void StartNext();
  absl::Status WaitForStarted();

  FlatParameters& parameters_;
  Communicator& channel_;
  std::vector<Bucket> buckets_;    // in starting order: from the back of the gradient
  std::vector<size_t> bucket_of_;  // of each parameter
  bool armed_ = false;
  int64_t next_ = 0;  // the first bucket that has not started
  absl::Status status_;
};

}  // namespace pleat
