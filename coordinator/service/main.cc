// pleat-coordinator: hands out the folds of sweeps, and assembles their ensembles;
// `pleat-coordinator plan` plays a sweep for `pleat plan`, and `pleat-coordinator restore` makes a
// state folder of a backup for `pleat restore`, without any of that.
//
// Exit codes: 0 told to stop; 2 bad input; 4 refused (the state folder is in use or of another
// version, or the address can be reached from outside); 74 the disk failed the journal (mend
// the disk or free space, and start again: nothing that was acknowledged is lost); 75 not now: the
// address is taken, or a disk does not answer.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "common/base/clock.h"
#include "common/base/failpoint.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "common/store/atomic_file.h"
#include "common/store/store.h"
#include "coordinator/core/coordinator_core.h"
#include "coordinator/journal/journal.h"
#include "coordinator/plan/plan_command.h"
#include "coordinator/service/coordinator_loop.h"
#include "coordinator/service/coordinator_server.h"
#include "coordinator/service/listen_address.h"
#include "coordinator/service/restore_backup.h"

namespace pleat {
namespace {

constexpr int kExitBadInput = 2;
constexpr int kExitRefused = 4;
constexpr int kExitJournalFailed = 74;
constexpr int kExitTryAgain = 75;

struct Options {
  std::string state;
  std::string store;
  std::string listen = "127.0.0.1:7070";
  bool allow_insecure_network = false;
  uint32_t lease_ttl_ms = CoreOptions{}.lease_ttl_ms;
  uint32_t heartbeat_ms = CoreOptions{}.heartbeat_interval_ms;
  uint64_t min_free_mb = CoreOptions{}.min_free_bytes >> 20;
  uint64_t min_free_state_mb = CoreOptions{}.min_free_state_bytes >> 20;
  uint64_t snapshot_every = LoopOptions{}.snapshot_every;
};

void AddOptions(CLI::App& app, Options& options) {
  app.add_option("--state", options.state, "folder of the journal, on a local disk")->required();
  app.add_option("--store", options.store,
                 "folder that coordinator and workers share (default: STATE/store)");
  app.add_option("--listen", options.listen,
                 "host:port; port 0 takes a free one, written to STATE/address")
      ->capture_default_str();
  app.add_flag("--allow-insecure-network", options.allow_insecure_network,
               "listen beyond loopback, without encryption or authentication");
  app.add_option("--lease-ttl-ms", options.lease_ttl_ms,
                 "a lease is lost without a heartbeat for this long")
      ->capture_default_str()
      ->check(CLI::Range(100u, 3'600'000u));
  app.add_option("--heartbeat-ms", options.heartbeat_ms, "how often workers send heartbeats")
      ->capture_default_str()
      ->check(CLI::Range(10u, 600'000u));
  app.add_option("--min-free-mb", options.min_free_mb,
                 "hand out no tasks while the store's disk has less free (MiB), or less than 2 % "
                 "of the disk if that is less; 0: never hold back")
      ->capture_default_str()
      ->check(CLI::Range(uint64_t{0}, uint64_t{1} << 40));
  app.add_option("--min-free-state-mb", options.min_free_state_mb,
                 "take no new work while the disk of --state has less free (MiB), or less than "
                 "0.5 % of the disk if that is less; 0: never refuse")
      ->capture_default_str()
      ->check(CLI::Range(uint64_t{0}, uint64_t{1} << 40));
  app.add_option("--snapshot-every", options.snapshot_every,
                 "records of the journal after which a snapshot of the state is made, with which "
                 "the next start begins")
      ->capture_default_str()
      ->check(CLI::Range(uint64_t{1}, uint64_t{1} << 40));
  app.set_version_flag("--version", PLEAT_VERSION);
  app.footer("PLEAT_LOG=debug|info|warning|error|off sets what is logged to stderr.");
}

absl::StatusOr<ListenAddress> CheckOptions(const Options& options) {
  PLEAT_ASSIGN_OR_RETURN(const ListenAddress address, ParseListenAddress(options.listen));
  if (!address.IsLoopback() && !options.allow_insecure_network) {
    return absl::FailedPreconditionError(absl::StrCat(
        options.listen, " can be reached from other machines, and there is no encryption and no ",
        "authentication yet: whoever reaches it controls it; say --allow-insecure-network if ",
        "the network is trusted, or listen on 127.0.0.1"));
  }
  if (options.heartbeat_ms >= options.lease_ttl_ms) {
    return absl::InvalidArgumentError(absl::StrCat("--heartbeat-ms ", options.heartbeat_ms,
                                                   " must be below --lease-ttl-ms ",
                                                   options.lease_ttl_ms));
  }
  return address;
}

CoreOptions CoreOptionsFrom(const Options& options, const Store& store) {
  CoreOptions core;
  core.store_uuid = store.uuid();
  core.store_location = store.location();
  core.lease_ttl_ms = options.lease_ttl_ms;
  core.heartbeat_interval_ms = options.heartbeat_ms;
  core.min_free_bytes = options.min_free_mb << 20;
  core.min_free_state_bytes = options.min_free_state_mb << 20;
  return core;
}

// Memory is ahead of the disk, so nothing may run on; not even destructors.
void EndOnJournalFailure(const absl::Status& status) {
  std::cerr << "pleat-coordinator: " << status.message() << std::endl;
  std::_Exit(kExitJournalFailed);
}

// Threads inherit the mask: the signals come to sigwait alone.
sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

// The exit code, after a message if there is an error.
int Report(const absl::Status& status) {
  if (status.ok()) return EXIT_SUCCESS;
  std::cerr << "pleat-coordinator: " << status.message() << std::endl;
  if (absl::IsResourceExhausted(status) || absl::IsInternal(status)) return kExitJournalFailed;
  if (absl::IsUnavailable(status)) return kExitTryAgain;
  return absl::IsFailedPrecondition(status) ? kExitRefused : kExitBadInput;
}

// The same of a plan; who asked for it says who speaks.
int ReportPlan(const absl::Status& status) {
  if (status.ok()) return EXIT_SUCCESS;
  std::cerr << status.message() << std::endl;
  return absl::IsInvalidArgument(status) ? kExitBadInput : EXIT_FAILURE;
}

absl::Status ListenUntilTold(CoordinatorServer& server, const ListenAddress& address,
                             const std::string& state, const sigset_t& signals) {
  PLEAT_RETURN_IF_ERROR(FailPoint("coordinator.start.before_listen"));
  PLEAT_RETURN_IF_ERROR(server.Listen(address));
  PLEAT_RETURN_IF_ERROR(FailPoint("coordinator.start.before_address"));
  const std::string bound = server.address().ToString();
  const absl::Status written = WriteFileAtomically(state + "/address", bound + "\n");
  // With a full disk it serves what can be read.
  if (!absl::IsResourceExhausted(written)) PLEAT_RETURN_IF_ERROR(written);
  std::cout << "pleat-coordinator listens on " << bound << std::endl;

  int signal = 0;
  sigwait(&signals, &signal);
  Log(LogLevel::kInfo, "stopping", {{"signal", signal}});
  return absl::OkStatus();
}

absl::Status Serve(const Options& options) {
  PLEAT_ASSIGN_OR_RETURN(const ListenAddress address, CheckOptions(options));
  const sigset_t signals = BlockStopSignals();
  PLEAT_ASSIGN_OR_RETURN(std::unique_ptr<Journal> journal, OpenSqliteJournal(options.state));
  PLEAT_ASSIGN_OR_RETURN(
      const std::unique_ptr<Store> store,
      OpenPosixStore(options.store.empty() ? options.state + "/store" : options.store, true));
  CoordinatorCore core(CoreOptionsFrom(options, *store));
  CoordinatorLoop loop(core, *journal, *store, SystemClock(), EndOnJournalFailure,
                       {.state_dir = options.state, .snapshot_every = options.snapshot_every});
  PLEAT_RETURN_IF_ERROR(loop.Start());
  CoordinatorServer server(loop, *store);
  const absl::Status status = ListenUntilTold(server, address, options.state, signals);
  loop.Stop();
  server.Shutdown();
  journal = nullptr;  // moves the log into the database
  // An effect may run for minutes yet; it is repeated at the next start.
  std::_Exit(Report(status));
}

absl::Status MakeState(const std::string& file, const std::string& state) {
  PLEAT_ASSIGN_OR_RETURN(const v1::BackupEnd backup,
                         RestoreBackup(file, state, SystemClock().UnixMs()));
  std::cout << state << ": " << backup.records() << " records of " << file
            << "; go on with: pleat-coordinator --state " << state << " --store " << backup.store()
            << std::endl;
  return absl::OkStatus();
}

int Restore(int argc, char** argv) {
  CLI::App app("Makes a state folder of a backup.", "pleat-coordinator restore");
  std::string file;
  std::string state;
  app.add_option("file", file, "what `pleat backup` wrote")->required();
  app.add_option("--state", state, "folder to make")->required();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? EXIT_SUCCESS : kExitBadInput;
  }
  return Report(MakeState(file, state));
}

int Main(int argc, char** argv) {
  InitLog("pleat-coordinator");
  InitFailPoints();
  if (argc == 2 && std::string_view(argv[1]) == "plan") {
    return ReportPlan(RunPlanCommand(std::cin, std::cout));
  }
  if (argc > 1 && std::string_view(argv[1]) == "restore") return Restore(argc - 1, argv + 1);
  // gRPC's own lines would stand beside our one message; who wants them sets the variable.
  setenv("GRPC_VERBOSITY", "NONE", 0);
  CLI::App app("Pleat's coordinator: hands out the folds of sweeps, assembles their ensembles.");
  Options options;
  AddOptions(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? EXIT_SUCCESS : kExitBadInput;
  }
  return Report(Serve(options));
}

}  // namespace
}  // namespace pleat

int main(int argc, char** argv) {
  // Debian builds Abseil with it, and gRPC would spend some 5 % of the processor on it.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  return pleat::Main(argc, argv);
}
