#include "worker/train/losses.h"

#include <cmath>

namespace pleat {
namespace {

constexpr double kClip = 1e-7;

at::Tensor SymmetricCrossEntropy(const v1::SymmetricCrossEntropySpec& spec,
                                 const at::Tensor& logits, const at::Tensor& labels) {
  // Only the label's probability matters: the reverse term is -log(1e-7) times what the other
  // classes have. expm1 keeps the digits of 1 - p where p is nearly 1.
  const double clip_log = std::log(kClip);
  const at::Tensor log_p = at::log_softmax(logits, 1).gather(1, labels.unsqueeze(1));
  const at::Tensor forward = log_p.clamp_min(clip_log) * -spec.alpha();
  const at::Tensor reverse = log_p.expm1() * (spec.beta() * clip_log);
  return (forward + reverse).squeeze(1);
}

}  // namespace

at::Tensor RowLosses(const v1::LossSpec& spec, const at::Tensor& logits, const at::Tensor& labels) {
  if (spec.has_symmetric_cross_entropy()) {
    return SymmetricCrossEntropy(spec.symmetric_cross_entropy(), logits, labels);
  }
  return at::cross_entropy_loss(logits, labels, /*weight=*/{}, at::Reduction::None,
                                /*ignore_index=*/-100, spec.cross_entropy().label_smoothing());
}

at::Tensor Loss(const v1::LossSpec& spec, const at::Tensor& logits, const at::Tensor& labels,
                int64_t global_batch) {
  return RowLosses(spec, logits, labels).sum() / static_cast<double>(global_batch);
}

}  // namespace pleat
