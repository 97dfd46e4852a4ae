#include "common/store/partial_folder.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/store/file_error.h"
#include "common/store/unique_fd.h"

namespace pleat {
namespace {

namespace fs = std::filesystem;

// Other hosts may pull into the same shared folder, and their processes are not seen from here.
std::string HostName() {
  char name[256] = {};
  gethostname(name, sizeof(name) - 1);
  return name;
}

}  // namespace

absl::StatusOr<fs::path> ResolveFolder(const std::string& folder) {
  std::error_code error;
  fs::path path = fs::absolute(folder, error);
  if (!error) path = fs::weakly_canonical(path, error);
  if (error) return FileError(error.value(), "find", folder);
  return path.has_filename() ? path : path.parent_path();
}

PartialFolder::PartialFolder(fs::path target, const std::string& purpose)
    : target_(std::move(target)),
      prefix_(absl::StrCat(".", purpose, "-", HostName(), "-")),
      path_(target_.parent_path() / absl::StrCat(prefix_, getpid())) {}

PartialFolder::~PartialFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
  // Those that hold anything stay.
  for (const fs::path& folder : made_) rmdir(folder.c_str());
}

absl::Status PartialFolder::Create() {
  std::error_code error;
  for (fs::path above = target_.parent_path(); !fs::exists(above, error);
       above = above.parent_path()) {
    made_.push_back(above);
  }
  fs::create_directories(target_.parent_path(), error);
  if (!error) RemoveLeftovers();
  if (!error) fs::create_directory(path_, error);
  return error ? FileError(error.value(), "create", path_.string()) : absl::OkStatus();
}

absl::Status PartialFolder::Publish() {
  std::error_code error;
  fs::rename(path_, target_, error);
  if (error) return FileError(error.value(), "create", target_.string());
  return SyncParent();
}

absl::Status PartialFolder::Replace() {
  if (renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, target_.c_str(), RENAME_EXCHANGE) == 0) {
    // What was the target lies at path_ now, and goes with this object.
    return SyncParent();
  }
  if (errno == ENOENT) return Publish();
  if (errno != EINVAL && errno != ENOSYS) {
    return FileError(errno, "replace", target_.string());
  }
  std::error_code error;
  fs::remove_all(target_, error);
  if (error) return FileError(error.value(), "replace", target_.string());
  return Publish();
}

absl::Status PartialFolder::SyncParent() const {
  const UniqueFd parent(open(target_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (parent.valid() && fsync(parent.get()) == 0) return absl::OkStatus();
  return FileError(errno, "write", target_.parent_path().string());
}

void PartialFolder::RemoveLeftovers() const {
  std::error_code error;
  for (fs::directory_iterator entry(target_.parent_path(), error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    pid_t process = 0;
    if (!absl::StartsWith(name, prefix_) ||
        !absl::SimpleAtoi(name.substr(prefix_.size()), &process)) {
      continue;
    }
    const bool is_alive = process != getpid() && (kill(process, 0) == 0 || errno != ESRCH);
    std::error_code ignored;
    if (!is_alive) fs::remove_all(entry->path(), ignored);
  }
}

}  // namespace pleat
