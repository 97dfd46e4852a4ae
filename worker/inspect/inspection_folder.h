// The folder that `pleat inspect` leaves.
//
//   index.html        the page; needs nothing else
//   images/*.png      its images
//   duplicates.csv    rows whose images are not theirs alone (duplicates_csv.h), if there are any
//   inspection.json   {"format": 1, "sweep": name, "settings_sha256": InspectedSettingsSha256,
//                      "data_sha256": {split: digest}}
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/store/partial_folder.h"
#include "worker/inspect/inspection.h"

namespace pleat {

class InspectionFolder {
 public:
  // For an inspection of `sweep`, which may be written to `folder` if that is absent, empty, or an
  // older inspection to which nothing was added. Links are followed. A hidden folder is made beside
  // it (PartialFolder), so that people hear of a place that cannot be written before all data are
  // read. ALREADY_EXISTS: it holds something else. INVALID_ARGUMENT: it is the current folder.
  // NOT_FOUND, PERMISSION_DENIED, RESOURCE_EXHAUSTED, …: it cannot be written.
  static absl::StatusOr<std::unique_ptr<InspectionFolder>> Create(const std::string& folder,
                                                                  const std::string& sweep);

  // Writes all files; the folder appears complete, in place of an older inspection. Called once.
  // Errors as Create's, since the place may have changed.
  absl::Status Write(const Inspection& inspection);

 private:
  InspectionFolder(std::filesystem::path target, const std::string& sweep);

  const std::filesystem::path target_;
  PartialFolder partial_;
};

}  // namespace pleat
