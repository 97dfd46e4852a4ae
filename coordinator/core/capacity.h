// How much a coordinator holds at most, so that no client can make its memory grow without bound.
#pragma once

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace pleat {

// Far above what a use that is meant well comes to. Replies kept for retries have bounds of their
// own (ReplyLimits), as have calls that wait for the loop (CoordinatorLoop).
struct Capacity {
  size_t workers = 10'000;  // groups that are registered; each has at most one open poll
  size_t sweeps = 4'096;    // that are not removed
  size_t sweep_bytes = size_t{256} << 20;  // of all their texts and specs
  size_t folds = 1'000'000;                // that all their trials may come to
  size_t changes = 1'000;                  // of one sweep: extended, retried, limits changed
  size_t given_trials = 4'096;  // of one sweep by external search, that wait for their turn
  size_t kept_away = 256;       // groups that a sweep does without; as many end it
  size_t studies = 1'024;
  size_t study_trials = 1'000'000;  // of all studies
  size_t study_values = 4'000'000;  // inside the trials of all studies
  size_t asks = 4'096;              // that wait for a suggestion
};

// OK, or RESOURCE_EXHAUSTED if there are `count` of at most `most` already: what there are, and
// what to do.
inline absl::Status CheckCapacity(size_t count, size_t most, absl::string_view what,
                                  absl::string_view advice) {
  if (count < most) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrCat("the coordinator has ", count, " ", what,
                                                   ", and takes at most ", most, "; ", advice));
}

}  // namespace pleat
