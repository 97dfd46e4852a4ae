#include "client/epoch_probe.h"

#include <stdlib.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/connection.h"
#include "client/local_cluster.h"
#include "common/base/clock.h"
#include "common/base/status_macros.h"

namespace pleat {
namespace {

constexpr std::chrono::milliseconds kBetweenLooksAtEpochs{20};

absl::Status FailureOf(const v1::SweepEnded& ended) {
  const bool is_input =
      ended.failure() == v1::FAILURE_KIND_DATA || ended.failure() == v1::FAILURE_KIND_CONFIG;
  return is_input ? absl::InvalidArgumentError(ended.reason())
                  : absl::InternalError(ended.reason());
}

// A folder that goes with its owner.
class ProbeFolder {
 public:
  static absl::StatusOr<ProbeFolder> Make() {
    std::error_code error;
    std::string path = (std::filesystem::temp_directory_path(error) / "pleat-plan-XXXXXX").string();
    if (error) return absl::ErrnoToStatus(error.value(), "cannot find a folder for a probe");
    if (mkdtemp(path.data()) == nullptr) {
      return absl::ErrnoToStatus(errno, absl::StrCat("cannot make ", path));
    }
    return ProbeFolder(std::move(path));
  }
  ProbeFolder(ProbeFolder&& other) noexcept : path_(std::exchange(other.path_, "")) {}
  ~ProbeFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  explicit ProbeFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

absl::StatusOr<ProbedEpoch> WatchFold(const SweepFile& sweep, LocalCluster& cluster,
                                      std::atomic<bool>& stop) {
  PLEAT_RETURN_IF_ERROR(cluster.StartCoordinator());
  while (cluster.FindAddress().empty()) {
    if (stop) return absl::CancelledError("interrupted");
    std::this_thread::sleep_for(kBetweenLooksAtEpochs);
  }
  Connection connection(cluster.FindAddress(), LocalCluster::kPatienceMs, &stop);
  PLEAT_RETURN_IF_ERROR(connection.Submit(sweep.source, sweep.spec).status());
  PLEAT_RETURN_IF_ERROR(cluster.StartWorkers());
  EpochStopwatch watch;
  for (;;) {
    PLEAT_ASSIGN_OR_RETURN(const v1::GetResponse now, connection.Get(sweep.spec.name()));
    if (watch.Look(now, SystemClock().SteadyMs())) {
      PLEAT_ASSIGN_OR_RETURN(EpochStopwatch::Reading reading, watch.Read());
      return ProbedEpoch{.reading = std::move(reading),
                         .folds = static_cast<uint32_t>(now.trials(0).folds_size())};
    }
    std::this_thread::sleep_for(kBetweenLooksAtEpochs);
  }
}

}  // namespace

void EpochStopwatch::Counter::Take(uint64_t count, int64_t ms) {
  if (count == 0 || (last.has_value() && last->count == count)) return;
  last = {.ms = ms, .count = count};
  if (!first.has_value()) first = last;
}

double EpochStopwatch::Counter::SecondsForOne() const {
  return static_cast<double>(last->ms - first->ms) / 1'000 /
         static_cast<double>(last->count - first->count);
}

bool EpochStopwatch::Look(const v1::GetResponse& sweep, int64_t now_ms) {
  if (sweep.trials_size() == 0 || sweep.trials(0).folds_size() == 0) {
    if (sweep.has_ended()) failure_ = FailureOf(sweep.ended());
    return sweep.has_ended();
  }
  const v1::FoldStatus& fold = sweep.trials(0).folds(0);
  epochs_.Take(fold.last_epoch().epoch(), now_ms);
  seconds_of_epoch_ = fold.last_epoch().seconds();
  if (fold.state() == v1::FOLD_STATE_DONE) return true;
  if (sweep.has_ended()) failure_ = FailureOf(sweep.ended());
  if (!fold.message().empty()) failure_ = absl::InvalidArgumentError(fold.message());
  if (!failure_.ok()) return true;
  if (fold.state() != v1::FOLD_STATE_RUNNING) return false;
  if (!began_ms_.has_value()) began_ms_ = now_ms;
  if (fold.progress().epoch() == 0) {
    steps_.Take(fold.progress().step(), now_ms);
    steps_of_epoch_ = fold.progress().steps();
  }
  const bool has_enough = epochs_.grew() && epochs_.last->ms - epochs_.first->ms >= kEnoughMs;
  return has_enough || now_ms - *began_ms_ >= kMostMs;
}

absl::StatusOr<EpochStopwatch::Reading> EpochStopwatch::Read() const {
  if (!failure_.ok()) return failure_;
  if (epochs_.grew()) {
    const uint64_t count = epochs_.last->count - epochs_.first->count;
    return Reading{
        epochs_.SecondsForOne(),
        absl::StrCat("the mean of ", count, count == 1 ? " epoch" : " epochs", " after the first")};
  }
  if (epochs_.first.has_value()) return Reading{seconds_of_epoch_, "its first epoch"};
  if (steps_.grew() && steps_of_epoch_ > 0) {
    return Reading{steps_.SecondsForOne() * static_cast<double>(steps_of_epoch_),
                   absl::StrCat(steps_.last->count - steps_.first->count, " of ", steps_of_epoch_,
                                " steps of its first epoch, without validation")};
  }
  return absl::FailedPreconditionError(
      absl::StrCat("no step was seen to end within ", kMostMs / 1'000,
                   " s of training, so an epoch cannot be measured; give --seconds-per-epoch"));
}

absl::StatusOr<ProbedEpoch> ProbeEpoch(SweepFile sweep, uint32_t ranks, std::atomic<bool>& stop) {
  sweep.spec.mutable_resources()->set_group_size(ranks);
  PLEAT_ASSIGN_OR_RETURN(const ProbeFolder folder, ProbeFolder::Make());
  LocalCluster cluster(
      {.folder = folder.path(), .workers = 1, .ranks_per_group = static_cast<int>(ranks)});
  cluster.OnFailure([&stop] { stop = true; });
  absl::StatusOr<ProbedEpoch> probed = WatchFold(sweep, cluster, stop);
  // Processes that cannot be kept alive are why the rest failed.
  if (!probed.ok() && !cluster.health().ok()) probed = cluster.health();
  cluster.Stop();
  return probed;
}

}  // namespace pleat
