#include "client/local_cluster.h"

#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "client/programs.h"
#include "common/base/clock.h"
#include "common/base/failpoint.h"
#include "common/base/status_macros.h"
#include "common/store/file_error.h"

namespace pleat {
namespace {

constexpr int64_t kWorkerGraceMs = 6'000;
constexpr int64_t kCoordinatorGraceMs = 3'000;

// 0: there is no such file.
ino_t InodeOf(const std::string& path) {
  struct stat file;
  return stat(path.c_str(), &file) == 0 ? file.st_ino : 0;
}

}  // namespace

LocalCluster::LocalCluster(LocalClusterOptions options) : options_(std::move(options)) {}

LocalCluster::~LocalCluster() { Stop(); }

absl::Status LocalCluster::StartCoordinator() {
  std::error_code error;
  std::filesystem::create_directories(absl::StrCat(options_.folder, "/logs"), error);
  if (error) return FileError(error.value(), "create", absl::StrCat(options_.folder, "/logs"));
  earlier_address_file_ = InodeOf(AddressFile());
  {
    std::lock_guard lock(mutex_);
    PLEAT_RETURN_IF_ERROR(
        supervisor_.Start(CoordinatorSpec("127.0.0.1:0"), SystemClock().SteadyMs()));
  }
  PLEAT_RETURN_IF_ERROR(FailPoint("client.run.coordinator_began"));
  watcher_ = std::thread([this] { Watch(); });
  return absl::OkStatus();
}

std::string LocalCluster::AddressFile() const {
  return absl::StrCat(options_.folder, "/coordinator/address");
}

std::string LocalCluster::FindAddress() {
  std::lock_guard lock(mutex_);
  if (!address_.empty()) return address_;
  if (InodeOf(AddressFile()) == earlier_address_file_) return "";
  std::ifstream(AddressFile()) >> address_;
  if (!address_.empty()) supervisor_.Respecify(CoordinatorSpec(address_));
  return address_;
}

ChildSpec LocalCluster::CoordinatorSpec(const std::string& listen) const {
  return {.name = "coordinator",
          .command = {SiblingProgram("pleat-coordinator"), "--state",
                      absl::StrCat(options_.folder, "/coordinator"), "--store", options_.folder,
                      "--listen", listen},
          .log_file = absl::StrCat(options_.folder, "/logs/coordinator.log"),
          .environment = {}};
}

ChildSpec LocalCluster::WorkerSpec(int number) const {
  ChildSpec spec;
  spec.name = absl::StrCat("worker ", number);
  spec.log_file = absl::StrCat(options_.folder, "/logs/worker_", number, ".log");
  spec.environment = {{"OMP_WAIT_POLICY", "passive"}};
  if (options_.ranks_per_group > 1) {
    spec.command = {"mpirun", "-n", absl::StrCat(options_.ranks_per_group), "--oversubscribe",
                    // It would bind the ranks of every group to the same first cores.
                    "--bind-to", "none", "--mca", "odls_base_sigkill_timeout", "10"};
    // Containers have no ptrace, which the single-copy path needs; root must say that it means it.
    // mpirun gives the other ranks of a group that failed at once this long to end.
    spec.short_life_ms = 30'000;
    spec.environment.insert({{"OMPI_MCA_btl_vader_single_copy_mechanism", "none"},
                             {"OMPI_ALLOW_RUN_AS_ROOT", "1"},
                             {"OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"}});
  }
  for (const std::string& argument :
       {SiblingProgram("pleat-worker"), std::string("--coordinator"), address_,
        std::string("--store"), options_.folder, std::string("--group-size"),
        absl::StrCat(options_.ranks_per_group), std::string("--first-gpu"),
        absl::StrCat(number * options_.ranks_per_group)}) {
    spec.command.push_back(argument);
  }
  return spec;
}

absl::Status LocalCluster::StartWorkers() {
  std::lock_guard lock(mutex_);
  for (int number = 0; number < options_.workers; ++number) {
    PLEAT_RETURN_IF_ERROR(supervisor_.Start(WorkerSpec(number), SystemClock().SteadyMs()));
  }
  return absl::OkStatus();
}

void LocalCluster::Watch() {
  while (!stopping_) {
    bool failed = false;
    {
      std::lock_guard lock(mutex_);
      if (health_.ok()) {
        health_ = supervisor_.Poll(SystemClock().SteadyMs());
        failed = !health_.ok();
      }
    }
    if (failed && on_failure_) on_failure_();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

void LocalCluster::Stop() {
  {
    std::lock_guard lock(mutex_);
    supervisor_.Stop("worker", kWorkerGraceMs);
    supervisor_.Stop("coordinator", kCoordinatorGraceMs);
  }
  // Only now: children end with the thread that started them, and those that were started again are
  // the watcher's.
  stopping_ = true;
  if (watcher_.joinable()) watcher_.join();
}

absl::Status LocalCluster::health() const {
  std::lock_guard lock(mutex_);
  return health_;
}

}  // namespace pleat
