#include "client/stop_signal.h"

#include <signal.h>

namespace pleat {
namespace {

std::atomic<bool> stop_requested = false;

}  // namespace

std::atomic<bool>& CatchStopSignals() {
  struct sigaction action {};
  action.sa_handler = [](int) { stop_requested = true; };
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  return stop_requested;
}

}  // namespace pleat
