// pleat-worker: trains folds for a coordinator; `pleat-worker predict` uses an ensemble, and
// `pleat-worker inspect` looks at data, without one.
#include <stdlib.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <new>
#include <string>
#include <string_view>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "common/base/host_and_port.h"
#include "common/base/ids.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "common/store/store.h"
#include "worker/distributed/device.h"
#include "worker/distributed/make_group.h"
#include "worker/distributed/mpi_runtime.h"
#include "worker/exit_code.h"
#include "worker/inspect/inspect_command.h"
#include "worker/predict/predict_command.h"
#include "worker/session/coordinator_client.h"
#include "worker/session/rows_command.h"
#include "worker/session/shutdown.h"
#include "worker/session/task_runner.h"
#include "worker/session/worker_session.h"
#include "worker/train/canary.h"

namespace pleat {
namespace {

struct Options {
  std::string coordinator = "127.0.0.1:7070";
  std::string store;
  std::string data_root;
  int group_size = 1;
  int collective_timeout_s = 300;
  int first_gpu = 0;
};

// Libraries read these before main, or at a moment of their own: the program starts itself again
// with them. OpenMP threads that spin on shared cores make steps ten times slower; cuBLAS gives the
// same bits every time only with workspaces of a fixed size; memory that each step gives back to
// the kernel is cleared by it at the next.
void EnsureEnvironment(char** argv) {
  const char* const names[] = {"OMP_WAIT_POLICY", "CUBLAS_WORKSPACE_CONFIG",
                               "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"};
  if (std::ranges::all_of(names, [](const char* name) { return getenv(name) != nullptr; })) return;
  setenv("OMP_WAIT_POLICY", "passive", /*overwrite=*/0);
  setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", /*overwrite=*/0);
  setenv("MALLOC_MMAP_THRESHOLD_", "268435456", /*overwrite=*/0);
  setenv("MALLOC_TRIM_THRESHOLD_", "1073741824", /*overwrite=*/0);
  // By its path: the kernel names a process after what it was started as, here "exe".
  std::error_code ignored;
  execv(std::filesystem::read_symlink("/proc/self/exe", ignored).c_str(), argv);
}

// Prints why a worker ends. A coordinator or a store that will not have it refuses it.
int WorkerExitCode(const absl::Status& status) {
  if (status.ok()) return kDone;
  std::fprintf(stderr, "pleat-worker: %s\n", std::string(status.message()).c_str());
  if (absl::IsFailedPrecondition(status)) return kRefused;
  if (absl::IsInvalidArgument(status) || absl::IsNotFound(status) ||
      absl::IsPermissionDenied(status)) {
    return kBadInput;
  }
  return kFailed;
}

absl::StatusOr<v1::WorkerInfo> DescribeGroup(const Group& group, const ComputeDevice& device) {
  v1::WorkerInfo info;
  PLEAT_ASSIGN_OR_RETURN(*info.mutable_fingerprint(), ExecutionFingerprint(group.size, device));
  char host[256] = {};
  gethostname(host, sizeof(host) - 1);
  info.set_host(host);
  info.set_pid(getpid());
  info.set_group_size(group.size);
  info.set_device(device.name);
  info.set_version(PLEAT_VERSION);
  return info;
}

absl::Status RunGroup(const Options& options, Shutdown& shutdown, Group& group,
                      const ComputeDevice& device) {
  PLEAT_ASSIGN_OR_RETURN(const std::unique_ptr<Store> store,
                         OpenPosixStore(options.store, /*create=*/false));
  const TaskRunner::Options task_options{.data_root = options.data_root, .device = device};
  if (group.rank != 0) {
    TaskRunner runner(group, *store, nullptr, shutdown.leaving(), task_options);
    return FollowGroup(group, runner);
  }
  PLEAT_ASSIGN_OR_RETURN(const v1::WorkerInfo info, DescribeGroup(group, device));
  CoordinatorClient client(options.coordinator, NewSessionId());
  TaskRunner runner(group, *store, &client, shutdown.leaving(), task_options);
  shutdown.OnLeave([&] { client.Leave(Shutdown::kGraceMs); });
  shutdown.OnDeadline([&] { runner.ReleaseNow(Shutdown::kLastResortMs); });
  const absl::Status status =
      LeadGroup(group, client, runner, info, store->uuid(), shutdown.leaving());
  shutdown.OnLeave(nullptr);
  shutdown.OnDeadline(nullptr);
  return status;
}

int RunWorker(const Options& options, Shutdown& shutdown) {
  const absl::StatusOr<ComputeDevice> device =
      SelectDevice(options.first_gpu + LocalRankFromEnvironment());
  if (!device.ok()) return WorkerExitCode(device.status());
  absl::StatusOr<Group> group =
      MakeGroup(options.group_size, options.collective_timeout_s * 1000, *device);
  if (!group.ok()) return WorkerExitCode(group.status());

  const absl::Status status = RunGroup(options, shutdown, *group, *device);
  const int code = WorkerExitCode(status);
  if (group->size > 1 && !status.ok() && !absl::IsFailedPrecondition(status)) {
    // The other ranks may wait in a collective for ever; mpirun ends them when this one is gone.
    std::_Exit(code);
  }
  *group = Group();
  FinishMpi();
  return code;
}

int Main(int argc, char** argv) {
  EnsureEnvironment(argv);
  InitLog("pleat-worker");
  if (argc > 1 && std::string_view(argv[1]) == "predict") {
    return RunPredictCommand(argc - 1, argv + 1);
  }
  if (argc > 1 && std::string_view(argv[1]) == "inspect") {
    return RunInspectCommand(argc - 1, argv + 1);
  }
  if (argc > 1 && std::string_view(argv[1]) == "rows") return RunRowsCommand(argc - 1, argv + 1);
  // Before MPI, gRPC and torch start threads.
  Shutdown shutdown;
  Options options;
  CLI::App app(
      "Trains folds for a Pleat coordinator. Start it alone, or its ranks with mpirun.\n"
      "`pleat-worker predict --help`: predict with a pulled ensemble.",
      "pleat-worker");
  app.set_version_flag("--version", [] {
    const absl::StatusOr<ComputeDevice> device = SelectDevice(0);
    return absl::StrCat("pleat-worker ", PLEAT_VERSION, ", device: ",
                        device.ok() ? device->name : std::string(device.status().message()));
  });
  app.add_option("--coordinator", options.coordinator, "host:port of the coordinator")
      ->envname("PLEAT_COORDINATOR")
      ->check(
          [](const std::string& value) { return std::string(CheckHostAndPort(value).message()); },
          "HOST:PORT")
      ->capture_default_str();
  app.add_option("--store", options.store, "folder of the shared store")->required();
  app.add_option("--group-size", options.group_size, "ranks that train one fold together")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  app.add_option("--data-root", options.data_root,
                 "where the sweeps' data.root lies on this machine; default: as the sweep says");
  app.add_option("--collective-timeout-s", options.collective_timeout_s,
                 "a rank that does not take part for this long ends its group")
      ->check(CLI::Range(1, 86'400))
      ->capture_default_str();
  app.add_option(
         "--first-gpu", options.first_gpu,
         "GPU of this launcher's first rank on the node, the next ranks take the next ones, "
         "modulo the visible; for several launchers on one node")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kBadInput;
  }
  return RunWorker(options, shutdown);
}

}  // namespace
}  // namespace pleat

int main(int argc, char** argv) try {
  return pleat::Main(argc, argv);
} catch (const std::bad_alloc&) {
  std::fprintf(stderr, "pleat-worker: out of memory\n");
  return pleat::kFailed;
} catch (const std::exception& error) {
  std::fprintf(stderr, "pleat-worker: %s\n", error.what());
  return pleat::kFailed;
}
