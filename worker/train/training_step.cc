#include "worker/train/training_step.h"

#include <span>

#include "common/base/status_macros.h"
#include "worker/model/step_abandonment.h"
#include "worker/train/gradient_clipping.h"
#include "worker/train/losses.h"
#include "worker/train/mixup.h"

namespace pleat {
namespace {

template <typename T>
std::vector<T> OnHost(const at::Tensor& tensor, at::ScalarType type) {
  const at::Tensor host = tensor.to(at::kCPU, type).contiguous();
  const T* data = host.const_data_ptr<T>();
  return std::vector<T>(data, data + host.numel());
}

Batch LoadBatch(const FoldParts& parts, const v1::TrainingSpec& training, const BatchPart& part) {
  if (training.has_mixup()) return LoadMixed(training.mixup(), *parts.loader, part);
  return parts.loader->Training(part.rows, part.epoch);
}

at::Tensor BatchLoss(const FoldParts& parts, const v1::LossSpec& spec, const at::Tensor& logits,
                     const Batch& batch, int64_t global_batch) {
  const auto row_losses = [&](const at::Tensor& labels) {
    const at::Tensor losses = RowLosses(spec, logits, labels);
    if (!parts.class_weights.defined()) return losses;
    return losses * parts.class_weights.index_select(0, labels);
  };
  at::Tensor losses = row_losses(batch.labels);
  if (batch.shares.defined()) {
    losses = losses * batch.shares + row_losses(batch.partner_labels) * (1 - batch.shares);
  }
  return losses.sum() / static_cast<double>(global_batch);
}

// With mixup, the labels with the larger share.
at::Tensor LabelsToMeet(const Batch& batch) {
  if (!batch.shares.defined()) return batch.labels;
  return at::where(batch.shares.ge(0.5), batch.labels, batch.partner_labels);
}

}  // namespace

absl::StatusOr<std::optional<StepOutcome>> TakeStep(
    FoldParts& parts, const v1::TrainingSpec& training, const v1::TrainingState& state,
    Group& group, const std::function<bool()>& should_abandon) try {
  FlatParameters& parameters = parts.model->parameters();
  const std::span<const int64_t> batch = parts.plan->Batch(state.step_in_epoch());
  const std::span<const int64_t> rows = PartOfRank(batch, group.rank, group.size);

  const std::function<bool()>* abandon = should_abandon ? &should_abandon : nullptr;
  const auto is_abandoned = [&] { return group.size == 1 && should_abandon && should_abandon(); };
  const Batch loaded = LoadBatch(
      parts, training, {.batch = batch, .rows = rows, .key = parts.key, .epoch = state.epoch()});
  const at::Tensor logits =
      parts.model->Forward(loaded.images, {.training = true,
                                           .key = parts.key,
                                           .epoch = state.epoch(),
                                           .row_ids = rows,
                                           .statistics = group.statistics.get(),
                                           .should_abandon = abandon,
                                           .recompute = parts.recomputes});
  const at::Tensor loss = BatchLoss(parts, training.loss(), logits, loaded, std::ssize(batch));
  if (is_abandoned()) return std::nullopt;

  parameters.gradient().zero_();
  if (parts.reducer != nullptr) parts.reducer->Arm();
  loss.backward();
  if (parts.reducer != nullptr) PLEAT_RETURN_IF_ERROR(parts.reducer->Finish());
  if (is_abandoned()) return std::nullopt;

  const double limit = training.clip_gradient_norm();
  if (limit > 0) ClipGradientNorm(parameters.gradient(), limit);
  const int64_t step = static_cast<int64_t>(state.global_step());
  parts.optimizer->Step(parameters.values(), parameters.gradient(),
                        parts.schedule->LearningRate(step), step + 1);
  parts.model->CommitStatistics();
  if (parts.average != nullptr) parts.average->Follow(parameters, step + 1);
  return StepOutcome{.loss = loss.item<double>() * static_cast<double>(batch.size()),
                     .logits = OnHost<float>(logits.detach(), at::kFloat),
                     .labels = OnHost<int64_t>(LabelsToMeet(loaded), at::kLong)};
} catch (const StepAbandoned&) {
  if (parts.reducer != nullptr) PLEAT_RETURN_IF_ERROR(parts.reducer->Drop());
  return std::nullopt;
}

}  // namespace pleat
