#include "coordinator/journal/state_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <thread>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/store/file_error.h"

namespace pleat {
namespace {

// What the holder wrote into the lock file: its process id.
std::string HolderOf(int fd) {
  char text[32];
  const ssize_t size = pread(fd, text, sizeof text, 0);
  if (size <= 0) return "unknown";
  return std::string(absl::StripSuffix(absl::string_view(text, size), "\n"));
}

// A coordinator that was told to stop may take a moment, and its successor comes at once.
bool LockPatiently(int fd) {
  constexpr auto kPause = std::chrono::milliseconds(50);
  for (int tries = 0; tries < 50; ++tries) {
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) return true;
    if (errno != EWOULDBLOCK) return false;
    std::this_thread::sleep_for(kPause);
  }
  errno = EWOULDBLOCK;
  return false;
}

absl::Status InUse(const std::string& state_dir, int fd) {
  return absl::FailedPreconditionError(
      absl::StrCat("state folder ", state_dir, " is in use by another coordinator (process ",
                   HolderOf(fd), "); stop that one, or choose another folder"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<StateLock>> StateLock::Acquire(const std::string& state_dir) {
  std::error_code error;
  std::filesystem::create_directories(state_dir, error);
  if (error) return FileError(error.value(), "create state folder", state_dir);
  const std::string path = absl::StrCat(state_dir, "/lock");
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return FileError(errno, "open", path);
  std::unique_ptr<StateLock> lock(new StateLock(fd));
  if (!LockPatiently(fd)) {
    if (errno == EWOULDBLOCK) return InUse(state_dir, fd);
    return FileError(errno, "lock", path);
  }
  const std::string holder = absl::StrCat(getpid(), "\n");
  // In this order it works on a full disk too, where the file has its block already.
  if (pwrite(fd, holder.data(), holder.size(), 0) != static_cast<ssize_t>(holder.size()) ||
      ftruncate(fd, static_cast<off_t>(holder.size())) != 0) {
    return FileError(errno, "write", path);
  }
  return lock;
}

StateLock::~StateLock() { close(fd_); }

}  // namespace pleat
