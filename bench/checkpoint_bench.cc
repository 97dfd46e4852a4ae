// What checkpoints cost: trainings of the same fold with and without them, in turn, in one run.
//   checkpoint_bench [rounds] [threads] [folder]
// The folder (default: the system's for temporary files) should lie on the disk in question. Exit
// code 1: at the default interval they take more than 3 % of the time.
#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/philox.h"
#include "common/store/store.h"
#include "worker/train/fold_trainer.h"

namespace pleat {
namespace {

constexpr uint32_t kEpochs = 4;
constexpr double kDefaultIntervalSeconds = 60;
constexpr double kMostShare = 0.03;
constexpr int64_t kSide = 28;
constexpr int kClasses = 10;
constexpr uint32_t kBatch = 64;

struct Shape {
  const char* name;
  uint32_t width;
  uint32_t depth;
  std::vector<uint32_t> dense;
  int64_t steps;  // an epoch, far fewer than real ones have
};

class Onlooker final : public TrainingObserver {
 public:
  int checkpoints = 0;

  StepAction NextAction(const v1::Progress&) override { return StepAction::kContinue; }
  bool ShouldAbandon() const override { return false; }
  absl::Status KeepGoing() override { return absl::OkStatus(); }
  absl::Status OnEpoch(const v1::EpochMetrics&) override { return absl::OkStatus(); }
  absl::Status OnCheckpoint(const v1::Checkpoint&) override {
    ++checkpoints;
    return absl::OkStatus();
  }
  absl::StatusOr<std::optional<v1::Checkpoint>> OnDamagedCheckpoint(const v1::Checkpoint&,
                                                                    const std::string&) override {
    return std::nullopt;
  }
};

Dataset Noise(int64_t rows) {
  Dataset dataset;
  dataset.rows = rows;
  dataset.height = dataset.width = kSide;
  RandomStream random(1, RandomPurpose::kSyntheticSample);
  for (int64_t i = 0; i < rows * kSide * kSide; ++i) {
    dataset.pixels.push_back(static_cast<uint8_t>(random.NextBelow(256)));
  }
  for (int64_t row = 0; row < rows; ++row) {
    dataset.labels.push_back(static_cast<int64_t>(random.NextBelow(kClasses)));
  }
  return dataset;
}

// The last batch's worth of rows is validated.
FoldJob JobOf(const Shape& shape, const Dataset& dataset, int threads) {
  FoldJob job;
  job.dataset = &dataset;
  job.classes = kClasses;
  job.folds.fold_of_row.assign(dataset.rows, 1);
  std::fill(job.folds.fold_of_row.end() - kBatch, job.folds.fold_of_row.end(), 0);
  job.task.set_threads(threads);
  job.task.mutable_metric()->set_name("val_loss");
  job.task.mutable_metric()->set_goal("auto");
  v1::SeCnnSpec& cnn = *job.task.mutable_config()->mutable_model()->mutable_se_cnn();
  cnn.set_width(shape.width);
  cnn.set_depth(shape.depth);
  cnn.set_se_ratio(2);
  cnn.set_dropout(0.2);
  cnn.mutable_dense()->Add(shape.dense.begin(), shape.dense.end());
  v1::TrainingSpec& training = *job.task.mutable_config()->mutable_training();
  training.set_epochs(kEpochs);
  training.set_batch_size(kBatch);
  training.mutable_loss()->mutable_cross_entropy();
  v1::RmsPropSpec& rmsprop = *training.mutable_optimizer()->mutable_rmsprop();
  rmsprop.set_lr(3e-4);
  rmsprop.set_rho(0.9);
  rmsprop.set_epsilon(1e-7);
  training.mutable_lr_schedule()->mutable_constant();
  training.set_precision("fp32");
  training.set_checkpoint("last");
  return job;
}

struct Timing {
  double seconds = 0;
  int checkpoints = 0;
};

Timing Train(FoldJob job, uint32_t checkpoint_epochs, Store& store, const std::string& folder) {
  job.folder = folder;
  job.task.mutable_config()->mutable_training()->set_checkpoint_epochs(checkpoint_epochs);
  Group alone;
  Onlooker onlooker;
  const auto start = std::chrono::steady_clock::now();
  const auto result = TrainFold(job, alone, store, onlooker);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  if (!result.ok()) {
    std::fprintf(stderr, "checkpoint_bench: %s\n", result.status().ToString().c_str());
    std::exit(2);
  }
  return {seconds.count(), onlooker.checkpoints};
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// True if the target is met.
bool Compare(const Shape& shape, int rounds, int threads, Store& store) {
  const Dataset dataset = Noise((shape.steps + 1) * kBatch);
  const FoldJob job = JobOf(shape, dataset, threads);
  std::vector<double> without, with;
  int more = 0;
  for (int round = 0; round < rounds; ++round) {
    // Both save the end.
    const Timing rare = Train(job, kEpochs, store, absl::StrCat(shape.name, round, "/rare"));
    const Timing often = Train(job, 1, store, absl::StrCat(shape.name, round, "/often"));
    without.push_back(rare.seconds);
    with.push_back(often.seconds);
    more = often.checkpoints - rare.checkpoints;
  }
  const double per_checkpoint = std::max(0.0, (Median(with) - Median(without)) / more);
  const double share = per_checkpoint / kDefaultIntervalSeconds;
  std::printf(
      "%s: %.2f s without, %.2f s with a checkpoint every %.2f s (ratio %.3f): %.0f ms each, "
      "%.2f %% of a minute\n",
      shape.name, Median(without), Median(with), Median(without) / kEpochs,
      Median(with) / Median(without), 1e3 * per_checkpoint, 100 * share);
  return share <= kMostShare;
}

int Main(int rounds, int threads, std::string folder) {
  folder += "/pleat_checkpoint_bench_XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) {
    std::fprintf(stderr, "checkpoint_bench: cannot make a folder %s\n", folder.c_str());
    return 2;
  }
  const auto store = OpenPosixStore(folder, /*create=*/true);
  bool is_met = store.ok();
  if (store.ok()) {
    for (const Shape& shape :
         {Shape{"notebook", 64, 3, {256, 128}, 3}, Shape{"small", 16, 2, {64}, 40}}) {
      is_met = Compare(shape, rounds, threads, **store) && is_met;
    }
  }
  std::filesystem::remove_all(folder);
  if (!is_met) std::printf("missed: checkpoints take more than 3 %% of the time\n");
  return is_met ? 0 : 1;
}

}  // namespace
}  // namespace pleat

int main(int argc, char** argv) {
  return pleat::Main(argc > 1 ? std::atoi(argv[1]) : 5, argc > 2 ? std::atoi(argv[2]) : 2,
                     argc > 3 ? argv[3] : std::filesystem::temp_directory_path().string());
}
