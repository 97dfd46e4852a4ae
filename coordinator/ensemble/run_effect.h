// The coordinator's long computations, run outside its core. All are functions of their input and
// of immutable files, and write only what they would write again: after a crash they are simply
// repeated.
#pragma once

#include "common/store/store.h"
#include "coordinator/core/coordinator_core.h"

namespace pleat {

// Runs one effect to its end; an error comes back in the status. May be called from any thread.
EffectDone RunEffect(const Effect& effect, Store& store);

}  // namespace pleat
