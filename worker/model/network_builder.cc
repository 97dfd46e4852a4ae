#include "worker/model/network_builder.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/divide_up.h"
#include "common/base/status_macros.h"
#include "worker/model/layers/activation.h"
#include "worker/model/layers/batch_norm.h"
#include "worker/model/layers/flatten.h"
#include "worker/model/layers/keyed_dropout.h"
#include "worker/model/layers/residual.h"
#include "worker/model/layers/squeeze_excite.h"

namespace pleat {
namespace {

template <typename... Pieces>
absl::Status Invalid(const Pieces&... pieces) {
  return absl::InvalidArgumentError(absl::StrCat(pieces...));
}

// The smallest stride at which a convolution makes `output` of `input`; 0 if none does.
int64_t StrideBetween(const FeatureShape& input, const FeatureShape& output) {
  for (int64_t stride = 1; stride <= std::max(input.height, input.width); ++stride) {
    if (DivideUp(input.height, stride) == output.height &&
        DivideUp(input.width, stride) == output.width) {
      return stride;
    }
  }
  return 0;
}

}  // namespace

std::string Describe(const FeatureShape& shape) {
  if (!shape.is_image) return absl::StrCat("a row of ", shape.channels, " numbers");
  return absl::StrCat(shape.channels, "x", shape.height, "x", shape.width);
}

// All layers in a row, and their parameters.
class NetworkBuilder::Network : public Model {
 public:
  void SetLayers(std::unique_ptr<Sequence> layers) { layers_ = std::move(layers); }

  void CommitStatistics() override { layers_->CommitStatistics(); }

 private:
  at::Tensor Compute(const at::Tensor& inputs, const ForwardContext& context) override {
    return layers_->Forward(inputs, context);
  }

