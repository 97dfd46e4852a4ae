#include "worker/train/rmsprop.h"

#include "worker/train/flat_loop.h"
#include "worker/train/optimizer_kernels.h"

namespace pleat {

RmsProp::RmsProp(const v1::RmsPropSpec& spec, const at::Tensor& values)
    : spec_(spec), mean_square_(at::zeros_like(values)) {}

void RmsProp::Step(at::Tensor& values, const at::Tensor& gradient, double lr, int64_t /*step*/) {
  if (!values.is_cpu()) {
    mean_square_.mul_(spec_.rho()).addcmul_(gradient, gradient, 1 - spec_.rho());
    values.addcdiv_(gradient, mean_square_.sqrt().add_(spec_.epsilon()), -lr);
    return;
  }
  ForEachPiece(values, [&](auto zero, int64_t begin, int64_t end) {
    using T = decltype(zero);
    const RmsPropStep<T> scalars{T(lr), T(spec_.rho()), T(spec_.epsilon())};
    RmsPropLoop(scalars, end - begin, gradient.const_data_ptr<T>() + begin,
                mean_square_.mutable_data_ptr<T>() + begin, values.mutable_data_ptr<T>() + begin);
  });
}

}  // namespace pleat
