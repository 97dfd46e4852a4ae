// Ctrl-C and SIGTERM as a flag.
#pragma once

#include <atomic>

namespace pleat {

// From now on SIGINT and SIGTERM set the flag that is returned, and do nothing else.
std::atomic<bool>& CatchStopSignals();

}  // namespace pleat
