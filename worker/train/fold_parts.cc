#include "worker/train/fold_parts.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/philox.h"
#include "common/base/status_macros.h"
#include "common/config/transform_check.h"
#include "common/config/trial_config.h"
#include "worker/data/channel_moments.h"
#include "worker/data/image_loader.h"
#include "worker/distributed/torch_device.h"
#include "worker/model/torch_status.h"
#include "worker/train/class_weights.h"

namespace pleat {
namespace {

absl::Status CheckData(const FoldJob& job) {
  const int64_t rows = job.dataset->rows;
  if (static_cast<int64_t>(job.folds.rows()) != rows) {
    return absl::InvalidArgumentError(absl::StrCat("the fold assignment has ", job.folds.rows(),
                                                   " rows, the training data ", rows));
  }
  if (static_cast<int64_t>(job.dataset->labels.size()) != rows) {
    return absl::InvalidArgumentError("the training data has no labels: name them in data.train");
  }
  for (int64_t row = 0; row < rows; ++row) {
    const int64_t label = job.dataset->labels[row];
    if (label >= 0 && label < static_cast<int64_t>(job.classes)) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        "label ", label, " of row ", row, " is not below the number of classes, ", job.classes));
  }
  return absl::OkStatus();
}

// What follows from the rows that are trained on.
absl::Status LearnFromRows(const FoldJob& job, std::span<const int64_t> rows, FoldParts& parts) {
  std::vector<int64_t> labels;
  for (const int64_t row : rows) labels.push_back(job.dataset->labels[row]);
  PLEAT_ASSIGN_OR_RETURN(
      const std::vector<double> weights,
      ClassWeights(job.task.config().training().class_weights(), labels, job.classes));
  if (!weights.empty()) {
    parts.class_weights =
        at::tensor(weights, at::kDouble).to(parts.model->parameters().values().options());
  }
  if (InputNormalization* normalization = parts.model->input_normalization()) {
    const ChannelMoments moments = ChannelMomentsOf(*job.dataset, rows, job.scale);
    normalization->Set(moments.mean, moments.deviation);
  }
  return absl::OkStatus();
}

absl::Status CheckStart(const FoldJob& job) {
  const v1::TrainingSpec& training = job.task.config().training();
  if (job.task.has_start_weights() || (!training.has_start_from() && !OnlyUsesWeights(training))) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      "the task brings no weights to begin with: name a sweep in training.start_from");
}

absl::Status CheckSizes(const FoldJob& job, const Group& group, const FoldParts& parts) {
  if (parts.validator->rows() == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("fold ", job.task.fold(), " has no validation rows"));
  }
  if (parts.plan->steps_per_epoch() > 0 && parts.plan->batch_size() < group.size) {
    return absl::InvalidArgumentError(
        absl::StrCat("batches of ", parts.plan->batch_size(), " rows cannot be shared by ",
                     group.size, " ranks: raise training.batch_size or use smaller groups"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<FoldParts> MakeFoldParts(const FoldJob& job, Group& group) try {
  PLEAT_RETURN_IF_ERROR(CheckData(job));
  PLEAT_RETURN_IF_ERROR(CheckStart(job));
  const v1::TrialConfig& config = job.task.config();
  const v1::TrainingSpec& training = config.training();
  const at::ScalarType dtype = training.precision() == "fp64" ? at::kDouble : at::kFloat;
  PLEAT_RETURN_IF_ERROR(CheckTransformsFit(training.augmentation(), "training.augmentation",
                                           job.dataset->height, job.dataset->width));
  const std::vector<int64_t> rows = job.folds.TrainingRows(job.task.fold());
  const bool trains = !OnlyUsesWeights(training);
  if (trains && rows.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("every row is in fold ", job.task.fold(), ": there are none to train on"));
  }

  FoldParts parts;
  parts.recomputes = job.task.recompute_activations();
  parts.key = MixKeys(MixKeys(training.seed(), config.trial()), job.task.fold());
  parts.plan = std::make_unique<BatchPlan>(trains ? rows : std::vector<int64_t>(),
                                           training.batch_size(), parts.key);
  PLEAT_ASSIGN_OR_RETURN(std::unique_ptr<ImageLoader> images,
                         MakeImageLoader(*job.dataset, job.scale, dtype, job.device));
  parts.loader = std::make_unique<BatchLoader>(job, parts.key, std::move(images));
  parts.validator = std::make_unique<Validator>(job, *parts.loader, group);
  PLEAT_RETURN_IF_ERROR(CheckSizes(job, group, parts));
  const ModelShape shape{job.dataset->channels, job.dataset->height, job.dataset->width,
                         job.classes};
  PLEAT_ASSIGN_OR_RETURN(parts.model, MakeModel(config.model(), shape, parts.key, dtype,
                                                TorchDevice(job.device), training.normalization()));
  if (trains) PLEAT_RETURN_IF_ERROR(LearnFromRows(job, rows, parts));
  parts.optimizer = MakeOptimizer(training.optimizer(), parts.model->parameters().values());
  if (training.has_ema()) {
    parts.average = std::make_unique<WeightAverage>(training.ema(), parts.model->parameters());
  }
  parts.schedule = MakeLrSchedule(training.lr_schedule(), BaseLearningRate(training.optimizer()),
                                  EpochCount(training), parts.plan->steps_per_epoch());
  if (group.size > 1) {
    parts.reducer = std::make_unique<GradientReducer>(parts.model->parameters(), *group.gradients);
  }
  return parts;
} catch (...) {
  return TorchStatus("preparing to train");
}

}  // namespace pleat
