#include "worker/train/checkpointer.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/failpoint.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "common/store/store_layout.h"
#include "worker/train/optimizer_file.h"
#include "worker/train/training_state.h"

namespace pleat {
namespace {

// The newest, and the one before in case that it proves damaged.
constexpr size_t kKept = 2;

std::string FolderOf(const v1::Checkpoint& checkpoint) {
  const std::string& path = checkpoint.state().path();
  return path.substr(0, path.rfind('/'));
}

absl::Status AsDataLoss(const absl::Status& status, const char* file) {
  if (status.ok()) return status;
  return absl::DataLossError(absl::StrCat(file, ": ", status.message()));
}

// Without the state's.
CheckpointFiles Encode(const TrainedState& trained) {
  if (trained.average != nullptr) trained.average->Exchange(trained.parameters);
  CheckpointFiles files{
      .weights = trained.parameters.ToSafetensors(),
      .optimizer = EncodeOptimizer(trained.parameters, trained.optimizer, trained.average),
      .state = ""};
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

Checkpointer::Checkpointer(Store& store, std::string folder, Publish publish)
    : store_(store), folder_(std::move(folder)), publish_(std::move(publish)) {}

Checkpointer::~Checkpointer() {
  if (under_way_.valid()) under_way_.wait();
}

void Checkpointer::Start(v1::TrainingState state, const TrainedState& trained) {
  under_way_ = std::async(std::launch::async,
                          [this, state = std::move(state), files = Encode(trained)]() mutable {
                            return Write(state, std::move(files));
                          });
}

bool Checkpointer::is_busy() const {
  return is_under_way() &&
         under_way_.wait_for(std::chrono::seconds(0)) != std::future_status::ready;
}

absl::StatusOr<v1::Checkpoint> Checkpointer::Finish() { return under_way_.get(); }

absl::StatusOr<v1::Checkpoint> Checkpointer::Write(const v1::TrainingState& state,
                                                   CheckpointFiles files) {
  files.state = TrainingStateToJson(state);
  const std::string base =
      absl::StrCat(folder_, "/", layout::CheckpointName(state.global_step()), "/");
  v1::Checkpoint checkpoint;
  checkpoint.set_epoch(state.epoch());
  checkpoint.set_step_in_epoch(state.step_in_epoch());
  checkpoint.set_global_step(state.global_step());
  PLEAT_ASSIGN_OR_RETURN(*checkpoint.mutable_weights(),
                         store_.Write(base + "weights.safetensors", files.weights));
  PLEAT_RETURN_IF_ERROR(FailPoint("worker.checkpoint.after_weights"));
  PLEAT_ASSIGN_OR_RETURN(*checkpoint.mutable_optimizer(),
                         store_.Write(base + "optimizer.safetensors", files.optimizer));
  PLEAT_RETURN_IF_ERROR(FailPoint("worker.checkpoint.after_optimizer"));
  PLEAT_ASSIGN_OR_RETURN(*checkpoint.mutable_state(),
                         store_.Write(base + "state.json", files.state));
  PLEAT_RETURN_IF_ERROR(FailPoint("worker.checkpoint.complete"));
  PLEAT_RETURN_IF_ERROR(publish_(checkpoint));
  written_.push_back({checkpoint, state.has_best() ? FolderOf(state.best()) : ""});
  RemoveSuperseded();
  return checkpoint;
}

void Checkpointer::RemoveSuperseded() {
  const size_t first_kept = written_.size() - std::min<size_t>(written_.size(), kKept);
  std::set<std::string> best;
  for (size_t i = first_kept; i < written_.size(); ++i) best.insert(written_[i].best_folder);
  std::vector<Written> kept;
  for (size_t i = 0; i < written_.size(); ++i) {
    const std::string folder = FolderOf(written_[i].checkpoint);
    if (i >= first_kept || best.contains(folder)) {
      kept.push_back(written_[i]);
      continue;
    }
    absl::Status removed = FailPoint("worker.checkpoint.before_removal");
    if (removed.ok()) removed = store_.Remove(folder);
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
