#include "worker/train/validator.h"

#include <algorithm>
#include <string>

#include "common/base/status_macros.h"
#include "common/metrics/classification_sums.h"
#include "common/metrics/metrics.h"
#include "worker/model/chunked_prediction.h"
#include "worker/train/losses.h"

namespace pleat {
Validator::Validator(const FoldJob& job, const BatchLoader& loader, Group& group)
    : loss_(job.task.config().training().loss()),
      classes_(job.classes),
      loader_(loader),
      group_(group),
      rows_(job.folds.ValidationRows(job.task.fold())) {
  for (const int64_t row : rows_) labels_.push_back(job.dataset->labels[row]);
}

absl::StatusOr<std::vector<float>> Validator::Logits(Model& model,
                                                     const KeepGoing& keep_going) const {
  return PredictInChunks(
      rows_, classes_, group_, keep_going,
      [&](std::span<const int64_t> rows, const std::function<bool()>* should_abandon, float* out) {
        const at::Tensor images = loader_.Plain(rows, kChunkRows);
        const at::Tensor logits = model.Forward(images, {.should_abandon = should_abandon})
                                      .to(at::kCPU, at::kFloat)
                                      .contiguous();
        std::copy_n(logits.const_data_ptr<float>(), logits.numel(), out);
      });
}

absl::StatusOr<v1::ClassCounts> Validator::Score(std::span<const float> logits,
                                                 v1::EpochMetrics& metrics) const {
  const v1::ClassificationSums sums = SumsOf(SoftmaxRows(logits, classes_), labels_, classes_);
  metrics.set_val_loss(MeanLoss(logits));
  metrics.set_val_accuracy(AccuracyOf(sums));
  *metrics.mutable_validation() = ClassMetricsOf(sums);
  metrics.set_val_log_loss(metrics.validation().log_loss());
  if (group_.size == 1) return sums.classes();
  // All ranks decide by these, and their libraries may differ in the last bits.
  std::string bytes = metrics.SerializeAsString();
  PLEAT_RETURN_IF_ERROR(group_.control->BroadcastString(bytes));
  metrics.ParseFromString(bytes);
  return sums.classes();
}

double Validator::MeanLoss(std::span<const float> logits) const {
  const at::NoGradGuard no_grad;
  const auto view = [](const auto& numbers, at::IntArrayRef shape, at::ScalarType type) {
    // from_blob wants a mutable pointer; nothing writes through it.
    return at::from_blob(const_cast<void*>(static_cast<const void*>(numbers.data())), shape, type);
  };
  return Loss(loss_, view(logits, {rows(), classes_}, at::kFloat).to(at::kDouble),
              view(labels_, {rows()}, at::kLong), rows())
      .item<double>();
}

}  // namespace pleat
