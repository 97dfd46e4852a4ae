// All names in the store are built and parsed here.
//
//   store.json
//   sweeps/<sweep>/
//     sweep.yaml
//     folds.npy folds_<repeats>_repeats.npy
//     tasks/prepare/attempt_<n>/<split>/{labels.npy groups.npy ids.txt}
//     trials/<0007>/fold_<k>/attempt_<n>/{epochs.csv classes.csv ValidationResults<k>.csv oof.npy
//                                         checkpoint_<global step>/…}
//     trials/<0007>/fold_<k>/predict/attempt_<n>/<split>.npy
//     ensemble/<version>/{manifest.json predictions.npy submission.csv reports/<split>/…
//                         members/<0007>_<k>/… report.html}
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pleat::layout {

// True if `name` may name a sweep or split: [a-z0-9][a-z0-9_.-]{0,63}.
bool IsName(std::string_view name);

// sweeps/<sweep>
std::string SweepFolder(std::string_view sweep);
// sweeps/<sweep>/sweep.yaml and folds.npy
std::string SweepYaml(std::string_view sweep);
std::string Folds(std::string_view sweep);
// sweeps/<sweep>/folds_<repeats>_repeats.npy, of a sweep that was extended to so many
std::string ExtendedFolds(std::string_view sweep, uint32_t repeats);
// sweeps/<sweep>/ensemble/<version>
std::string EnsembleFolder(std::string_view sweep, uint32_t version);

// Ids of tasks: "prepare", "train/0003/2", "predict/0003/2".
std::string PrepareTaskId();
std::string TrainTaskId(uint32_t trial, uint32_t fold);
std::string PredictTaskId(uint32_t trial, uint32_t fold);

// What a task id says.
struct TaskName {
  enum class Kind { kPrepare, kTrain, kPredict } kind;
  uint32_t trial = 0;
  uint32_t fold = 0;
};
// Parses a task id; nothing if it is not one.
std::optional<TaskName> ParseTaskId(std::string_view id);

// Folder below which the attempts of a task lie. Empty, which no store accepts as a path, if
// `task_id` is not a task id.
std::string TaskFolder(std::string_view sweep, std::string_view task_id);
// Folder of one attempt of a task; the attempt writes nowhere else. Empty as TaskFolder is.
std::string AttemptFolder(std::string_view sweep, std::string_view task_id, uint64_t attempt);
// The attempt that a folder "attempt_<n>" is of; nothing if that is not its name.
std::optional<uint64_t> ParseAttemptName(std::string_view name);
// "checkpoint_<global step>", below an attempt's folder.
std::string CheckpointName(uint64_t global_step);

// "ValidationResults<fold>.csv", the name by which people know it.
std::string ValidationResultsName(uint32_t fold);

// "0003", the form of trial numbers in paths.
std::string TrialName(uint32_t trial);
// "0003_2", a member's folder below ensemble/<version>/members.
std::string MemberName(uint32_t trial, uint32_t fold);

}  // namespace pleat::layout
