// pleat plan: what a sweep will take, before it is trained.
#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/child_output.h"
#include "client/commands.h"
#include "client/epoch_probe.h"
#include "client/exit_code.h"
#include "client/json_output.h"
#include "client/plan_text.h"
#include "client/programs.h"
#include "client/stop_signal.h"
#include "common/base/status_macros.h"
#include "common/config/playable_spec.h"
#include "common/config/sweep_file.h"
#include "common/config/trial_config.h"
#include "common/folds/splitter.h"
#include "proto/plan.pb.h"

namespace pleat {
namespace {

constexpr char kNoTimes[] =
    "times are not known: give --seconds-per-epoch, or --probe to measure an epoch here";

// What `given` says, unless the sweep's own field says something else; 0: neither does.
absl::StatusOr<uint32_t> GivenOrOwn(const std::string& option, int given, const std::string& field,
                                    uint32_t own) {
  if (given == 0 || own == 0 || static_cast<uint32_t>(given) == own) {
    return own != 0 ? own : static_cast<uint32_t>(given);
  }
  return absl::InvalidArgumentError(
      absl::StrCat(option, " ", given, " does not fit the sweep: ", field, " makes it ", own));
}

// One `pleat plan`, from a checked spec to the plan.
class Planning {
 public:
  Planning(const PlanOptions& options, const SweepFile& sweep) : options_(options), sweep_(sweep) {}

  absl::StatusOr<v1::Plan> Run() {
    PLEAT_ASSIGN_OR_RETURN(
        const PlayableSpec playable,
        MakePlayable(sweep_.spec, options_.probe || options_.seconds_per_epoch.has_value()));
    PLEAT_RETURN_IF_ERROR(FillRequest(playable));
    if (options_.probe) PLEAT_RETURN_IF_ERROR(Probe(playable.spec));
    PLEAT_RETURN_IF_ERROR(CheckFolds());
    PLEAT_ASSIGN_OR_RETURN(
        const std::string output,
        ChildOutput({SiblingProgram("pleat-coordinator"), "plan"}, request_.SerializeAsString()));
    v1::Plan plan;
    if (!plan.ParseFromString(output)) {
      return absl::InternalError("pleat-coordinator made no plan; is it of the same build?");
    }
    for (const std::string& note : playable.notes) plan.add_notes(note);
    if (!time_note_.empty()) plan.add_notes(time_note_);
    return plan;
  }

 private:
  absl::Status FillRequest(const PlayableSpec& playable) {
    *request_.mutable_spec() = playable.spec;
    PLEAT_ASSIGN_OR_RETURN(const uint32_t folds,
                           GivenOrOwn("--folds", options_.folds, "cross_validation",
                                      FoldCount(sweep_.spec.cross_validation())));
    PLEAT_ASSIGN_OR_RETURN(const uint32_t ranks,
                           GivenOrOwn("--ranks", options_.ranks, "resources.group_size",
                                      sweep_.spec.resources().group_size()));
    request_.set_folds(folds);
    request_.set_groups(static_cast<uint32_t>(options_.groups));
    request_.set_ranks(std::max(1u, ranks));
    request_.set_plays(static_cast<uint32_t>(options_.plays));
    if (options_.seconds_per_epoch.has_value()) {
      request_.set_seconds_per_epoch(*options_.seconds_per_epoch);
    } else if (!options_.probe) {
      time_note_ = kNoTimes;
    }
    return absl::OkStatus();
  }

  absl::Status Probe(const v1::SweepSpec& playable) {
    if (OnlyUsesWeights(sweep_.spec.training())) {
      return absl::InvalidArgumentError(
          "training.train is false, so there is no epoch for --probe to measure; give "
          "--seconds-per-epoch");
    }
    PLEAT_ASSIGN_OR_RETURN(const ProbedEpoch probed,
                           ProbeEpoch({.source = sweep_.source, .spec = playable}, request_.ranks(),
                                      CatchStopSignals()));
    request_.set_seconds_per_epoch(probed.reading.seconds);
    PLEAT_ASSIGN_OR_RETURN(const uint32_t folds,
                           GivenOrOwn("--folds", options_.folds, "cross_validation", probed.folds));
    request_.set_folds(folds);
    time_note_ = absl::StrCat(
        "an epoch was measured here, by one group that had the machine to itself: ",
        probed.reading.how, " of trial 0, fold 0",
        sweep_.spec.search().parameters().empty() ? ""
                                                  : "; other configurations may take other times");
    return absl::OkStatus();
  }

  absl::Status CheckFolds() const {
    if (request_.folds() > 0) return absl::OkStatus();
    return absl::InvalidArgumentError(
        "how many folds cross_validation gives is known only once the data are read; give --folds, "
        "or --probe, which reads them");
  }

  const PlanOptions& options_;
  const SweepFile& sweep_;
  v1::PlanRequest request_;
  std::string time_note_;  // where times are from
};

}  // namespace

ExitCode PlanSweep(const PlanOptions& options) {
  const absl::StatusOr<SweepFile> sweep = ReadSweepFile(options.file, options.overrides);
  if (!sweep.ok()) {
    std::fprintf(stderr, "%s\n", std::string(sweep.status().message()).c_str());
    return ExitCodeOf(sweep.status());
  }
  const absl::StatusOr<v1::Plan> plan = Planning(options, *sweep).Run();
  if (!plan.ok()) return PrintError(plan.status());
  std::printf("%s", (options.json ? ToJsonText(*plan) : PlanText(*plan)).c_str());
  return kExitDone;
}

}  // namespace pleat
