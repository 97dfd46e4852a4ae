#include "coordinator/core/task_key.h"

#include "absl/strings/str_cat.h"
#include "common/store/store_layout.h"

namespace pleat {

std::string TaskId(const TaskKey& key) {
  switch (key.kind) {
    case TaskKind::kPredict:
      return layout::PredictTaskId(key.trial, key.fold);
    case TaskKind::kTrainFold:
      return layout::TrainTaskId(key.trial, key.fold);
    case TaskKind::kPrepareData:
      break;
  }
  return layout::PrepareTaskId();
}

std::optional<TaskKey> ParseTaskKey(std::string_view id) {
  const std::optional<layout::TaskName> name = layout::ParseTaskId(id);
  if (!name.has_value()) return std::nullopt;
  TaskKind kind = TaskKind::kPrepareData;
  if (name->kind == layout::TaskName::Kind::kPredict) kind = TaskKind::kPredict;
  if (name->kind == layout::TaskName::Kind::kTrain) kind = TaskKind::kTrainFold;
  return TaskKey{.kind = kind, .trial = name->trial, .fold = name->fold};
}

std::string TaskText(const TaskKey& key) {
  if (key.kind == TaskKind::kPrepareData) return "data preparation";
  return absl::StrCat(key.kind == TaskKind::kPredict ? "predictions of trial " : "trial ",
                      key.trial, " fold ", key.fold);
}

}  // namespace pleat
