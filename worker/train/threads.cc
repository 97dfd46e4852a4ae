#include "worker/train/threads.h"

#include <ATen/Parallel.h>

#include <algorithm>

namespace pleat {

void SetThreads(uint32_t threads) { at::set_num_threads(static_cast<int>(std::max(threads, 1u))); }

}  // namespace pleat
