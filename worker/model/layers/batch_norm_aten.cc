#include "worker/model/layers/batch_norm_aten.h"

namespace pleat::aten {
namespace {

// [rows, channels]: each pixel of channels_last memory is a row.
at::Tensor Rows(const at::Tensor& x) {
  return x.dim() == 4 ? x.permute({0, 2, 3, 1}).reshape({-1, x.size(1)}) : x;
}

// Back from rows to the shape and memory layout of `x`.
at::Tensor ShapedLike(const at::Tensor& rows, const at::Tensor& x) {
  if (x.dim() != 4) return rows;
  return rows.view({x.size(0), x.size(2), x.size(3), x.size(1)}).permute({0, 3, 1, 2});
}

at::Tensor Normalised(const at::Tensor& rows, const Norm& norm) {
  return (rows - norm.mean).mul_(norm.inverse_deviation);
}

// Added up in double without a copy of `rows` in double.
at::Tensor ColumnSums(const at::Tensor& rows) {
  return rows.sum(/*dim=*/0, /*keepdim=*/false, at::kDouble);
}

}  // namespace

BatchMoments LocalMoments(const at::Tensor& x) {
  const at::Tensor rows = Rows(x);
  const auto [variance, mean] = at::var_mean(rows, at::IntArrayRef{0}, /*unbiased=*/false);
  return {.count = rows.size(0),
          .mean = mean.to(at::kDouble),
          .m2 = variance.to(at::kDouble) * static_cast<double>(rows.size(0))};
}

at::Tensor Normalize(const at::Tensor& x, const Norm& norm, AfterNorm after) {
  const at::Tensor y = at::addcmul(norm.shift, Rows(x), norm.scale);
  return ShapedLike(after == AfterNorm::kSilu ? at::silu(y) : y, x);
}

std::pair<at::Tensor, at::Tensor> AfterNormBackward(const at::Tensor& dout, const at::Tensor& x,
                                                    const Norm& norm, AfterNorm after) {
  const at::Tensor rows = Rows(x);
  at::Tensor dy = Rows(dout);
  if (after == AfterNorm::kSilu) {
    dy = at::silu_backward(dy, at::addcmul(norm.shift, rows, norm.scale));
  }
  const at::Tensor sums = at::stack({ColumnSums(dy), ColumnSums(Normalised(rows, norm).mul_(dy))});
  return {ShapedLike(dy, x), sums};
}

at::Tensor NormBackward(const at::Tensor& x, const Norm& norm, const at::Tensor& means,
                        const at::Tensor& dy) {
  const at::Tensor typed_means = means.to(x.scalar_type());
  const at::Tensor explained = Normalised(Rows(x), norm).mul_(typed_means[1]);
  return ShapedLike((Rows(dy) - typed_means[0]).sub_(explained).mul_(norm.scale), x);
}

}  // namespace pleat::aten
