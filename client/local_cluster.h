// A coordinator and worker groups on this machine, for `pleat run`.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/supervisor.h"

namespace pleat {

struct LocalClusterOptions {
  // Results: the store is this folder; the coordinator's state and the children's logs lie in
  // folders below it.
  std::string folder;
  int workers = 1;  // groups
  int ranks_per_group = 1;
};

// The children live from Start… to Stop or destruction, and are watched by a thread in between.
// Thread-safe.
class LocalCluster {
 public:
  // How long a coordinator that is starting, or starting again, is waited for.
  static constexpr int64_t kPatienceMs = 60'000;

  explicit LocalCluster(LocalClusterOptions options);
  ~LocalCluster();

  // Starts the coordinator on a free port of the loopback interface; it keeps the port when it is
  // started again, so that workers find it.
  absl::Status StartCoordinator();
  // "127.0.0.1:port" once the coordinator listens; empty before.
  std::string FindAddress();
  // After the address was found.
  absl::Status StartWorkers();
  // Workers first, so that they can still give back what they hold; then the coordinator.
  void Stop();

  // OK, or why the children cannot be kept alive.
  absl::Status health() const;
  // Called once, from the watching thread, when health turns bad. Set before StartCoordinator.
  void OnFailure(std::function<void()> callback) { on_failure_ = std::move(callback); }

 private:
  void Watch();
  ChildSpec CoordinatorSpec(const std::string& listen) const;
  ChildSpec WorkerSpec(int number) const;
  std::string AddressFile() const;

  const LocalClusterOptions options_;
  std::function<void()> on_failure_;
  mutable std::mutex mutex_;
  // Of an earlier coordinator, or of one that holds the folder now; 0: none. A new file of that
  // name is this cluster's.
  ino_t earlier_address_file_ = 0;
  std::string address_;    // guarded by mutex_
  Supervisor supervisor_;  // guarded by mutex_
  absl::Status health_;    // guarded by mutex_
  std::atomic<bool> stopping_ = false;
  std::thread watcher_;
};

}  // namespace pleat
