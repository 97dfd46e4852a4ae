// pleat run: the whole job on this machine, from YAML to ensemble.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <thread>

#include "absl/strings/str_cat.h"
#include "client/commands.h"
#include "client/connection.h"
#include "client/exit_code.h"
#include "client/local_cluster.h"
#include "client/report/write_report.h"
#include "client/stop_signal.h"
#include "client/summary_view.h"
#include "client/sweep_follower.h"
#include "common/base/clock.h"
#include "common/base/failpoint.h"
#include "common/base/status_macros.h"
#include "common/config/search_summary.h"
#include "common/config/sweep_file.h"
#include "common/folds/splitter.h"

namespace pleat {
namespace {

uint64_t TrainedRows(const v1::GetResponse& sweep) {
  uint64_t rows = 0;
  for (const v1::TrialStatus& trial : sweep.trials()) {
    for (const v1::FoldStatus& fold : trial.folds()) rows += fold.result().trained_rows();
  }
  return rows;
}

bool EndedWithoutEnsemble(const v1::GetResponse& sweep) {
  if (sweep.has_ensemble()) return false;
  return sweep.summary().state() == v1::SWEEP_STATE_FAILED ||
         sweep.summary().state() == v1::SWEEP_STATE_CANCELLED;
}

// One `pleat run`, from a checked spec to the summary.
class LocalRun {
 public:
  LocalRun(const RunOptions& options, SweepFile sweep, std::atomic<bool>& stop)
      : options_(options), sweep_(std::move(sweep)), name_(sweep_.spec.name()), stop_(stop) {
    // Notes go where they do not disturb the JSON.
    out_ = options.json ? stderr : stdout;
    if (sweep_.spec.resources().group_size() == 0) {
      sweep_.spec.mutable_resources()->set_group_size(1);
    }
  }

  ExitCode Run() {
    absl::StatusOr<v1::GetResponse> ended = RunToTheEnd();
    // A cluster that cannot be kept alive is why the rest failed.
    if (!ended.ok() && cluster_ && !cluster_->health().ok()) ended = cluster_->health();
    if (cluster_) cluster_->Stop();
    if (!ended.ok()) return Leave(ended.status());
    return Summarize(*ended);
  }

 private:
  absl::StatusOr<v1::GetResponse> RunToTheEnd() {
    PLEAT_RETURN_IF_ERROR(StartCoordinator());
    PLEAT_RETURN_IF_ERROR(FailPoint("client.run.before_submit"));
    PLEAT_ASSIGN_OR_RETURN(v1::GetResponse sweep, Submit());
    rows_before_ = TrainedRows(sweep);
    if (!sweep.has_ended()) {
      PLEAT_ASSIGN_OR_RETURN(sweep, TrainToTheEnd(sweep));
    }
    if (sweep.has_ensemble()) LeaveReport(sweep);
    PLEAT_RETURN_IF_ERROR(FailPoint("client.run.before_stop"));
    return sweep;
  }

  absl::StatusOr<v1::GetResponse> TrainToTheEnd(const v1::GetResponse& sweep) {
    PLEAT_RETURN_IF_ERROR(FailPoint("client.run.before_workers"));
    PLEAT_RETURN_IF_ERROR(cluster_->StartWorkers());
    PLEAT_RETURN_IF_ERROR(FailPoint("client.run.workers_began"));
    PLEAT_RETURN_IF_ERROR(FollowSweep(*connection_, name_, 0,
                                      FollowOptions{.out = out_,
                                                    .stop = &stop_,
                                                    .data_failures_from = sweep.sequence() + 1,
                                                    .patience_ms = LocalCluster::kPatienceMs},
                                      view_));
    PLEAT_RETURN_IF_ERROR(FailPoint("client.run.sweep_ended"));
    return connection_->Get(name_);
  }

  // A run whose report cannot be written is as good as before.
  void LeaveReport(const v1::GetResponse& sweep) {
    const std::string path = ReportPath(sweep);
    const absl::StatusOr<SweepReport> report =
        FetchReport(*connection_, name_, kDefaultBaseline, RowImages::kIfDataAreHere);
    const absl::Status status = report.ok() ? WriteHtmlReport(*report, path) : report.status();
    if (status.ok()) {
      report_ = path;
    } else {
      std::fprintf(stderr, "pleat: there is no report: %s\n",
                   std::string(status.message()).c_str());
    }
  }

