// A SQLite VFS that fails on demand: the N-th call on files since a plan was set, or every call
// from there on; and whose machine can lose its power.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pleat {

struct FaultPlan {
  enum class Kind {
    kIo,          // EIO
    kFull,        // ENOSPC, where something is written
    kShortWrite,  // half is written, then EIO
  };
  Kind kind = Kind::kIo;
  int64_t fail_at = 0;      // which call, from 1; 0: none
  bool syncs_only = false;  // count and fail only the calls that make durable
  bool for_good = false;    // all later calls fail too, as of a process that was killed
};

// What happened since.
struct FaultReport {
  int64_t calls = 0;                // that were counted
  std::vector<int64_t> syncs = {};  // the numbers of those that made something durable
  std::string failed;               // the call that failed: "write journal.db-wal"; empty: none did
};

// Makes it the default VFS of this process, over the one before; once.
void UseFaultVfs();
void SetFaultPlan(const FaultPlan& plan);
FaultReport FaultsSoFar();

// The power goes: of what was written to files that this VFS opened, and not synced since, each
// sector comes to the disk with this probability, whatever came before it; a file that was never
// synced may be gone, and one that was removed be there again. To be called while none of them is
// open. What follows is drawn by `seed`.
void LosePower(double kept, uint32_t seed);

}  // namespace pleat
