// Looks at the data of a sweep.
#pragma once

#include "absl/status/statusor.h"
#include "proto/sweep.pb.h"
#include "worker/inspect/inspection.h"

namespace pleat {

// Reads all data sets of the resolved spec (ReadSweepData), counts, samples and compares their
// rows, and draws its transforms. Equal data and specs give equal inspections. Errors as
// ReadSweepData's; INVALID_ARGUMENT: the images cannot take the transforms, as a run would say.
absl::StatusOr<Inspection> InspectSweep(const v1::SweepSpec& spec);

}  // namespace pleat
