// What decides the last bits of a training, in a few letters.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "worker/distributed/device.h"

namespace pleat {

// 16 lower-case hex digits: equal for processes whose trainings give the same bits. A digest of
// Pleat's sources that decide them (builds of one version may differ in these, builds of one commit
// on other machines do not), of torch's version, of the group's size, of the device's name, and of
// the weights after three steps of a small SE-CNN in float32 there, on one thread if it is a CPU
// (names of instruction sets would miss that BLAS blocks by cache size too). Takes well below a
// second on a CPU; leaves the thread count at one.
absl::StatusOr<std::string> ExecutionFingerprint(int group_size, const ComputeDevice& device = {});

}  // namespace pleat