  std::unique_ptr<Sequence> layers_;
};

NetworkBuilder::NetworkBuilder(const ModelShape& shape, uint64_t key)
    : network_(std::make_unique<Network>()),
      parameters_(&network_->parameters()),
      key_(key),
      classes_(shape.classes),
      features_{.channels = shape.channels, .height = shape.height, .width = shape.width} {}

NetworkBuilder::~NetworkBuilder() = default;

absl::Status NetworkBuilder::NeedImage() const {
  if (features_.is_image) return absl::OkStatus();
  return Invalid("needs an image, but gets ", Describe(features_),
                 "; put it before the layer that flattens");
}

absl::Status NetworkBuilder::AddConv(const std::string& name, const ConvSize& size) {
  PLEAT_RETURN_IF_ERROR(NeedImage());
  if (std::min({size.channels, size.kernel, size.stride}) < 1) {
    return Invalid("channels, kernel and stride must be at least 1");
  }
  layers_->Add(std::make_unique<Conv2d>(*parameters_, name, features_.channels, size, key_));
  features_ = {.channels = size.channels,
               .height = DivideUp(features_.height, size.stride),
               .width = DivideUp(features_.width, size.stride)};
  return absl::OkStatus();
}

absl::Status NetworkBuilder::AddDense(const std::string& name, int64_t units) {
  if (units < 1) return Invalid("a dense layer needs at least 1 unit");
  AddDenseWith(name, units, Dense::Init::kHeNormal);
  return absl::OkStatus();
}

void NetworkBuilder::AddDenseWith(const std::string& name, int64_t units, Dense::Init init) {
  AddFlatten();
  layers_->Add(std::make_unique<Dense>(*parameters_, name, features_.channels, units, init, key_));
  features_.channels = units;
}

void NetworkBuilder::AddBatchNorm(const std::string& name, AfterNorm after) {
  layers_->Add(std::make_unique<BatchNorm>(*parameters_, name, features_.channels, after));
}

absl::Status NetworkBuilder::AddActivation(std::string_view name) {
  PLEAT_ASSIGN_OR_RETURN(const Activation::Function function, Activation::Find(name));
  layers_->Add(std::make_unique<Activation>(function));
  return absl::OkStatus();
}

absl::Status NetworkBuilder::AddPool(PoolKind kind, int64_t size) {
  PLEAT_RETURN_IF_ERROR(NeedImage());
  if (size < 1) return Invalid("size must be at least 1");
  if (size > std::min(features_.height, features_.width)) {
    return Invalid("windows of ", size, "x", size, " do not fit inputs of ", Describe(features_));
  }
  layers_->Add(std::make_unique<Pool>(kind, size));
  features_.height /= size;
  features_.width /= size;
  return absl::OkStatus();
}

absl::Status NetworkBuilder::AddGlobalPool(PoolKind kind) {
  PLEAT_RETURN_IF_ERROR(NeedImage());
  layers_->Add(std::make_unique<GlobalPool>(kind));
  features_ = {.channels = features_.channels, .is_image = false};
  return absl::OkStatus();
}

void NetworkBuilder::AddDropout(double p) {
  layers_->Add(std::make_unique<KeyedDropout>(dropouts_++, p));
}

absl::Status NetworkBuilder::AddSqueezeExcite(const std::string& name, int64_t ratio) {
  PLEAT_RETURN_IF_ERROR(NeedImage());
  if (ratio < 1) return Invalid("ratio must be at least 1");
  layers_->Add(
      std::make_unique<SqueezeExcite>(*parameters_, name, features_.channels, ratio, key_));
  return absl::OkStatus();
}

void NetworkBuilder::AddFlatten() {
  if (!features_.is_image) return;
  layers_->Add(std::make_unique<Flatten>());
  features_ = {.channels = features_.size(), .is_image = false};
}

absl::Status NetworkBuilder::AddResidual(const std::string& name, Skip skip,
                                         const std::function<absl::Status()>& add_inside) {
  const FeatureShape input = features_;
  std::unique_ptr<Sequence> before = std::exchange(layers_, std::make_unique<Sequence>());
  PLEAT_RETURN_IF_ERROR(add_inside());
  PLEAT_ASSIGN_OR_RETURN(std::unique_ptr<Layer> skip_layer, MakeSkip(name, skip, input));
  before->Add(std::make_unique<Residual>(std::move(layers_), std::move(skip_layer)));
  layers_ = std::move(before);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Layer>> NetworkBuilder::MakeSkip(const std::string& name, Skip skip,
                                                                const FeatureShape& input) {
  if (features_ == input) return std::unique_ptr<Layer>();
  const int64_t stride = StrideBetween(input, features_);
  if (features_.is_image != input.is_image) {
    return Invalid("the layers inside make ", Describe(features_), " of ", Describe(input),
                   ", which cannot be added up: flatten or pool globally outside");
  }
  if (stride == 0) {
    return Invalid("the layers inside make ", Describe(features_), " of ", Describe(input),
                   ", which no stride of the skip's convolution does: use strides inside, or pools "
                   "that divide height and width");
  }
  auto layers = std::make_unique<Sequence>();
  if (input.is_image) {
    const ConvSize size{.channels = features_.channels, .kernel = 1, .stride = stride};
    layers->Add(std::make_unique<Conv2d>(*parameters_, name, input.channels, size, key_));
  } else {
    layers->Add(std::make_unique<Dense>(*parameters_, name, input.channels, features_.channels,
                                        Dense::Init::kHeNormal, key_));
  }
  if (skip == Skip::kNormalized) {
    layers->Add(std::make_unique<BatchNorm>(*parameters_, name + ".norm", features_.channels,
                                            AfterNorm::kNothing));
  }
  return std::unique_ptr<Layer>(std::move(layers));
}

absl::Status NetworkBuilder::AddConvNormSilu(const std::string& name, const ConvSize& size) {
  PLEAT_RETURN_IF_ERROR(AddConv(name, size));
  AddBatchNorm(name + ".norm", AfterNorm::kSilu);
  return absl::OkStatus();
}

absl::Status NetworkBuilder::AddDenseNormSilu(const std::string& name, int64_t units) {
  PLEAT_RETURN_IF_ERROR(AddDense(name, units));
  AddBatchNorm(name + ".norm", AfterNorm::kSilu);
  return absl::OkStatus();
}

std::unique_ptr<Model> NetworkBuilder::Finish() {
  AddDenseWith("logits", classes_, Dense::Init::kGlorotUniform);
  network_->SetLayers(std::move(layers_));
  return std::unique_ptr<Model>(std::move(network_));
}

}  // namespace pleat