  absl::Status StartCoordinator() {
    std::error_code error;
    const std::filesystem::path folder = std::filesystem::absolute(options_.dir, error);
    if (error) return absl::ErrnoToStatus(error.value(), "cannot find " + options_.dir);
    cluster_ = std::make_unique<LocalCluster>(LocalClusterOptions{
        .folder = folder.lexically_normal().string(),
        .workers = options_.workers > 0 ? options_.workers : GroupsThatPay(),
        .ranks_per_group = static_cast<int>(sweep_.spec.resources().group_size())});
    cluster_->OnFailure([this] { stop_ = true; });
    PLEAT_RETURN_IF_ERROR(cluster_->StartCoordinator());
    while (cluster_->FindAddress().empty()) {
      if (stop_) return absl::CancelledError("interrupted");
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    connection_ =
        std::make_unique<Connection>(cluster_->FindAddress(), LocalCluster::kPatienceMs, &stop_);
    return absl::OkStatus();
  }

  // As many groups as the cores serve, but none that would find no fold.
  int GroupsThatPay() const {
    const v1::ResourceSpec& resources = sweep_.spec.resources();
    const uint64_t served =
        std::thread::hardware_concurrency() / (resources.threads() * resources.group_size());
    uint64_t groups = served;
    // Folds that only the data can tell are taken to be many.
    if (const uint64_t folds = FoldCount(sweep_.spec.cross_validation()); folds > 0) {
      groups = std::min(served, TrialCount(sweep_.spec) * folds);
    }
    return static_cast<int>(std::max<uint64_t>(1, groups));
  }

  // Submits the sweep, or finds it where an earlier run left it. One that failed or was cancelled
  // begins again.
  absl::StatusOr<v1::GetResponse> Submit() {
    PLEAT_RETURN_IF_ERROR(SubmitOnce().status());
    PLEAT_ASSIGN_OR_RETURN(v1::GetResponse sweep, connection_->Get(name_));
    if (EndedWithoutEnsemble(sweep)) {
      std::fprintf(out_, "%s %s before; its files are removed and it begins again\n", name_.c_str(),
                   sweep.summary().state() == v1::SWEEP_STATE_FAILED ? "failed" : "was cancelled");
      PLEAT_RETURN_IF_ERROR(connection_->Remove(name_));
      PLEAT_RETURN_IF_ERROR(SubmitOnce().status());
      return connection_->Get(name_);
    }
    if (sweep.summary().state() == v1::SWEEP_STATE_RUNNING && sweep.trials_size() > 0) {
      std::fprintf(out_, "%s goes on: %u of %u folds are done\n", name_.c_str(),
                   sweep.summary().folds_done(), sweep.summary().folds_total());
    }
    return sweep;
  }

  absl::StatusOr<v1::SubmitResponse> SubmitOnce() {
    absl::StatusOr<v1::SubmitResponse> response = connection_->Submit(sweep_.source, sweep_.spec);
    if (!absl::IsAlreadyExists(response.status())) return response;
    return absl::AlreadyExistsError(absl::StrCat(
        options_.dir, " holds a sweep ", name_,
        " with other settings: choose another --dir or another name (its results are in ",
        options_.dir, "/sweeps/", name_, ")"));
  }

  ExitCode Leave(const absl::Status& status) {
    if (absl::IsCancelled(status)) {
      std::fprintf(out_, "interrupted; the same command goes on from here\n");
      return kExitInterrupted;
    }
    return PrintError(status);
  }

  ExitCode Summarize(const v1::GetResponse& sweep) {
    const SummaryInput input{.sweep = sweep,
                             .wall_ms = SystemClock().SteadyMs() - start_ms_,
                             .trained_rows = TrainedRows(sweep) - rows_before_,
                             .report = report_};
    if (options_.json) {
      std::printf("%s\n", SummaryJson(input).dump(2).c_str());
    } else {
      std::printf("%s", SummaryText(input).c_str());
    }
    return ExitCodeOf(sweep.ended());
  }

  const RunOptions& options_;
  SweepFile sweep_;
  const std::string name_;
  std::atomic<bool>& stop_;  // also set when the cluster cannot be kept alive
  std::FILE* out_;
  const int64_t start_ms_ = SystemClock().SteadyMs();
  uint64_t rows_before_ = 0;
  std::unique_ptr<LocalCluster> cluster_;
  std::unique_ptr<Connection> connection_;
  SweepView view_;
  std::string report_;  // the path of the page; empty if there is none
};

}  // namespace

ExitCode RunSweep(const RunOptions& options) {
  absl::StatusOr<SweepFile> sweep = ReadSweepFile(options.file, options.overrides);
  if (!sweep.ok()) {
    std::fprintf(stderr, "%s\n", std::string(sweep.status().message()).c_str());
    return ExitCodeOf(sweep.status());
  }
  return LocalRun(options, *std::move(sweep), CatchStopSignals()).Run();
}

}  // namespace pleat
