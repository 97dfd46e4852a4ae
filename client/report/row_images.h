// The pixels of rows that a report shows.
#pragma once

#include "absl/status/status.h"
#include "client/report/sweep_report.h"
#include "proto/coordinator.pb.h"

namespace pleat {

// Has the pleat-worker beside this program read the sweep's data sets on this machine, and puts
// images to the mistakes that are shown. An error leaves the report without images: the worker or
// the data are not here, or the data are others.
absl::Status AddRowImages(const v1::GetResponse& sweep, SweepReport& report);

}  // namespace pleat
