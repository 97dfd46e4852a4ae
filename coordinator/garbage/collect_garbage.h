// Carries out a collection of garbage on the store.
#pragma once

#include "common/store/store.h"
#include "coordinator/core/coordinator_core.h"

namespace pleat {

// Removes what the plan does not let stay. What cannot be removed now stays for the next time; the
// first such error is the status. Blocks; may run beside anything that writes to the store, and may
// be killed at any moment.
CollectionDone RunCollection(const CollectGarbage& plan, Store& store);

}  // namespace pleat
