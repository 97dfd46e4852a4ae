// Folds that are trained twice, to find machines that compute wrongly (`verify.audit_fraction`).
#pragma once

#include <string>
#include <vector>

#include "coordinator/core/task_key.h"
#include "proto/journal.pb.h"
#include "proto/sweep.pb.h"

namespace pleat {

// Runs of one fold after which it is decided, or given up.
inline constexpr size_t kMostAuditRuns = 4;

// A result that waits for another run to give the same.
struct HeldResult {
  std::string worker;
  v1::ResultDigest digest;
};

// Whether a task is a fold that is to be trained twice: drawn by the search's seed, the trial and
// the fold.
bool IsAudited(const v1::SweepSpec& spec, const TaskKey& key);

// What two runs of a fold must agree on.
v1::ResultDigest DigestOf(const v1::TrainFoldResult& result);

// True if the two are of the same bits.
bool Agree(const v1::ResultDigest& a, const v1::ResultDigest& b);

// True if one of `held` is the same as what a worker gave now. It must be another worker's, unless
// all are this one's, or in the last run all but one: a machine that computes wrongly may well do
// so the same way again.
bool IsConfirmed(const std::vector<HeldResult>& held, const v1::ResultDigest& digest,
                 const std::string& worker);

// Why a result that nothing confirms is held: it is the first, or what differs.
std::string WhyHeld(const std::vector<HeldResult>& held, const v1::ResultDigest& digest);

}  // namespace pleat
