// CPU threads of torch's operations.
#pragma once

namespace pleat {

// Sets how many threads an operation may use from now on, in this process.
void SetThreads(int threads);

}  // namespace pleat
