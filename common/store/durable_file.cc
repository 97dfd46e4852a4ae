#include "common/store/durable_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "absl/strings/str_cat.h"
#include "common/base/failpoint.h"
#include "common/base/status_macros.h"
#include "common/store/file_error.h"
#include "common/store/store_path.h"
#include "common/store/unique_fd.h"

namespace pleat {
namespace {

// A file of its own name in a folder; removed again unless it was given its final name.
class TemporaryFile {
 public:
  static absl::StatusOr<TemporaryFile> Create(int folder) {
    static std::atomic<uint64_t> counter{0};
    PLEAT_RETURN_IF_ERROR(FailPoint("store.write.before_temporary"));
    while (true) {
      std::string name =
          absl::StrCat(std::string(kTemporaryPrefix), getpid(), "-", counter.fetch_add(1));
      UniqueFd fd(openat(folder, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
      if (fd.valid()) return TemporaryFile(folder, std::move(name), std::move(fd));
      // Another machine has a process of this number, or one died here: the next name.
      if (errno != EEXIST) return FileError(errno, "create", name);
    }
  }

  TemporaryFile(TemporaryFile&& other) noexcept
      : folder_(other.folder_), name_(std::exchange(other.name_, "")), fd_(std::move(other.fd_)) {}
  ~TemporaryFile() {
    if (!name_.empty()) unlinkat(folder_, name_.c_str(), 0);
  }

  absl::Status Write(std::string_view bytes, std::string_view path) {
    while (!bytes.empty()) {
      const ssize_t written = write(fd_.get(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return FileError(errno, "write", path);
      bytes.remove_prefix(static_cast<size_t>(written));
    }
    PLEAT_RETURN_IF_ERROR(FailPoint("store.write.before_sync"));
    if (fsync(fd_.get()) != 0) return FileError(errno, "make durable", path);
    return absl::OkStatus();
  }

  absl::Status Replace(const std::string& name) {
    if (renameat(folder_, name_.c_str(), folder_, name.c_str()) != 0) {
      return FileError(errno, "replace", name);
    }
    name_.clear();
    return absl::OkStatus();
  }

  absl::Status RenameIfFree(const std::string& name) {
    if (renameat2(folder_, name_.c_str(), folder_, name.c_str(), RENAME_NOREPLACE) == 0) {
      name_.clear();
      return absl::OkStatus();
    }
    // NFS and others do not know the flag. A hard link never replaces either; the temporary name
    // is dropped by the destructor.
    if ((errno == EINVAL || errno == ENOSYS) &&
        linkat(folder_, name_.c_str(), folder_, name.c_str(), 0) == 0) {
      return absl::OkStatus();
    }
    return FileError(errno, "create", name);
  }

 private:
  TemporaryFile(int folder, std::string name, UniqueFd fd)
      : folder_(folder), name_(std::move(name)), fd_(std::move(fd)) {}

  int folder_;
  std::string name_;
  UniqueFd fd_;
};

}  // namespace

absl::Status WriteDurably(int folder, const std::string& name, std::string_view bytes,
                          IfTaken if_taken) {
  {
    PLEAT_ASSIGN_OR_RETURN(TemporaryFile file, TemporaryFile::Create(folder));
    PLEAT_RETURN_IF_ERROR(file.Write(bytes, name));
    PLEAT_RETURN_IF_ERROR(FailPoint("store.write.before_rename"));
    PLEAT_RETURN_IF_ERROR(if_taken == IfTaken::kReplace ? file.Replace(name)
                                                        : file.RenameIfFree(name));
  }
  PLEAT_RETURN_IF_ERROR(FailPoint("store.write.before_folder_sync"));
  return SyncFolder(folder, name);
}

absl::Status SyncFolder(int folder, std::string_view name) {
  if (fsync(folder) != 0) return FileError(errno, "make durable the folder of", name);
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadFully(int fd, uint64_t offset, uint64_t size,
                                      std::string_view path) {
  std::string bytes(size, '\0');
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got =
        pread(fd, bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FileError(errno, "read", path);
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

}  // namespace pleat
