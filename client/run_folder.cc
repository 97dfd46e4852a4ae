#include "client/run_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "client/local_cluster.h"
#include "client/stop_signal.h"
#include "common/base/clock.h"
#include "common/base/status_macros.h"

namespace pleat {
namespace {

// How long a coordinator that has the folder may take for one answer before the folder is looked at
// again: it may have ended, or listen elsewhere.
constexpr int64_t kAnswerMs = 5'000;
constexpr std::chrono::milliseconds kBetweenLooks{50};

// True if a coordinator has the folder: it keeps the lock of its state for as long as it lives. One
// that starts meanwhile waits until this look is over.
bool HasCoordinator(const std::string& folder) {
  const int fd = open(absl::StrCat(folder, "/coordinator/lock").c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool has_one = flock(fd, LOCK_SH | LOCK_NB) != 0;
  close(fd);
  return has_one;
}

// Of a coordinator that runs, or of the one that ran last.
std::string LastAddress(const std::string& folder) {
  std::string address;
  std::ifstream(absl::StrCat(folder, "/coordinator/address")) >> address;
  return address;
}

// Asks the coordinator that has the folder for its sweeps.
absl::Status Ask(const std::string& address, std::atomic<bool>& stop) {
  // One that starts for the first time.
  if (address.empty()) return absl::UnavailableError("it has not written its address yet");
  return Connection(address, kAnswerMs, &stop).List().status();
}

// The address of the coordinator that has the folder, once it answers there; empty if none has it.
// UNAVAILABLE: it does not answer for a minute. CANCELLED: `stop`.
absl::StatusOr<std::string> FindCoordinator(const std::string& folder, std::atomic<bool>& stop) {
  const int64_t begin_ms = SystemClock().SteadyMs();
  while (HasCoordinator(folder)) {
    // Of one that starts it may be the address of the one before.
    const std::string address = LastAddress(folder);
    const absl::Status status = Ask(address, stop);
    if (status.ok()) return address;
    if (stop) return absl::CancelledError("interrupted");
    if (SystemClock().SteadyMs() - begin_ms > LocalCluster::kPatienceMs) {
      return absl::UnavailableError(
          absl::StrCat("a coordinator has ", folder, ", but does not answer: ", status.message()));
    }
    std::this_thread::sleep_for(kBetweenLooks);
  }
  return "";
}

}  // namespace

absl::Status WithRunFolder(const std::string& folder, std::atomic<bool>& stop,
                           const std::function<absl::Status(Connection&)>& body) {
  std::error_code error;
  const std::string path = std::filesystem::absolute(folder, error).lexically_normal().string();
  if (error || !std::filesystem::is_directory(path + "/coordinator", error)) {
    return absl::NotFoundError(absl::StrCat(folder, " is no folder of a pleat run"));
  }
  PLEAT_ASSIGN_OR_RETURN(const std::string address, FindCoordinator(path, stop));
  if (!address.empty()) {
    Connection connection(address, LocalCluster::kPatienceMs, &stop);
    return body(connection);
  }
  LocalCluster cluster({.folder = path});
  cluster.OnFailure([&stop] { stop = true; });
  PLEAT_RETURN_IF_ERROR(cluster.StartCoordinator());
  while (cluster.FindAddress().empty()) {
    if (stop) return cluster.health().ok() ? absl::CancelledError("interrupted") : cluster.health();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  Connection connection(cluster.FindAddress(), LocalCluster::kPatienceMs, &stop);
  const absl::Status status = body(connection);
  // A coordinator that cannot be kept alive is why the rest failed.
  return cluster.health().ok() ? status : cluster.health();
}

ExitCode WithFolderOrAddress(const std::string& folder, const std::string& address,
                             const std::function<absl::Status(Connection&)>& body) {
  std::atomic<bool>& stop = CatchStopSignals();
  absl::Status status;
  if (folder.empty()) {
    Connection connection(address, Connection::kPatienceMs, &stop);
    status = body(connection);
  } else {
    status = WithRunFolder(folder, stop, body);
  }
  return status.ok() ? kExitDone : PrintError(status);
}

}  // namespace pleat
