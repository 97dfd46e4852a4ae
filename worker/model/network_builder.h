// Puts a network together layer by layer, and knows at each point what the layers so far make.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "worker/model/layers/batch_norm_kernels.h"
#include "worker/model/layers/conv2d.h"
#include "worker/model/layers/dense.h"
#include "worker/model/layers/pooling.h"
#include "worker/model/layers/sequence.h"
#include "worker/model/model.h"

namespace pleat {

// What a layer makes of one input: an image, or a row of numbers.
struct FeatureShape {
  int64_t channels = 1;  // of a row: how many numbers
  int64_t height = 1;
  int64_t width = 1;
  bool is_image = true;

  int64_t size() const { return channels * height * width; }
  friend bool operator==(const FeatureShape&, const FeatureShape&) = default;
};

// "64x14x14" or "a row of 128 numbers".
std::string Describe(const FeatureShape& shape);

// What becomes of the input of a residual whose layers change its shape.
enum class Skip {
  kLinear,      // a convolution 1x1, or a dense layer for rows
  kNormalized,  // batch norm behind it
};

// Use: Add… in the order of the layers, then Finish. Names are those of the layers' tensors and
// must differ; dropout layers are told apart by their number. A layer that does not fit what comes
// before is refused with INVALID_ARGUMENT and not added.
class NetworkBuilder {
 public:
  // Initial weights are drawn from `key`.
  NetworkBuilder(const ModelShape& shape, uint64_t key);
  ~NetworkBuilder();

  // What the layers so far make.
  const FeatureShape& features() const { return features_; }

  absl::Status AddConv(const std::string& name, const ConvSize& size);
  // Flattens what is not flat.
  absl::Status AddDense(const std::string& name, int64_t units);
  void AddBatchNorm(const std::string& name, AfterNorm after);
  // By its name in LayerSpec.
  absl::Status AddActivation(std::string_view name);
  absl::Status AddPool(PoolKind kind, int64_t size);
  absl::Status AddGlobalPool(PoolKind kind);
  void AddDropout(double p);
  absl::Status AddSqueezeExcite(const std::string& name, int64_t ratio);
  void AddFlatten();
  // Adds the input to what the layers that `add_inside` adds make of it. Where that has another
  // shape, the input goes through the layer "<name>" first.
  absl::Status AddResidual(const std::string& name, Skip skip,
                           const std::function<absl::Status()>& add_inside);

  // conv or dense "<name>", batch norm "<name>.norm" and SiLU: what networks are made of.
  absl::Status AddConvNormSilu(const std::string& name, const ConvSize& size);
  absl::Status AddDenseNormSilu(const std::string& name, int64_t units);

  // Adds the dense layer "logits" to the classes; the model is not yet allocated. Call it last.
  std::unique_ptr<Model> Finish();

 private:
  class Network;

  // INVALID_ARGUMENT if the features are not an image.
  absl::Status NeedImage() const;
  void AddDenseWith(const std::string& name, int64_t units, Dense::Init init);
  // From `input` to the features. INVALID_ARGUMENT: there is no such layer.
  absl::StatusOr<std::unique_ptr<Layer>> MakeSkip(const std::string& name, Skip skip,
                                                  const FeatureShape& input);

  std::unique_ptr<Network> network_;
  FlatParameters* parameters_;  // of the network
  uint64_t key_;
  int64_t classes_;
  FeatureShape features_;
  uint32_t dropouts_ = 0;
  // The network's layers, or those of the residual that is being built.
  std::unique_ptr<Sequence> layers_ = std::make_unique<Sequence>();
};

}  // namespace pleat
