#include "worker/model/resnet.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "tests/worker/model/model_samples.h"

namespace pleat {
namespace {

// He et al.'s network in stock operations, from the tensors by name.
class StockResNet {
 public:
  StockResNet(const FlatParameters& parameters, bool training) : training_(training) {
    for (const auto* entries : {&parameters.parameters(), &parameters.statistics()}) {
      for (const FlatEntry& entry : *entries) tensors_[entry.name] = entry.tensor.detach();
    }
  }

  // Stages of one and of two blocks.
  at::Tensor Logits(const at::Tensor& images) {
    at::Tensor x = at::silu(ConvNorm(images, "stem", 1, 1));
    x = Block(x, "stage1.block1", 1);
    x = Block(x, "stage2.block1", 2);
    x = Block(x, "stage2.block2", 1);
    return at::linear(x.mean({2, 3}), tensors_.at("logits.weight"), tensors_.at("logits.bias"));
  }

 private:
  at::Tensor ConvNorm(const at::Tensor& x, const std::string& name, int64_t stride,
                      int64_t padding) {
    const at::Tensor y =
        at::conv2d(x, tensors_.at(name + ".weight"), tensors_.at(name + ".bias"), stride, padding);
    return at::batch_norm(y, tensors_.at(name + ".norm.weight"), tensors_.at(name + ".norm.bias"),
                          tensors_.at(name + ".norm.running_mean"),
                          tensors_.at(name + ".norm.running_var"), training_, 0, 1e-3, false);
  }

  at::Tensor Block(const at::Tensor& x, const std::string& name, int64_t stride) {
    const at::Tensor inner = at::silu(ConvNorm(x, name + ".conv1", stride, 1));
    const at::Tensor outer = ConvNorm(inner, name + ".conv2", 1, 1);
    const at::Tensor skip = stride == 1 ? x : ConvNorm(x, name + ".skip", stride, 0);
    return at::silu(outer + skip);
  }

  const bool training_;
  std::map<std::string, at::Tensor> tensors_;
};

TEST(ResNet, EqualsTheNetworkInStockOperations) {
  const auto model = MakeModel(TinyResNet(0), kTinyShape, 7, at::kDouble, at::kCPU).value();
  const at::NoGradGuard no_grad;
  at::Tensor& values = model->parameters().values();
  values.add_((at::arange(values.numel(), at::kDouble) * 0.7).sin(), 0.1);
  const at::Tensor images = TinyImages(5);
  for (const bool training : {false, true}) {
    const at::Tensor logits = model->Forward(images, {.training = training});
    const at::Tensor expected = StockResNet(model->parameters(), training).Logits(images);
    EXPECT_LE((logits - expected).abs().max().item<double>(), 1e-11) << training;
  }
}

TEST(ResNet, TakesImagesOfAnySize) {
  for (const int64_t side : {1, 2, 5, 33}) {
    const ModelShape shape{.channels = 3, .height = side, .width = side + 1, .classes = 4};
    const auto model = MakeModel(ModelOf("resnet {}"), shape, 1, at::kFloat, at::kCPU).value();
    const at::Tensor inputs = at::ones({2, 3, side, side + 1});
    EXPECT_EQ(model->Forward(inputs, {}).sizes(), (std::vector<int64_t>{2, 4}));
  }
}

// Two blocks of two convolutions in each of three stages.
TEST(ResNet, HasTheNumberOfParametersThatTheSizesSay) {
  const auto model = MakeModel(ModelOf("resnet {}"), ModelShape{}, 1, at::kFloat, at::kCPU).value();
  const auto conv = [](int64_t in, int64_t out, int64_t kernel) {
    return kernel * kernel * in * out + 3 * out;  // bias, and two numbers of batch norm
  };
  const int64_t stage1 = 4 * conv(16, 16, 3);
  const int64_t stage2 = conv(16, 32, 3) + 3 * conv(32, 32, 3) + conv(16, 32, 1);
  const int64_t stage3 = conv(32, 64, 3) + 3 * conv(64, 64, 3) + conv(32, 64, 1);
  EXPECT_EQ(model->parameters().parameter_count(),
            conv(1, 16, 3) + stage1 + stage2 + stage3 + 65 * 10);
}

}  // namespace
}  // namespace pleat
