#include "common/store/store_layout.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace pleat::layout {
namespace {

constexpr char kAttemptPrefix[] = "attempt_";

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

std::string FoldFolder(std::string_view sweep, const TaskName& task) {
  return absl::StrCat(SweepFolder(sweep), "/trials/", TrialName(task.trial), "/fold_", task.fold);
}

std::string FolderOf(std::string_view sweep, const TaskName& task) {
  switch (task.kind) {
    case TaskName::Kind::kPrepare:
      return absl::StrCat(SweepFolder(sweep), "/tasks/prepare");
    case TaskName::Kind::kTrain:
      return FoldFolder(sweep, task);
    case TaskName::Kind::kPredict:
      return absl::StrCat(FoldFolder(sweep, task), "/predict");
  }
  return "";
}

}  // namespace

bool IsName(std::string_view name) {
  if (name.empty() || name.size() > 64) return false;
  if (name[0] == '_' || name[0] == '.' || name[0] == '-') return false;
  for (char c : name) {
    if (!IsNameCharacter(c)) return false;
  }
  return true;
}

std::string SweepFolder(std::string_view sweep) {
  return absl::StrCat("sweeps/", std::string(sweep));
}

std::string SweepYaml(std::string_view sweep) {
  return absl::StrCat(SweepFolder(sweep), "/sweep.yaml");
}

std::string Folds(std::string_view sweep) { return absl::StrCat(SweepFolder(sweep), "/folds.npy"); }

std::string ExtendedFolds(std::string_view sweep, uint32_t repeats) {
  return absl::StrCat(SweepFolder(sweep), "/folds_", repeats, "_repeats.npy");
}

std::string EnsembleFolder(std::string_view sweep, uint32_t version) {
  return absl::StrCat(SweepFolder(sweep), "/ensemble/", version);
}

std::string PrepareTaskId() { return "prepare"; }

std::string TrainTaskId(uint32_t trial, uint32_t fold) {
  return absl::StrCat("train/", TrialName(trial), "/", fold);
}

std::string PredictTaskId(uint32_t trial, uint32_t fold) {
  return absl::StrCat("predict/", TrialName(trial), "/", fold);
}

std::optional<TaskName> ParseTaskId(std::string_view id) {
  if (id == PrepareTaskId()) return TaskName{TaskName::Kind::kPrepare};
  const std::vector<absl::string_view> parts =
      absl::StrSplit(absl::string_view(id.data(), id.size()), '/');
  TaskName task{TaskName::Kind::kTrain};
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[1], &task.trial) ||
      !absl::SimpleAtoi(parts[2], &task.fold)) {
    return std::nullopt;
  }
  // Rebuilding the id admits no second spelling ("train/3/02").
  if (id == TrainTaskId(task.trial, task.fold)) return task;
  task.kind = TaskName::Kind::kPredict;
  if (id == PredictTaskId(task.trial, task.fold)) return task;
  return std::nullopt;
}

std::string TaskFolder(std::string_view sweep, std::string_view task_id) {
  const std::optional<TaskName> task = ParseTaskId(task_id);
  return task.has_value() ? FolderOf(sweep, *task) : "";
}

std::string AttemptFolder(std::string_view sweep, std::string_view task_id, uint64_t attempt) {
  const std::string folder = TaskFolder(sweep, task_id);
  return folder.empty() ? "" : absl::StrCat(folder, "/", kAttemptPrefix, attempt);
}

std::optional<uint64_t> ParseAttemptName(std::string_view name) {
  const std::string text(name);
  uint64_t attempt = 0;
  if (!absl::StartsWith(text, kAttemptPrefix) ||
      !absl::SimpleAtoi(text.substr(sizeof(kAttemptPrefix) - 1), &attempt)) {
    return std::nullopt;
  }
  // Rebuilding the name admits no second spelling ("attempt_+1").
  return text == absl::StrCat(kAttemptPrefix, attempt) ? std::optional(attempt) : std::nullopt;
}

std::string CheckpointName(uint64_t global_step) {
  return absl::StrCat("checkpoint_", global_step);
}

std::string ValidationResultsName(uint32_t fold) {
  return absl::StrCat("ValidationResults", fold, ".csv");
}

std::string TrialName(uint32_t trial) { return absl::StrCat(absl::Dec(trial, absl::kZeroPad4)); }

std::string MemberName(uint32_t trial, uint32_t fold) {
  return absl::StrCat(TrialName(trial), "_", fold);
}

}  // namespace pleat::layout
