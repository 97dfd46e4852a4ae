#include "worker/model/layers/batch_norm_silu.h"

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <torch/autograd.h>

#include <algorithm>
#include <vector>

#include "worker/model/layers/batch_moments.h"
#include "worker/model/layers/batch_norm_kernels.h"
#include "worker/model/layers/initializers.h"

namespace pleat {
namespace {

constexpr double kMomentum = 0.99;
constexpr double kEpsilon = 1e-3;

// The tensor in the kernels' order: channels contiguous.
at::Tensor ChannelsInside(const at::Tensor& x) {
  return x.contiguous(x.dim() == 4 ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous);
}

// Per-channel numbers of one normalisation, [channels] each, in the activations' dtype.
struct Norm {
  at::Tensor scale, shift, mean, inverse_deviation;

  Norm(const at::Tensor& batch_mean, const at::Tensor& batch_var, const at::Tensor& weight,
       const at::Tensor& bias) {
    const at::Tensor inverse = (batch_var.to(at::kDouble) + kEpsilon).rsqrt();
    const at::Tensor slope = weight.detach() * inverse;
    scale = slope.to(weight.scalar_type());
    shift = (bias.detach() - batch_mean * slope).to(weight.scalar_type());
    mean = batch_mean.to(weight.scalar_type());
    inverse_deviation = inverse.to(weight.scalar_type());
  }
  explicit Norm(const std::vector<at::Tensor>& saved)
      : scale(saved[0]), shift(saved[1]), mean(saved[2]), inverse_deviation(saved[3]) {}

  template <typename T>
  NormCoefficients<T> Coefficients() const {
    return {.scale = scale.const_data_ptr<T>(),
            .shift = shift.const_data_ptr<T>(),
            .mean = mean.const_data_ptr<T>(),
            .inverse_deviation = inverse_deviation.const_data_ptr<T>()};
  }
};

// Calls body(block, first element, rows) for all blocks of [rows, channels] memory, in parallel.
template <typename Body>
void ForEachBlock(int64_t rows, int64_t channels, const Body& body) {
  const int64_t block_rows = RowsPerBlock(channels);
  const int64_t blocks = (rows + block_rows - 1) / block_rows;
  at::parallel_for(0, blocks, 1, [&](int64_t begin, int64_t end) {
    for (int64_t block = begin; block < end; ++block) {
      const int64_t first = block * block_rows;
      body(block, first * channels, std::min(block_rows, rows - first));
    }
  });
}

at::Tensor NormSilu(const at::Tensor& x, const Norm& norm) {
  const int64_t channels = x.size(1);
  at::Tensor out = at::empty_like(x);
  AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "norm_silu", [&] {
    const scalar_t* in = x.const_data_ptr<scalar_t>();
    const NormCoefficients<scalar_t> c = norm.Coefficients<scalar_t>();
    scalar_t* result = out.mutable_data_ptr<scalar_t>();
    ForEachBlock(x.numel() / channels, channels, [&](int64_t, int64_t first, int64_t rows) {
      BlockNormSilu(in + first, rows, channels, c.scale, c.shift, result + first);
    });
  });
  return out;
}

// dy, and [2, channels] double: Σ dy and Σ dy·xhat of this rank's rows, blocks summed in order.
std::pair<at::Tensor, at::Tensor> SiluBackward(const at::Tensor& dout, const at::Tensor& x,
                                               const Norm& norm) {
  const int64_t channels = x.size(1);
  const int64_t rows = x.numel() / channels;
  const int64_t blocks = (rows + RowsPerBlock(channels) - 1) / RowsPerBlock(channels);
  at::Tensor dy = at::empty_like(x);
  std::vector<double> parts(blocks * 2 * channels);
  AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "silu_backward", [&] {
    const scalar_t* in = x.const_data_ptr<scalar_t>();
    const scalar_t* gradient = dout.const_data_ptr<scalar_t>();
    const NormCoefficients<scalar_t> c = norm.Coefficients<scalar_t>();
    scalar_t* result = dy.mutable_data_ptr<scalar_t>();
    ForEachBlock(rows, channels, [&](int64_t block, int64_t first, int64_t block_rows) {
      double* part = &parts[block * 2 * channels];
      BlockSiluBackward(gradient + first, in + first, block_rows, channels, c, result + first, part,
                        part + channels);
    });
  });
  at::Tensor sums = at::zeros({2, channels}, at::kDouble);
  double* total = sums.mutable_data_ptr<double>();
  for (int64_t i = 0; i < static_cast<int64_t>(parts.size()); ++i) {
    total[i % (2 * channels)] += parts[i];
  }
  return {dy, sums};
}

