// Which task of a sweep.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pleat {

// In the order in which a sweep hands them out: what a finished ensemble waits for comes first.
enum class TaskKind : uint8_t { kPrepareData, kPredict, kTrainFold };

// Ordered as the scheduler prefers them: kind, then lower trial, then lower fold.
struct TaskKey {
  TaskKind kind = TaskKind::kPrepareData;
  uint32_t trial = 0;
  uint32_t fold = 0;

  auto operator<=>(const TaskKey&) const = default;
};

// The task's id in the contract and in the store ("train/0003/2"), and back.
std::string TaskId(const TaskKey& key);
std::optional<TaskKey> ParseTaskKey(std::string_view id);

// For people: "data preparation", "trial 3 fold 2", "predictions of trial 3 fold 2".
std::string TaskText(const TaskKey& key);

}  // namespace pleat
