// What a task hears from its coordinator.
#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "worker/session/coordinator_client.h"
#include "worker/session/lease_keeper.h"
#include "worker/train/fold_trainer.h"

namespace pleat {

// Rank 0's observer: reports epochs and checkpoints of one attempt; stops when the attempt is over
// (CANCELLED); asks for a checkpoint and stops when the worker is leaving or was told to pause. A
// report that the coordinator refuses is an error of the training: RESOURCE_EXHAUSTED or INTERNAL.
class LeaseObserver final : public TrainingObserver {
 public:
  LeaseObserver(CoordinatorClient& client, LeaseKeeper& keeper, const std::atomic<bool>& leaving);

  StepAction NextAction(const v1::Progress& progress) override;
  bool ShouldAbandon() const override;
  absl::Status KeepGoing() override;
  absl::Status OnEpoch(const v1::EpochMetrics& metrics) override;
  absl::Status OnCheckpoint(const v1::Checkpoint& checkpoint) override;
  absl::StatusOr<std::optional<v1::Checkpoint>> OnDamagedCheckpoint(
      const v1::Checkpoint& checkpoint, const std::string& message) override;

  // Why the coordinator wants the task back for now; empty: it does not.
  const std::string& pause_reason() const { return pause_reason_; }

 private:
  absl::Status Heard(const absl::Status& status);

  CoordinatorClient& client_;
  LeaseKeeper& keeper_;
  const std::atomic<bool>& leaving_;
  std::string pause_reason_;
};

// The other ranks' observer; they follow what rank 0 decides. Only work that each rank does by
// itself, before the group agrees on what came of it, asks KeepGoing here.
class FollowingObserver final : public TrainingObserver {
 public:
  explicit FollowingObserver(const std::atomic<bool>& leaving) : leaving_(leaving) {}

  StepAction NextAction(const v1::Progress&) override { return StepAction::kContinue; }
  bool ShouldAbandon() const override { return false; }
  absl::Status KeepGoing() override;
  absl::Status OnEpoch(const v1::EpochMetrics&) override { return absl::OkStatus(); }
  absl::Status OnCheckpoint(const v1::Checkpoint&) override { return absl::OkStatus(); }
  absl::StatusOr<std::optional<v1::Checkpoint>> OnDamagedCheckpoint(const v1::Checkpoint&,
                                                                    const std::string&) override {
    return std::nullopt;
  }

 private:
  const std::atomic<bool>& leaving_;
};

}  // namespace pleat
