// The folder that `pleat inspect` leaves.
//
//   index.html        the page; needs nothing else
//   images/*.png      its images
//   duplicates.csv    rows whose images are not theirs alone (duplicates_csv.h), if there are any
//   inspection.json   {"format": 1, "sweep": name, "settings_sha256": InspectedSettingsSha256,
//                      "data_sha256": {split: digest}}
#pragma once

#include <string>

#include "absl/status/status.h"
#include "worker/inspect/inspection.h"

namespace pleat {

// OK if an inspection can be written to `folder`: it is absent, empty, or an older inspection to
// which nothing was added. Links are followed. ALREADY_EXISTS: it holds something else.
// INVALID_ARGUMENT: it is the current folder.
absl::Status CheckInspectionFolder(const std::string& folder);

// Writes all files; the folder appears complete, in place of an older inspection. Errors as
// CheckInspectionFolder's; NOT_FOUND, PERMISSION_DENIED, RESOURCE_EXHAUSTED, …: it cannot be
// written.
absl::Status WriteInspectionFolder(const Inspection& inspection, const std::string& folder);

}  // namespace pleat
