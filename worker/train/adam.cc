#include "worker/train/adam.h"

#include <cmath>

#include "worker/train/flat_loop.h"
#include "worker/train/optimizer_kernels.h"

namespace pleat {
namespace {

// The scalars of step `t`, in double.
AdamStep<double> Scalars(const v1::AdamSpec& spec, Adam::Decay decay, double lr, int64_t t) {
  const bool decoupled = decay == Adam::Decay::kDecoupled;
  return {.beta1 = spec.beta1(),
          .beta2 = spec.beta2(),
          .one_minus_beta1 = 1 - spec.beta1(),
          .one_minus_beta2 = 1 - spec.beta2(),
          .epsilon = spec.epsilon(),
          .keep = decoupled ? 1 - lr * spec.weight_decay() : 1,
          .weight_decay = decoupled ? 0 : spec.weight_decay(),
          .step_size = lr / (1 - std::pow(spec.beta1(), t)),
          .root_correction = std::sqrt(1 - std::pow(spec.beta2(), t))};
}

template <typename T>
AdamStep<T> Rounded(const AdamStep<double>& s) {
  return {T(s.beta1), T(s.beta2),        T(s.one_minus_beta1), T(s.one_minus_beta2), T(s.epsilon),
          T(s.keep),  T(s.weight_decay), T(s.step_size),       T(s.root_correction)};
}

}  // namespace

Adam::Adam(const v1::AdamSpec& spec, Decay decay, const at::Tensor& values)
    : spec_(spec),
      decay_(decay),
      mean_(at::zeros_like(values)),
      mean_square_(at::zeros_like(values)) {}

void Adam::Step(at::Tensor& values, const at::Tensor& gradient, double lr, int64_t step) {
  const AdamStep<double> s = Scalars(spec_, decay_, lr, step);
  if (!values.is_cpu()) {
    values.mul_(s.keep);
    const at::Tensor g = gradient.add(values, s.weight_decay);
    mean_.mul_(s.beta1).add_(g, s.one_minus_beta1);
    mean_square_.mul_(s.beta2).addcmul_(g, g, s.one_minus_beta2);
    values.addcdiv_(mean_, mean_square_.sqrt().div_(s.root_correction).add_(s.epsilon),
                    -s.step_size);
    return;
  }
  ForEachPiece(values, [&](auto zero, int64_t begin, int64_t end) {
    using T = decltype(zero);
    AdamLoop(Rounded<T>(s), end - begin, gradient.const_data_ptr<T>() + begin,
             mean_.mutable_data_ptr<T>() + begin, mean_square_.mutable_data_ptr<T>() + begin,
             values.mutable_data_ptr<T>() + begin);
  });
}

}  // namespace pleat
