// What the ranks of a group tell each other while they train, over the control channel. Every rank
// calls the same functions in the same order; a group of one talks to nobody. Errors are the
// channel's.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/store/store.h"
#include "proto/training_state.pb.h"
#include "worker/distributed/communicator.h"
#include "worker/train/fold_trainer.h"

namespace pleat {

// What the group does in its next step.
struct StepDecision {
  StepAction action = StepAction::kContinue;
  // The loss of the last step was NaN or infinite on some rank.
  bool loss_failed = false;
  // A checkpoint is due and can be begun.
  bool save = false;
  // The checkpoint that was under way is written, or failed.
  bool save_is_done = false;
};

// Rank 0's decision (the others' is not read), and whether any rank's loss failed.
absl::StatusOr<StepDecision> AgreeOnStep(Group& group, StepDecision mine);

// The sum of the ranks' numbers.
absl::StatusOr<double> SumOverRanks(Group& group, double mine);
// True if any rank says so.
absl::StatusOr<bool> AnyRank(Group& group, bool mine);

// All ranks' sums, in rank order, on every rank.
absl::StatusOr<std::vector<v1::EpochSums>> GatherSums(Group& group, const v1::EpochSums& mine);
// Added up in rank order, but for the seconds. No exchange.
v1::EpochSums TotalOf(const std::vector<v1::EpochSums>& sums);

// The bytes of a file, which rank 0 reads and verifies, on every rank. NOT_FOUND if it is missing,
// DATA_LOSS if it is damaged.
absl::StatusOr<std::string> ReadForGroup(Group& group, const Store& store,
                                         const v1::Artifact& artifact);
// The same for a file of the fold's own checkpoint, which can be made anew: DATA_LOSS if it is
// missing, or something else stands there, too.
absl::StatusOr<std::string> ReadCheckpointFile(Group& group, const Store& store,
                                               const v1::Artifact& artifact);

}  // namespace pleat
