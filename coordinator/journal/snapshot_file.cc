#include "coordinator/journal/snapshot_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/failpoint.h"
#include "common/base/status_macros.h"
#include "common/store/atomic_file.h"
#include "common/store/checksum.h"
#include "common/store/durable_file.h"
#include "common/store/file_error.h"
#include "common/store/unique_fd.h"

namespace pleat {
namespace {

constexpr char kPrefix[] = "snapshot-";

}  // namespace

absl::StatusOr<v1::SnapshotTaken> WriteSnapshot(const std::string& state_dir,
                                                const v1::StateSnapshot& snapshot) {
  std::string bytes;
  // A message of more than 2 GiB cannot be written; then the journal goes on without.
  if (!snapshot.SerializeToString(&bytes)) {
    return absl::ResourceExhaustedError("the state is too large for a snapshot");
  }
  v1::SnapshotTaken taken;
  taken.set_file(absl::StrFormat("%s%012u", kPrefix, snapshot.sequence()));
  taken.set_sequence(snapshot.sequence());
  taken.set_size(bytes.size());
  taken.set_sha256(Sha256Hex(bytes));
  PLEAT_RETURN_IF_ERROR(WriteFileAtomically(absl::StrCat(state_dir, "/", taken.file()), bytes));
  return taken;
}

absl::StatusOr<v1::StateSnapshot> ReadSnapshot(const std::string& state_dir,
                                               const v1::SnapshotTaken& taken) {
  const std::string path = absl::StrCat(state_dir, "/", taken.file());
  UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.valid()) return FileError(errno, "open", path);
  struct stat info = {};
  if (fstat(fd.get(), &info) != 0) return FileError(errno, "look at", path);
  const absl::Status changed = absl::DataLossError(absl::StrCat(path, " is not what was written"));
  if (static_cast<uint64_t>(info.st_size) != taken.size()) return changed;
  PLEAT_ASSIGN_OR_RETURN(const std::string bytes, ReadFully(fd.get(), 0, taken.size(), path));
  v1::StateSnapshot snapshot;
  if (Sha256Hex(bytes) != taken.sha256() || !snapshot.ParseFromString(bytes) ||
      snapshot.sequence() != taken.sequence()) {
    return changed;
  }
  return snapshot;
}

void RemoveSnapshotsBut(const std::string& state_dir, const std::string& file) {
  if (!FailPoint("coordinator.snapshot.before_removal").ok()) return;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(state_dir, ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(kPrefix) && name != file) std::filesystem::remove(entry.path(), ignored);
  }
}

}  // namespace pleat
