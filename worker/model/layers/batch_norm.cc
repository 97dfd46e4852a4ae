#include "worker/model/layers/batch_norm.h"

#include <torch/autograd.h>

#include <functional>
#include <vector>

#include "worker/model/layers/batch_moments.h"
#include "worker/model/layers/initializers.h"
#include "worker/model/layers/normalization.h"
#include "worker/model/step_abandonment.h"

namespace pleat {
namespace {

constexpr double kMomentum = 0.99;

// The tensor in the kernels' order: channels contiguous.
at::Tensor ChannelsInside(const at::Tensor& x) {
  return x.contiguous(x.dim() == 4 ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous);
}

// The sum of `sums` over all ranks. It carries whether a rank's `should_abandon` (may be null) says
// so: then StepAbandoned is thrown on every rank.
at::Tensor SumOverRanks(const at::Tensor& sums, Communicator& statistics,
                        const std::function<bool()>* should_abandon) {
  const double abandon = should_abandon != nullptr && (*should_abandon)() ? 1 : 0;
  at::Tensor all = at::cat({sums.flatten(), at::full({1}, abandon, sums.options())});
  const absl::Status summed = statistics.AllReduceSum(
      {.data = all.mutable_data_ptr(), .count = all.numel(), .type = Buffer::Type::kFloat64});
  TORCH_CHECK(summed.ok(), "summing batch-norm gradients: ", summed.ToString());
  if (all[-1].item<double>() > 0) throw StepAbandoned();
  return all.narrow(0, 0, sums.numel()).view_as(sums);
}

// Normalises by given batch moments, as a node of the autograd graph.
class NormFunction : public torch::autograd::Function<NormFunction> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x,
                            const at::Tensor& weight, const at::Tensor& bias, AfterNorm after,
                            const BatchMoments* moments, Communicator* statistics,
                            const std::function<bool()>* should_abandon) {
    const Norm norm(moments->mean, moments->m2 / static_cast<double>(moments->count), weight, bias);
    std::vector<at::Tensor> saved = norm.Tensors();
    saved.push_back(x);
    context->save_for_backward(saved);
    context->saved_data["after"] = static_cast<int64_t>(after);
    context->saved_data["count"] = moments->count;
    context->saved_data["statistics"] = reinterpret_cast<int64_t>(statistics);
    context->saved_data["should_abandon"] = reinterpret_cast<int64_t>(should_abandon);
    return Normalize(x, norm, after);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const std::vector<at::Tensor> saved = context->get_saved_variables();
    const Norm norm(saved);
    const at::Tensor& x = saved.back();
    const auto after = static_cast<AfterNorm>(context->saved_data["after"].toInt());
    auto [dy, sums] = AfterNormBackward(ChannelsInside(gradients[0]), x, norm, after);
    // The weights' gradients stay this rank's own: the gradient reducer sums them later.
    const at::Tensor own = sums.to(x.scalar_type(), /*non_blocking=*/false, /*copy=*/true);
    auto* statistics = reinterpret_cast<Communicator*>(context->saved_data["statistics"].toInt());
    if (statistics != nullptr) {
      sums = SumOverRanks(sums, *statistics,
                          reinterpret_cast<const std::function<bool()>*>(
                              context->saved_data["should_abandon"].toInt()));
    }
    sums /= static_cast<double>(context->saved_data["count"].toInt());
    const at::Tensor dx = NormBackward(x, norm, sums, dy);
    return {dx, own[1], own[0], at::Tensor(), at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

void MoveRunning(const at::Tensor& running, const at::Tensor& batch) {
  running.copy_(running.to(at::kDouble) * kMomentum + batch * (1 - kMomentum));
}

}  // namespace

BatchNorm::BatchNorm(FlatParameters& parameters, const std::string& name, int64_t channels,
                     AfterNorm after)
    : parameters_(&parameters),
      after_(after),
      weight_(parameters.AddParameter(name + ".weight", {channels}, Constant(1))),
      bias_(parameters.AddParameter(name + ".bias", {channels}, Constant(0))),
      running_mean_(parameters.AddStatistic(name + ".running_mean", {channels}, 0)),
      running_var_(parameters.AddStatistic(name + ".running_var", {channels}, 1)) {}

at::Tensor BatchNorm::Forward(const at::Tensor& inputs, const ForwardContext& context) {
  const at::Tensor& weight = parameters_->parameters()[weight_].tensor;
  const at::Tensor& bias = parameters_->parameters()[bias_].tensor;
  const at::Tensor x = ChannelsInside(inputs);
  if (!context.training) {
    const Norm norm(parameters_->statistics()[running_mean_].tensor,
                    parameters_->statistics()[running_var_].tensor, weight, bias);
    return Normalize(x, norm, after_);
  }
  const BatchMoments moments =
      GlobalMoments(x, x.size(1), context.statistics, context.should_abandon);
  batch_mean_ = moments.mean;
  batch_var_ = moments.m2 / static_cast<double>(moments.count);
  return NormFunction::apply(x, weight, bias, after_, &moments, context.statistics,
                             context.should_abandon);
}

void BatchNorm::CommitStatistics() {
  if (!batch_mean_.defined()) return;
  MoveRunning(parameters_->statistics()[running_mean_].tensor, batch_mean_);
  MoveRunning(parameters_->statistics()[running_var_].tensor, batch_var_);
  batch_mean_.reset();
  batch_var_.reset();
}

}  // namespace pleat
