#include "worker/model/sequential.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "worker/model/network_builder.h"

namespace pleat {
namespace {

using Layers = google::protobuf::RepeatedPtrField<v1::LayerSpec>;

PoolKind KindOf(const std::string& kind) {
  return kind == "mean" ? PoolKind::kMean : PoolKind::kMax;
}

// Adds the layers of one list, and of the lists inside.
class LayerList {
 public:
  // `path` is the list's in the YAML, `prefix` what the names of its tensors begin with.
  LayerList(const Layers& layers, std::string path, std::string prefix, NetworkBuilder* network)
      : layers_(layers), path_(std::move(path)), prefix_(std::move(prefix)), network_(network) {}

  absl::Status Add() {
    for (int i = 0; i < layers_.size(); ++i) PLEAT_RETURN_IF_ERROR(AddLayer(i));
    return absl::OkStatus();
  }

 private:
  absl::Status AddLayer(int i) {
    const v1::LayerSpec& layer = layers_[i];
    switch (layer.kind_case()) {
      case v1::LayerSpec::kConv:
        return At(i, "conv", network_->AddConv(Name(i, "conv"), SizeOf(layer.conv())));
      case v1::LayerSpec::kBatchNorm:
        network_->AddBatchNorm(Name(i, "batch_norm"),
                               IsSilu(i + 1) ? AfterNorm::kSilu : AfterNorm::kNothing);
        return absl::OkStatus();
      case v1::LayerSpec::kActivation:
        if (IsSilu(i) && i > 0 && layers_[i - 1].has_batch_norm()) return absl::OkStatus();
        return At(i, "activation", network_->AddActivation(layer.activation()));
      case v1::LayerSpec::kPool:
        return At(i, "pool", network_->AddPool(KindOf(layer.pool().kind()), layer.pool().size()));
      case v1::LayerSpec::kDropout:
        network_->AddDropout(layer.dropout().p());
        return absl::OkStatus();
      case v1::LayerSpec::kSe:
        return At(i, "se", network_->AddSqueezeExcite(Name(i, "se"), layer.se().ratio()));
      case v1::LayerSpec::kResidual:
        return AddResidual(i, layer.residual().layers());
      case v1::LayerSpec::kFlatten:
        network_->AddFlatten();
        return absl::OkStatus();
      case v1::LayerSpec::kDense:
        return At(i, "dense", network_->AddDense(Name(i, "dense"), layer.dense().units()));
      case v1::LayerSpec::kGlobalPool:
        return At(i, "global_pool", network_->AddGlobalPool(KindOf(layer.global_pool().kind())));
      case v1::LayerSpec::KIND_NOT_SET:
        break;
    }
    return absl::InvalidArgumentError(absl::StrCat(path_, "[", i, "]: no layer is named"));
  }

  absl::Status AddResidual(int i, const Layers& inside) {
    const std::string name = Name(i, "residual");
    absl::Status from_inside;
    const absl::Status added = network_->AddResidual(name + ".skip", Skip::kLinear, [&] {
      from_inside = LayerList(inside, Path(i, "residual"), name + ".", network_).Add();
      return from_inside;
    });
    // What is wrong inside has its path already.
    return from_inside.ok() ? At(i, "residual", added) : from_inside;
  }

  static ConvSize SizeOf(const v1::ConvLayerSpec& conv) {
    return {.channels = conv.channels(), .kernel = conv.kernel(), .stride = conv.stride()};
  }

  bool IsSilu(int i) const { return i < layers_.size() && layers_[i].activation() == "silu"; }

  std::string Name(int i, const char* kind) const { return absl::StrCat(prefix_, i, ".", kind); }
  std::string Path(int i, const char* kind) const {
    return absl::StrCat(path_, "[", i, "].", kind);
  }
  absl::Status At(int i, const char* kind, const absl::Status& status) const {
    return Annotate(status, Path(i, kind));
  }

  const Layers& layers_;
  const std::string path_;
  const std::string prefix_;
  NetworkBuilder* const network_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Model>> MakeSequential(const v1::SequentialSpec& spec,
                                                      const ModelShape& shape, uint64_t key) {
  NetworkBuilder network(shape, key);
  PLEAT_RETURN_IF_ERROR(LayerList(spec.layers(), "model.sequential", "", &network).Add());
  return network.Finish();
}

}  // namespace pleat
