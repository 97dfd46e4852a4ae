// How sweeps look from outside: the answers of List and Get.
#pragma once

#include <cstdint>

#include "coordinator/core/lease_table.h"
#include "coordinator/core/state.h"
#include "coordinator/core/sweep_race.h"
#include "coordinator/core/worker_table.h"
#include "proto/coordinator.pb.h"

namespace pleat {

// One line of a listing.
v1::SweepSummary Summarize(const Sweep& sweep);
// All sweeps, newest first.
v1::ListResponse ListSweeps(const State& state);
// One sweep with its trials, live progress, and the groups connected now.
v1::GetResponse DescribeSweep(const Sweep& sweep, const State& state, const LeaseTable& leases,
                              const WorkerTable& workers, const RaceTable& races);

}  // namespace pleat
