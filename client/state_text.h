// States as words, the same in every output.
#pragma once

#include <string>

#include "proto/coordinator.pb.h"

namespace pleat {

// "running", "finished", "degraded", "failed", "cancelled".
std::string StateText(v1::SweepState state);

}  // namespace pleat
