#include "bench/loopback_coordinator.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <utility>

#include "bench/connect.h"
#include "common/base/clock.h"
#include "common/base/status_macros.h"

namespace pleat {

LoopbackCoordinator::LoopbackCoordinator(const std::string& state_dir,
                                         std::unique_ptr<Journal> journal,
                                         std::unique_ptr<Store> store)
    : journal_(std::move(journal)), store_(std::move(store)) {
  options_.store_uuid = store_->uuid();
  core_ = std::make_unique<CoordinatorCore>(options_);
  const auto fatal = [](const absl::Status& status) {
    std::cerr << status << std::endl;
    std::_Exit(1);
  };
  loop_ = std::make_unique<CoordinatorLoop>(*core_, *journal_, *store_, SystemClock(), fatal,
                                            LoopOptions{.state_dir = state_dir});
  server_ = std::make_unique<CoordinatorServer>(*loop_, *store_);
}

absl::StatusOr<std::unique_ptr<LoopbackCoordinator>> LoopbackCoordinator::Start(
    const std::string& folder) {
  const std::string state_dir = folder + "/state";
  PLEAT_ASSIGN_OR_RETURN(std::unique_ptr<Journal> journal, OpenSqliteJournal(state_dir));
  PLEAT_ASSIGN_OR_RETURN(std::unique_ptr<Store> store, OpenPosixStore(folder + "/store", true));
  std::unique_ptr<LoopbackCoordinator> coordinator(
      new LoopbackCoordinator(state_dir, std::move(journal), std::move(store)));
  PLEAT_RETURN_IF_ERROR(coordinator->loop_->Start());
  PLEAT_RETURN_IF_ERROR(coordinator->server_->Listen({"127.0.0.1", 0}));
  return coordinator;
}

std::shared_ptr<grpc::Channel> LoopbackCoordinator::Connect() const {
  return ConnectTo(server_->address().ToString());
}

void LoopbackCoordinator::Stop() {
  loop_->Stop();
  server_->Shutdown();
}

absl::Status LoopbackCoordinator::Replay() {
  CoordinatorCore core(options_);
  uint64_t records = 0;
  const auto begin = std::chrono::steady_clock::now();
  PLEAT_RETURN_IF_ERROR(journal_->Replay([&](const v1::JournalRecord& record) {
    ++records;
    return core.Restore(record);
  }));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::printf("replay           %.2f s for %llu records\n", took.count(),
              static_cast<unsigned long long>(records));
  return absl::OkStatus();
}

double ResidentMiB() {
  std::ifstream statm("/proc/self/statm");
  double pages = 0, resident = 0;
  statm >> pages >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

double Percentile(const std::vector<double>& sorted, double share) {
  return sorted[static_cast<size_t>(share * static_cast<double>(sorted.size() - 1))];
}

}  // namespace pleat
