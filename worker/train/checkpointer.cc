#include "worker/train/checkpointer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "common/store/store_layout.h"
#include "worker/train/optimizer_file.h"
#include "worker/train/training_state.h"

namespace pleat {
namespace {

std::string FolderOf(const v1::Checkpoint& checkpoint) {
  const std::string& path = checkpoint.state().path();
  return path.substr(0, path.rfind('/'));
}

absl::Status AsDataLoss(const absl::Status& status, const char* file) {
  if (status.ok()) return status;
  return absl::DataLossError(absl::StrCat(file, ": ", status.message()));
}

// weights.safetensors and optimizer.safetensors.
std::pair<std::string, std::string> Encode(const TrainedState& trained) {
  if (trained.average != nullptr) trained.average->Exchange(trained.parameters);
  std::pair<std::string, std::string> files = {
      trained.parameters.ToSafetensors(),
      EncodeOptimizer(trained.parameters, trained.optimizer, trained.average)};
  if (trained.average != nullptr) trained.average->Exchange(trained.parameters);
  return files;
}

bool IsFinite(const at::Tensor& values) { return values.isfinite().all().item<bool>(); }

}  // namespace

bool IsFinite(const TrainedState& trained) {
  const auto buffers = trained.optimizer.buffers();
  return IsFinite(trained.parameters.values()) && IsFinite(trained.parameters.statistic_values()) &&
         (trained.average == nullptr ||
          (IsFinite(trained.average->values()) && IsFinite(trained.average->statistic_values()))) &&
         std::all_of(buffers.begin(), buffers.end(),
                     [](const OptimizerBuffer& buffer) { return IsFinite(buffer.values); });
}

Checkpointer::Checkpointer(Store& store, std::string folder)
    : store_(store), folder_(std::move(folder)) {}

absl::StatusOr<v1::Checkpoint> Checkpointer::Write(const v1::TrainingState& state,
                                                   const TrainedState& trained) {
  const std::string base =
      absl::StrCat(folder_, "/", layout::CheckpointName(state.global_step()), "/");
  v1::Checkpoint checkpoint;
  checkpoint.set_epoch(state.epoch());
  checkpoint.set_step_in_epoch(state.step_in_epoch());
  checkpoint.set_global_step(state.global_step());
  const auto [weights, optimizer] = Encode(trained);
  PLEAT_ASSIGN_OR_RETURN(*checkpoint.mutable_weights(),
                         store_.Write(base + "weights.safetensors", weights));
  PLEAT_ASSIGN_OR_RETURN(*checkpoint.mutable_optimizer(),
                         store_.Write(base + "optimizer.safetensors", optimizer));
  PLEAT_ASSIGN_OR_RETURN(*checkpoint.mutable_state(),
                         store_.Write(base + "state.json", TrainingStateToJson(state)));
  written_.push_back(checkpoint);
  return checkpoint;
}

void Checkpointer::RemoveSuperseded(const v1::Checkpoint& best) {
  std::vector<v1::Checkpoint> kept;
  for (size_t i = 0; i < written_.size(); ++i) {
    const std::string folder = FolderOf(written_[i]);
    if (i + 1 == written_.size() || folder == FolderOf(best)) {
      kept.push_back(written_[i]);
      continue;
    }
    const absl::Status removed = store_.Remove(folder);
    if (!removed.ok()) {
      Log(LogLevel::kWarning, "old checkpoint was not removed",
          {{"folder", folder}, {"error", removed.message()}});
    }
  }
  written_ = std::move(kept);
}

absl::StatusOr<v1::TrainingState> RestoreCheckpoint(const CheckpointFiles& files,
                                                    const TrainedState& trained) {
  PLEAT_ASSIGN_OR_RETURN(v1::TrainingState state, TrainingStateFromJson(files.state));
  PLEAT_RETURN_IF_ERROR(
      AsDataLoss(trained.parameters.FromSafetensors(files.weights), "weights.safetensors"));
  PLEAT_RETURN_IF_ERROR(AsDataLoss(
      DecodeOptimizer(files.optimizer, trained.parameters, trained.optimizer, trained.average),
      "optimizer.safetensors"));
  if (trained.average != nullptr) trained.average->Exchange(trained.parameters);
  return state;
}

}  // namespace pleat
