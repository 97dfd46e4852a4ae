#include "client/state_text.h"

namespace pleat {

std::string StateText(v1::SweepState state) {
  switch (state) {
    case v1::SWEEP_STATE_RUNNING:
      return "running";
    case v1::SWEEP_STATE_FINISHED:
      return "finished";
    case v1::SWEEP_STATE_DEGRADED:
      return "degraded";
    case v1::SWEEP_STATE_FAILED:
      return "failed";
    case v1::SWEEP_STATE_CANCELLED:
      return "cancelled";
    default:
      return "unknown";
  }
}

}  // namespace pleat
