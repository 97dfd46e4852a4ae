#include "common/store/posix_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/failpoint.h"
#include "common/base/status_macros.h"
#include "common/store/artifact_check.h"
#include "common/store/beneath.h"
#include "common/store/durable_file.h"
#include "common/store/file_error.h"
#include "common/store/store_path.h"

namespace pleat {
namespace {

// Of a path that is one of the store's: a file or a link stands where a folder should be.
absl::Status Blocked(const absl::Status& status) {
  if (!absl::IsInvalidArgument(status)) return status;
  return absl::DataLossError(
      absl::StrCat(std::string(status.message()), "; move away what stands there"));
}

absl::Status RemoveIn(int folder, const std::string& name) {
  PLEAT_RETURN_IF_ERROR(RemoveBeneath(folder, name));
  return SyncFolder(folder, name);
}

}  // namespace

PosixStore::PosixStore(UniqueFd root, std::string location, std::string uuid)
    : root_(std::move(root)), location_(std::move(location)), uuid_(std::move(uuid)) {}

absl::Status PosixStore::InStore(const absl::Status& status) const {
  return Annotate(status, absl::StrCat("store ", location_));
}

absl::StatusOr<v1::Artifact> PosixStore::Write(const std::string& path, std::string_view bytes) {
  v1::Artifact artifact = DescribeArtifact(path, bytes);
  PLEAT_RETURN_IF_ERROR(InStore(WriteOnce(artifact, bytes)));
  return artifact;
}

absl::Status PosixStore::WriteOnce(const v1::Artifact& artifact, std::string_view bytes) {
  PLEAT_ASSIGN_OR_RETURN(std::vector<std::string_view> components, SplitStorePath(artifact.path()));
  const std::string name(components.back());
  components.pop_back();
  const absl::StatusOr<UniqueFd> folder = MakeFoldersBeneath(root_.get(), components);
  PLEAT_RETURN_IF_ERROR(Blocked(folder.status()));
  const absl::Status written = WriteDurably(folder->get(), name, bytes, IfTaken::kRefuse);
  if (!absl::IsAlreadyExists(written)) return written;

  const absl::StatusOr<std::string> present = Read(artifact);
  if (absl::IsDataLoss(present.status())) return TakenError(artifact.path());
  PLEAT_RETURN_IF_ERROR(present.status());
  // Whoever wrote it may not have come to this step yet.
  return SyncFolder(folder->get(), name);
}

absl::StatusOr<PosixStore::OpenFile> PosixStore::OpenForReading(const std::string& path) const {
  PLEAT_RETURN_IF_ERROR(SplitStorePath(path).status());
  // O_NONBLOCK: a pipe put there by somebody must not hang the reader.
  PLEAT_ASSIGN_OR_RETURN(UniqueFd fd, OpenBeneath(root_.get(), path, O_RDONLY | O_NONBLOCK));
  struct stat info = {};
  if (fstat(fd.get(), &info) != 0) return FileError(errno, "look at", path);
  if (!S_ISREG(info.st_mode)) {
    return absl::InvalidArgumentError(absl::StrCat(path, " is not a regular file"));
  }
  return OpenFile{std::move(fd), static_cast<uint64_t>(info.st_size)};
}

absl::StatusOr<std::string> PosixStore::Read(const v1::Artifact& artifact) const {
  PLEAT_RETURN_IF_ERROR(FailPoint("store.read.before"));
  absl::StatusOr<OpenFile> file = OpenForReading(artifact.path());
  PLEAT_RETURN_IF_ERROR(InStore(file.status()));
  PLEAT_RETURN_IF_ERROR(InStore(CheckSize(artifact, file->size)));
  absl::StatusOr<std::string> bytes = ReadFully(file->fd.get(), 0, file->size, artifact.path());
  PLEAT_RETURN_IF_ERROR(InStore(bytes.status()));
  PLEAT_RETURN_IF_ERROR(InStore(CheckContent(artifact, *bytes)));
  return bytes;
}

absl::StatusOr<std::string> PosixStore::ReadUnchecked(const std::string& path,
                                                      uint64_t max_size) const {
  absl::StatusOr<OpenFile> file = OpenForReading(path);
  PLEAT_RETURN_IF_ERROR(InStore(file.status()));
  if (file->size > max_size) {
    return InStore(absl::InvalidArgumentError(absl::StrCat(
        path, " has ", file->size, " bytes, more than the ", max_size, " it may have")));
  }
  return ReadFully(file->fd.get(), 0, file->size, path);
}

absl::StatusOr<std::string> PosixStore::ReadRange(const std::string& path, uint64_t offset,
                                                  uint64_t size) const {
  absl::StatusOr<OpenFile> file = OpenForReading(path);
  PLEAT_RETURN_IF_ERROR(InStore(file.status()));
  if (offset > file->size) {
    return InStore(absl::OutOfRangeError(
        absl::StrCat(path, " has ", file->size, " bytes; nothing begins at ", offset)));
  }
  return ReadFully(file->fd.get(), offset, std::min(size, file->size - offset), path);
}

absl::StatusOr<std::vector<StoreEntry>> PosixStore::List(const std::string& path) const {
  PLEAT_RETURN_IF_ERROR(InStore(SplitStorePath(path).status()));
  const absl::StatusOr<UniqueFd> folder = OpenBeneath(root_.get(), path, O_RDONLY | O_DIRECTORY);
  if (absl::IsNotFound(folder.status())) return std::vector<StoreEntry>();
  PLEAT_RETURN_IF_ERROR(InStore(Blocked(folder.status())));
  absl::StatusOr<std::vector<StoreEntry>> entries = ListFolder(folder->get(), path);
  PLEAT_RETURN_IF_ERROR(InStore(entries.status()));
  return entries;
}

absl::Status PosixStore::Remove(const std::string& path) { return InStore(RemoveDurably(path)); }

absl::Status PosixStore::RemoveDurably(const std::string& path) {
  PLEAT_ASSIGN_OR_RETURN(const std::vector<std::string_view> components, SplitStorePath(path));
  const std::string name(components.back());
  if (components.size() == 1) return RemoveIn(root_.get(), name);
  const std::string parent = path.substr(0, path.size() - name.size() - 1);
  const absl::StatusOr<UniqueFd> folder = OpenBeneath(root_.get(), parent, O_RDONLY | O_DIRECTORY);
  if (absl::IsNotFound(folder.status())) return absl::OkStatus();
  PLEAT_RETURN_IF_ERROR(folder.status());
  return RemoveIn(folder->get(), name);
}

absl::Status PosixStore::RemoveLeftovers(const std::string& path) {
  PLEAT_RETURN_IF_ERROR(InStore(SplitStorePath(path).status()));
  const absl::StatusOr<UniqueFd> folder = OpenBeneath(root_.get(), path, O_RDONLY | O_DIRECTORY);
  if (absl::IsNotFound(folder.status())) return absl::OkStatus();
  PLEAT_RETURN_IF_ERROR(InStore(Blocked(folder.status())));
  return InStore(RemoveLeftoversIn(folder->get(), path));
}

absl::StatusOr<StoreSpace> PosixStore::Space() const {
  struct statvfs info = {};
  if (fstatvfs(root_.get(), &info) != 0) return FileError(errno, "look at", location_);
  const uint64_t block = info.f_frsize;
  return StoreSpace{.free_bytes = info.f_bavail * block, .total_bytes = info.f_blocks * block};
}

}  // namespace pleat