// Turns dy into dx, given the means over the global batch, [2, channels] double.
void NormBackward(const at::Tensor& x, const Norm& norm, const at::Tensor& means, at::Tensor& dy) {
  const int64_t channels = x.size(1);
  const at::Tensor typed_means = means.to(x.scalar_type());
  AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "norm_backward", [&] {
    const scalar_t* in = x.const_data_ptr<scalar_t>();
    const scalar_t* mean_dy = typed_means.const_data_ptr<scalar_t>();
    const NormCoefficients<scalar_t> c = norm.Coefficients<scalar_t>();
    scalar_t* result = dy.mutable_data_ptr<scalar_t>();
    ForEachBlock(x.numel() / channels, channels, [&](int64_t, int64_t first, int64_t rows) {
      BlockNormBackward(in + first, rows, channels, c, mean_dy, mean_dy + channels, result + first);
    });
  });
}

// Normalises by given batch moments, as a node of the autograd graph.
class NormSiluFunction : public torch::autograd::Function<NormSiluFunction> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x,
                            const at::Tensor& weight, const at::Tensor& bias,
                            const BatchMoments* moments, Communicator* statistics) {
    const Norm norm(moments->mean, moments->m2 / static_cast<double>(moments->count), weight, bias);
    context->save_for_backward({norm.scale, norm.shift, norm.mean, norm.inverse_deviation, x});
    context->saved_data["count"] = moments->count;
    context->saved_data["statistics"] = reinterpret_cast<int64_t>(statistics);
    return NormSilu(x, norm);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const std::vector<at::Tensor> saved = context->get_saved_variables();
    const Norm norm(saved);
    const at::Tensor& x = saved[4];
    auto [dy, sums] = SiluBackward(ChannelsInside(gradients[0]), x, norm);
    // The weights' gradients stay this rank's own: the gradient reducer sums them later.
    const at::Tensor own = sums.to(x.scalar_type(), /*non_blocking=*/false, /*copy=*/true);
    auto* statistics = reinterpret_cast<Communicator*>(context->saved_data["statistics"].toInt());
    if (statistics != nullptr) {
      const absl::Status summed = statistics->AllReduceSum({.data = sums.mutable_data_ptr<double>(),
                                                            .count = sums.numel(),
                                                            .type = Buffer::Type::kFloat64});
      TORCH_CHECK(summed.ok(), "summing batch-norm gradients: ", summed.ToString());
    }
    sums /= static_cast<double>(context->saved_data["count"].toInt());
    NormBackward(x, norm, sums, dy);
    return {dy, own[1], own[0], at::Tensor(), at::Tensor()};
  }
};

void MoveRunning(const at::Tensor& running, const at::Tensor& batch) {
  running.copy_(running.to(at::kDouble) * kMomentum + batch * (1 - kMomentum));
}

}  // namespace

BatchNormSilu::BatchNormSilu(FlatParameters& parameters, const std::string& name, int64_t channels)
    : parameters_(&parameters),
      weight_(parameters.AddParameter(name + ".weight", {channels}, Constant(1))),
      bias_(parameters.AddParameter(name + ".bias", {channels}, Constant(0))),
      running_mean_(parameters.AddStatistic(name + ".running_mean", {channels}, 0)),
      running_var_(parameters.AddStatistic(name + ".running_var", {channels}, 1)) {}

at::Tensor BatchNormSilu::Forward(const at::Tensor& inputs, const ForwardContext& context) {
  const at::Tensor& weight = parameters_->parameters()[weight_].tensor;
  const at::Tensor& bias = parameters_->parameters()[bias_].tensor;
  const at::Tensor x = ChannelsInside(inputs);
  if (!context.training) {
    return NormSilu(x, Norm(parameters_->statistics()[running_mean_].tensor,
                            parameters_->statistics()[running_var_].tensor, weight, bias));
  }
  const BatchMoments moments = GlobalMoments(x, x.size(1), context.statistics);
  batch_mean_ = moments.mean;
  batch_var_ = moments.m2 / static_cast<double>(moments.count);
  return NormSiluFunction::apply(x, weight, bias, &moments, context.statistics);
}

void BatchNormSilu::CommitStatistics() {
  if (!batch_mean_.defined()) return;
  MoveRunning(parameters_->statistics()[running_mean_].tensor, batch_mean_);
  MoveRunning(parameters_->statistics()[running_var_].tensor, batch_var_);
  batch_mean_.reset();
  batch_var_.reset();
}

}  // namespace pleat
