#include "worker/train/sgd.h"

#include "worker/train/flat_loop.h"
#include "worker/train/optimizer_kernels.h"

namespace pleat {

Sgd::Sgd(const v1::SgdSpec& spec, const at::Tensor& values)
    : spec_(spec), momentum_(at::zeros_like(values)) {}

void Sgd::Step(at::Tensor& values, const at::Tensor& gradient, double lr, int64_t /*step*/) {
  if (!values.is_cpu()) {
    const at::Tensor g = gradient.add(values, spec_.weight_decay());
    momentum_.mul_(spec_.momentum()).add_(g);
    values.sub_(spec_.nesterov() ? g.add(momentum_, spec_.momentum()) : momentum_, lr);
    return;
  }
  ForEachPiece(values, [&](auto zero, int64_t begin, int64_t end) {
    using T = decltype(zero);
    const SgdStep<T> scalars{T(lr), T(spec_.momentum()), T(spec_.weight_decay()), spec_.nesterov()};
    SgdLoop(scalars, end - begin, gradient.const_data_ptr<T>() + begin,
            momentum_.mutable_data_ptr<T>() + begin, values.mutable_data_ptr<T>() + begin);
  });
}

}  // namespace pleat
