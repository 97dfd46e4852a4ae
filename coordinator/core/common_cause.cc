#include "coordinator/core/common_cause.h"

#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace pleat {
namespace {

// Steps and losses differ from fold to fold where the cause is the same.
std::string WithoutNumbers(const std::string& message) {
  std::string kept;
  for (const char c : message) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c)) && c != '.') kept += c;
  }
  return kept;
}

}  // namespace

std::string CommonestCause(const Sweep& sweep) {
  struct Cause {
    std::string message;
    uint32_t folds = 0;
  };
  std::map<std::string, Cause> causes;
  const Cause* commonest = nullptr;
  uint32_t folds = 0;
  for (const auto& [key, task] : sweep.tasks) {
    if (key.kind != TaskKind::kTrainFold) continue;
    ++folds;
    if (task.phase != TaskPhase::kAbandoned) continue;
    Cause& cause = causes[WithoutNumbers(task.message)];
    if (cause.folds++ == 0) cause.message = task.message;
    if (commonest == nullptr || cause.folds > commonest->folds) commonest = &cause;
  }
  if (commonest == nullptr) return "";
  return absl::StrCat(commonest->folds, " of ", folds, folds == 1 ? " fold was" : " folds were",
                      " given up for: ", commonest->message);
}

}  // namespace pleat
