// How long an epoch takes, measured.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "common/config/sweep_file.h"
#include "proto/coordinator.pb.h"

namespace pleat {

// Watches the first fold of a sweep's first trial for a minute at most, and for no longer than
// three seconds of whole epochs. Pure: the times are given.
class EpochStopwatch {
 public:
  static constexpr int64_t kMostMs = 60'000;
  static constexpr int64_t kEnoughMs = 3'000;

  // What the sweep is now. True: there is nothing more to watch.
  bool Look(const v1::GetResponse& sweep, int64_t now_ms);

  struct Reading {
    double seconds = 0;  // of one epoch
    std::string how;     // "the mean of 3 epochs"
  };
  // From the times between reports, which hold what belongs to an epoch beside its steps; of one
  // epoch, from what its group measured; of none, from its steps. INVALID_ARGUMENT, INTERNAL: the
  // fold or the sweep failed. FAILED_PRECONDITION: a minute was too short for two looks at the
  // steps.
  absl::StatusOr<Reading> Read() const;

 private:
  struct Mark {
    int64_t ms = 0;
    uint64_t count = 0;  // of epochs, or of steps
  };
  // A count that grows: when it was first seen, and when it last grew.
  struct Counter {
    std::optional<Mark> first, last;
    void Take(uint64_t count, int64_t ms);
    bool grew() const { return first.has_value() && last->count > first->count; }
    double SecondsForOne() const;
  };

  std::optional<int64_t> began_ms_;
  Counter epochs_, steps_;
  uint64_t steps_of_epoch_ = 0;
  double seconds_of_epoch_ = 0;  // as its group measured it
  absl::Status failure_;
};

struct ProbedEpoch {
  EpochStopwatch::Reading reading;
  uint32_t folds = 0;  // of each trial
};

// Trains the first fold of the sweep's first trial on this machine, by one group of `ranks` ranks,
// in a folder of its own that is gone afterwards. Errors as EpochStopwatch::Read; CANCELLED:
// `stop`, which is also set when the processes cannot be kept alive, and then that is the error.
absl::StatusOr<ProbedEpoch> ProbeEpoch(SweepFile sweep, uint32_t ranks, std::atomic<bool>& stop);

}  // namespace pleat
