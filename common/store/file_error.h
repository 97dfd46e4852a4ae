// Errors of system calls on files, as Status with advice.
#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace pleat {

// "cannot <action> <path>: <reason>". ENOSPC and EDQUOT are RESOURCE_EXHAUSTED, EACCES, EPERM and
// EROFS PERMISSION_DENIED, ENOENT NOT_FOUND; a link or a file where a folder should be
// INVALID_ARGUMENT; what a disk or a server out of reach says UNAVAILABLE.
absl::Status FileError(int error, std::string_view action, std::string_view path);

}  // namespace pleat
