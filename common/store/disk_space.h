// How much space a disk has.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/store/store.h"

namespace pleat {

// Of the disk that a folder lies on.
absl::StatusOr<StoreSpace> SpaceOfFolder(const std::string& folder);

}  // namespace pleat
