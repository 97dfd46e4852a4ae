// System calls that fail on demand: the N-th of this program's calls on files since a plan was set.
// The program must be linked with --wrap for each of them (see CMakeLists.txt).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pleat {

struct CallPlan {
  enum class Kind {
    kIo,           // EIO
    kFull,         // ENOSPC, where something is written or made
    kShort,        // a read or write does half
    kInterrupted,  // a read or write is interrupted
  };
  Kind kind = Kind::kIo;
  int64_t fail_at = 0;  // which call, from 1; 0: none
};

void SetCallPlan(const CallPlan& plan);
// The call that failed since, such as "write" or "fsync of a file"; empty: none did.
std::string FailedCall();
// The calls since that make or change something, in their order, by the same names.
std::vector<std::string> WritingCalls();

}  // namespace pleat
