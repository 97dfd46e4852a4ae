// CPU threads of this rank.
#pragma once

#include <cstdint>

namespace pleat {

// Lets the calling thread's tensor operations use `threads` CPU threads (0 counts as 1). Threads
// change the last bits of sums, so they are the sweep's choice, never the machine's.
void SetThreads(uint32_t threads);

}  // namespace pleat
