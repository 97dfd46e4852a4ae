#include "client/run_folder.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "client/local_cluster.h"
#include "client/stop_signal.h"
#include "common/base/status_macros.h"

namespace pleat {
namespace {

// One that runs answers at once.
constexpr int64_t kShortPatienceMs = 300;

// Of a coordinator that runs, or of the one that ran last.
std::string LastAddress(const std::string& folder) {
  std::string address;
  std::ifstream(absl::StrCat(folder, "/coordinator/address")) >> address;
  return address;
}

}  // namespace

absl::Status WithRunFolder(const std::string& folder, std::atomic<bool>& stop,
                           const std::function<absl::Status(Connection&)>& body) {
  std::error_code error;
  const std::string path = std::filesystem::absolute(folder, error).lexically_normal().string();
  if (error || !std::filesystem::is_directory(path + "/coordinator", error)) {
    return absl::NotFoundError(absl::StrCat(folder, " is no folder of a pleat run"));
  }
  if (const std::string address = LastAddress(path); !address.empty()) {
    Connection probe(address, kShortPatienceMs, &stop);
    if (probe.List().ok()) {
      Connection connection(address, LocalCluster::kPatienceMs, &stop);
      return body(connection);
    }
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

absl::Status WithFolderOrAddress(const std::string& folder, const std::string& address,
                                 const std::function<absl::Status(Connection&)>& body) {
  std::atomic<bool>& stop = CatchStopSignals();
  if (!folder.empty()) return WithRunFolder(folder, stop, body);
  Connection connection(address, Connection::kPatienceMs, &stop);
  return body(connection);
}

}  // namespace pleat
