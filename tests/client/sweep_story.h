// A sweep told event by event, for tests of what the client shows.
#pragma once

#include <cstdint>
#include <string>

#include "client/sweep_view.h"
#include "proto/coordinator.pb.h"

namespace pleat {

// Makes the events of a sweep named "story" that minimizes val_log_loss, numbered from 1 and one
// second apart, and folds them into a view.
class SweepStory {
 public:
  // Submits it, with `max_trials` random trials of `epochs` epochs, and prepares its data.
  SweepStory(uint32_t folds, uint32_t max_trials, uint32_t epochs = 8);

  // Each applies one event and returns it.
  v1::WatchResponse AddTrial(uint32_t trial, const std::string& lr = "0.002");
  v1::WatchResponse Lease(uint32_t trial, uint32_t fold, uint64_t attempt = 1,
                          uint32_t resumed_epoch = 0);
  v1::WatchResponse Epoch(uint32_t trial, uint32_t fold, uint32_t epoch, double log_loss = 0.5);
  v1::WatchResponse Complete(uint32_t trial, uint32_t fold, double log_loss);
  v1::WatchResponse EndAttempt(uint32_t trial, uint32_t fold, v1::AttemptEnd end,
                               const std::string& message = "");
  v1::WatchResponse Abandon(uint32_t trial, uint32_t fold, const std::string& reason);
  v1::WatchResponse FinishTrial(uint32_t trial, double mean, double standard_error);
  v1::WatchResponse CancelTrial(uint32_t trial);
  v1::WatchResponse Progress(uint32_t trial, uint32_t fold, uint32_t epoch, uint64_t step,
                             uint64_t steps);
  v1::WatchResponse Apply(v1::JournalRecord record);

  const SweepView& view() const { return view_; }

 private:
  const uint32_t folds_;
  uint64_t sequence_ = 0;
  SweepView view_;
};

}  // namespace pleat
