// The losses of the last steps: what a training that diverges has to tell.
#pragma once

#include <cmath>
#include <string>

#include "absl/status/statusor.h"
#include "proto/training_state.pb.h"
#include "worker/distributed/communicator.h"

namespace pleat {

class StepLosses {
 public:
  // Of this rank's rows in one more step, divided by the global batch.
  void Add(double loss);
  // True if the last step's was NaN or infinite.
  bool failed() const { return has_steps_ && !std::isfinite(last_); }
  // "the last finite loss was 0.31": of the whole group, from the last two steps, or from the
  // epochs of `state` if there are none since it was restored. Every rank calls it.
  absl::StatusOr<std::string> LastFinite(Group& group, const v1::TrainingState& state) const;

 private:
  bool has_steps_ = false;
  double last_ = std::nan("");
  double before_ = std::nan("");
};

}  // namespace pleat
