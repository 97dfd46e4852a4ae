#include "worker/train/losses.h"

#include <cmath>

namespace pleat {
namespace {

constexpr double kClip = 1e-7;

// log p of the label of each row: [rows].
at::Tensor LabelLogProbability(const at::Tensor& logits, const at::Tensor& labels) {
  return at::log_softmax(logits, 1).gather(1, labels.unsqueeze(1)).squeeze(1);
}

at::Tensor SymmetricCrossEntropy(const v1::SymmetricCrossEntropySpec& spec,
                                 const at::Tensor& log_p) {
  // Only the label's probability matters: the reverse term is -log(1e-7) times what the other
  // classes have. expm1 keeps the digits of 1 - p where p is nearly 1.
  const double clip_log = std::log(kClip);
  const at::Tensor forward = log_p.clamp_min(clip_log) * -spec.alpha();
  const at::Tensor reverse = log_p.expm1() * (spec.beta() * clip_log);
  return forward + reverse;
}

at::Tensor Focal(const v1::FocalLossSpec& spec, const at::Tensor& log_p) {
  // The slope of a power below 1 is infinite at 0, and times 0 it would be NaN: where p rounds to 1
  // there is no loss and no gradient.
  constexpr double kSmallest = 1e-30;
  const at::Tensor others = log_p.expm1().neg().clamp_min(kSmallest);
  return others.pow(spec.gamma()) * log_p.neg();
}

at::Tensor GeneralizedCrossEntropy(const v1::GeneralizedCrossEntropySpec& spec,
                                   const at::Tensor& log_p) {
  return (log_p * spec.q()).expm1() / -spec.q();
}

}  // namespace

at::Tensor RowLosses(const v1::LossSpec& spec, const at::Tensor& logits, const at::Tensor& labels) {
  switch (spec.form_case()) {
    case v1::LossSpec::kSymmetricCrossEntropy:
      return SymmetricCrossEntropy(spec.symmetric_cross_entropy(),
                                   LabelLogProbability(logits, labels));
    case v1::LossSpec::kFocal:
      return Focal(spec.focal(), LabelLogProbability(logits, labels));
    case v1::LossSpec::kGeneralizedCrossEntropy:
      return GeneralizedCrossEntropy(spec.generalized_cross_entropy(),
                                     LabelLogProbability(logits, labels));
    case v1::LossSpec::kCrossEntropy:
    case v1::LossSpec::FORM_NOT_SET:
      break;
  }
  return at::cross_entropy_loss(logits, labels, /*weight=*/{}, at::Reduction::None,
                                /*ignore_index=*/-100, spec.cross_entropy().label_smoothing());
}

at::Tensor Loss(const v1::LossSpec& spec, const at::Tensor& logits, const at::Tensor& labels,
                int64_t global_batch) {
  return RowLosses(spec, logits, labels).sum() / static_cast<double>(global_batch);
}

}  // namespace pleat
