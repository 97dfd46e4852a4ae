// The long computation that a sweep waits for, if any: a function of its state, so a restarted
// coordinator starts what was unfinished.
#pragma once

#include <optional>

#include "coordinator/core/coordinator_core.h"

namespace pleat {

enum class EffectKind {
  kAssignFolds,
  kSuggestTrial,
  kSelectMembers,
  kBuildEnsemble,
  kRemoveFiles,
};

// What a sweep that has not ended waits for: while trials are open, a suggestion if its search
// learns and may add one.
std::optional<EffectKind> PendingEffect(const Sweep& sweep);
// That effect with all it needs. `kind` is not kRemoveFiles.
Effect MakeEffect(EffectKind kind, const Sweep& sweep);

// For messages: "cutting the folds".
const char* EffectText(EffectKind kind);

}  // namespace pleat
