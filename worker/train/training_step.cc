#include "worker/train/training_step.h"

#include <span>

#include "common/base/status_macros.h"
#include "worker/model/step_abandonment.h"
#include "worker/train/losses.h"

namespace pleat {
namespace {

template <typename T>
std::vector<T> OnHost(const at::Tensor& tensor, at::ScalarType type) {
  const at::Tensor host = tensor.to(at::kCPU, type).contiguous();
  const T* data = host.const_data_ptr<T>();
  return std::vector<T>(data, data + host.numel());
}

}  // namespace

absl::StatusOr<std::optional<StepOutcome>> TakeStep(
    FoldParts& parts, const v1::LossSpec& loss_spec, const v1::TrainingState& state, Group& group,
    const std::function<bool()>& should_abandon) try {
  FlatParameters& parameters = parts.model->parameters();
  const std::span<const int64_t> batch = parts.plan->Batch(state.step_in_epoch());
  const std::span<const int64_t> rows = PartOfRank(batch, group.rank, group.size);

  const std::function<bool()>* abandon = should_abandon ? &should_abandon : nullptr;
  const auto is_abandoned = [&] { return group.size == 1 && should_abandon && should_abandon(); };
  const auto [images, labels] = parts.loader->Training(rows, state.epoch());
  const at::Tensor logits = parts.model->Forward(images, {.training = true,
                                                          .key = parts.key,
                                                          .epoch = state.epoch(),
                                                          .row_ids = rows,
                                                          .statistics = group.statistics.get(),
                                                          .should_abandon = abandon});
  const at::Tensor loss = Loss(loss_spec, logits, labels, std::ssize(batch));
  if (is_abandoned()) return std::nullopt;

  parameters.gradient().zero_();
  if (parts.reducer != nullptr) parts.reducer->Arm();
  loss.backward();
  if (parts.reducer != nullptr) PLEAT_RETURN_IF_ERROR(parts.reducer->Finish());
  if (is_abandoned()) return std::nullopt;

  const int64_t step = static_cast<int64_t>(state.global_step());
  parts.optimizer->Step(parameters.values(), parameters.gradient(),
                        parts.schedule->LearningRate(step), step + 1);
  parts.model->CommitStatistics();
  return StepOutcome{.loss = loss.item<double>() * static_cast<double>(batch.size()),
                     .logits = OnHost<float>(logits.detach(), at::kFloat),
                     .labels = OnHost<int64_t>(labels, at::kLong)};
} catch (const StepAbandoned&) {
  if (parts.reducer != nullptr) PLEAT_RETURN_IF_ERROR(parts.reducer->Drop());
  return std::nullopt;
}

}  // namespace pleat
