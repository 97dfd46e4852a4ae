// The page of `pleat inspect` that a report links.
#pragma once

#include <string>

#include "proto/coordinator.pb.h"

namespace pleat {

// Absolute path of the page of the sweep's inspection in `folder` (absolute), where `pleat inspect`
// leaves it: "<folder>/NAME-inspect/index.html". Empty if there is none, or if it looked at other
// data than the sweep's, or shows other settings (InspectedSettingsSha256).
std::string FindInspection(const std::string& folder, const v1::GetResponse& sweep);

// What a page at `from` writes to link the one at `to`: a relative path, percent-encoded. Both are
// absolute paths of files.
std::string RelativeLink(const std::string& from, const std::string& to);

}  // namespace pleat
