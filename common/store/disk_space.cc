#include "common/store/disk_space.h"

#include <sys/statvfs.h>

#include <cerrno>

#include "common/store/file_error.h"

namespace pleat {

absl::StatusOr<StoreSpace> SpaceOfFolder(const std::string& folder) {
  struct statvfs info = {};
  if (statvfs(folder.c_str(), &info) != 0) return FileError(errno, "look at", folder);
  const uint64_t block = info.f_frsize;
  return StoreSpace{.free_bytes = info.f_bavail * block, .total_bytes = info.f_blocks * block};
}

}  // namespace pleat
