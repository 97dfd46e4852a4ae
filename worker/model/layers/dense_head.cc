#include "worker/model/layers/dense_head.h"

#include "absl/strings/str_cat.h"

namespace pleat {
namespace {

std::vector<Normalized<Dense>> MakeHidden(FlatParameters& parameters, const DenseHead::Sizes& sizes,
                                          uint64_t key) {
  std::vector<Normalized<Dense>> layers;
  int64_t in = sizes.in;
  for (const int64_t width : sizes.hidden) {
    const std::string name = absl::StrCat("dense", layers.size() + 1);
    layers.push_back(NormalizedDense(parameters, name, in, width, key));
    in = width;
  }
  return layers;
}

std::vector<KeyedDropout> MakeDropouts(size_t count, double dropout) {
  std::vector<KeyedDropout> layers;
  for (size_t i = 0; i < count; ++i) layers.emplace_back(static_cast<uint32_t>(i), dropout);
  return layers;
}

}  // namespace

DenseHead::DenseHead(FlatParameters& parameters, const Sizes& sizes, double dropout, uint64_t key)
    : hidden_(MakeHidden(parameters, sizes, key)),
      dropouts_(MakeDropouts(sizes.hidden.size(), dropout)),
      logits_(parameters, "logits", sizes.hidden.empty() ? sizes.in : sizes.hidden.back(),
              sizes.classes, Dense::Init::kGlorotUniform, key) {}

at::Tensor DenseHead::Forward(const at::Tensor& inputs, const ForwardContext& context) {
  at::Tensor x = inputs.permute({0, 2, 3, 1}).flatten(1);
  for (size_t i = 0; i < hidden_.size(); ++i) {
    x = dropouts_[i].Forward(hidden_[i].Forward(x, context), context);
  }
  return logits_.Forward(x);
}

void DenseHead::CommitStatistics() {
  for (Normalized<Dense>& layer : hidden_) layer.norm.CommitStatistics();
}

}  // namespace pleat
