// pleat-worker: trains folds for a coordinator; `pleat-worker predict` uses an ensemble, and
// `pleat-worker inspect` looks at data, without one.
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <new>
#include <string>
#include <system_error>
#include <variant>

#include "absl/strings/str_cat.h"
#include "common/base/failpoint.h"
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
#include "worker/session/command_line.h"
#include "worker/session/coordinator_client.h"
#include "worker/session/rows_command.h"
#include "worker/session/shutdown.h"
#include "worker/session/task_runner.h"
#include "worker/session/worker_session.h"
#include "worker/train/canary.h"

namespace pleat {
namespace {

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

// Whatever hangs holds threads that cannot be ended; mpirun, or whoever started this process, ends
// the group's other ranks and may start it again.
[[noreturn]] void EndHungWorker(int timeout_s) {
  std::fprintf(stderr, "pleat-worker: the task in hand has not moved for %d s; ending\n",
               timeout_s);
  std::_Exit(kFailed);
}

absl::Status RunGroup(const WorkerOptions& options, Shutdown& shutdown, Group& group,
                      const ComputeDevice& device) {
  PLEAT_ASSIGN_OR_RETURN(const std::unique_ptr<Store> store,
                         OpenPosixStore(options.store, /*create=*/false));
  PLEAT_RETURN_IF_ERROR(FailPoint("worker.start.store_is_open"));
  TaskRunner::Options task_options{.data_root = options.data_root, .device = device};
  if (group.rank != 0) {
    TaskRunner runner(group, *store, nullptr, shutdown.leaving(), task_options);
    return FollowGroup(group, runner);
  }
  PLEAT_ASSIGN_OR_RETURN(const v1::WorkerInfo info, DescribeGroup(group, device));
  CoordinatorClient client(options.coordinator, NewSessionId());
  task_options.progress_timeout_ms = options.progress_timeout_s * int64_t{1'000};
  task_options.on_hang = [&] { EndHungWorker(options.progress_timeout_s); };
  TaskRunner runner(group, *store, &client, shutdown.leaving(), task_options);
  shutdown.OnLeave([&] { client.Leave(Shutdown::kGraceMs); });
  shutdown.OnDeadline([&] {
    runner.ReleaseNow(Shutdown::kLastResortMs, "the worker had to leave in the middle of a step");
  });
  const absl::Status status =
      LeadGroup(group, client, runner, info, store->uuid(), shutdown.leaving());
  shutdown.OnLeave(nullptr);
  shutdown.OnDeadline(nullptr);
  return status;
}

int RunWorker(const WorkerOptions& options, Shutdown& shutdown) {
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

std::string VersionText() {
  const absl::StatusOr<ComputeDevice> device = SelectDevice(0);
  return absl::StrCat("pleat-worker ", PLEAT_VERSION, ", device: ",
                      device.ok() ? device->name : std::string(device.status().message()));
}

int Run(int exit_code) { return exit_code; }
int Run(const PredictOptions& options) { return RunPredictCommand(options); }
int Run(const InspectOptions& options) { return RunInspectCommand(options); }
int Run(const RowsOptions& options) { return RunRowsCommand(options); }
int Run(const WorkerOptions& options) {
  // Before MPI, gRPC and torch start threads.
  Shutdown shutdown;
  return RunWorker(options, shutdown);
}

int Main(int argc, char** argv) {
  EnsureEnvironment(argv);
  InitLog("pleat-worker");
  InitFailPoints();
  return std::visit([](const auto& command) { return Run(command); },
                    ParseCommandLine(argc, argv, VersionText));
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
