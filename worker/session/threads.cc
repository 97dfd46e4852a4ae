#include "worker/session/threads.h"

#include <torch/types.h>

namespace pleat {

void SetThreads(int threads) { at::set_num_threads(threads); }

}  // namespace pleat
