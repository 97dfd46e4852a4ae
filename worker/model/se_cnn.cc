#include "worker/model/se_cnn.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace pleat {
namespace {

constexpr int64_t kPool = 2;
constexpr int64_t kPooled = kPool * kPool;  // both pools together shrink height and width by this

std::vector<Normalized<Conv2d>> MakeStage(FlatParameters& parameters, const std::string& name,
                                          int64_t in, int64_t width, uint32_t depth, uint64_t key) {
  std::vector<Normalized<Conv2d>> stage;
  for (uint32_t i = 1; i <= depth; ++i) {
    stage.push_back(NormalizedConv(parameters, absl::StrCat(name, ".conv", i), in, width, key));
    in = width;
  }
  return stage;
}

// [n, c, h, w] → [n, width, h / 2, w / 2].
at::Tensor ForwardStage(std::vector<Normalized<Conv2d>>& stage, at::Tensor x,
                        const ForwardContext& context) {
  for (Normalized<Conv2d>& layer : stage) x = layer.Forward(x, context);
  return at::max_pool2d(x, kPool);
}

absl::Status Check(const v1::SeCnnSpec& spec, const ModelShape& shape) {
  if (spec.width() == 0 || spec.depth() == 0 || spec.se_ratio() == 0) {
    return absl::InvalidArgumentError("model.se_cnn: width, depth and se_ratio must be at least 1");
  }
  if (shape.height < kPooled || shape.width < kPooled) {
    return absl::InvalidArgumentError(
        absl::StrCat("model.se_cnn halves height and width twice, so it needs inputs of at least ",
                     kPooled, "x", kPooled, " pixels; these are ", shape.height, "x", shape.width,
                     ": use larger images, or model.mlp"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Model>> SeCnn::Create(const v1::SeCnnSpec& spec,
                                                     const ModelShape& shape, uint64_t key) {
  PLEAT_RETURN_IF_ERROR(Check(spec, shape));
  return std::unique_ptr<Model>(new SeCnn(spec, shape, key));
}

SeCnn::SeCnn(const v1::SeCnnSpec& spec, const ModelShape& shape, uint64_t key)
    : stage1_(MakeStage(parameters_, "stage1", shape.channels, spec.width(), spec.depth(), key)),
      dropout1_(0, spec.dropout()),
      stage2_(MakeStage(parameters_, "stage2", spec.width(), 2 * int64_t{spec.width()},
                        spec.depth(), key)),
      dropout2_(1, spec.dropout()),
      before_excite_(NormalizedConv(parameters_, "stage3.conv1", 2 * int64_t{spec.width()},
                                    4 * int64_t{spec.width()}, key)),
      excite_(parameters_, "stage3.excite", 4 * int64_t{spec.width()}, spec.se_ratio(), key),
      after_excite_(NormalizedConv(parameters_, "stage3.conv2", 4 * int64_t{spec.width()},
                                   4 * int64_t{spec.width()}, key)),
      dropout3_(2, spec.dropout()),
      head_(parameters_,
            {.in = (shape.height / kPooled) * (shape.width / kPooled) * 4 * int64_t{spec.width()},
             .hidden = {spec.dense().data(), static_cast<size_t>(spec.dense_size())},
             .classes = shape.classes},
            /*dropout=*/0, key) {}

at::Tensor SeCnn::Forward(const at::Tensor& inputs, const ForwardContext& context) {
  at::Tensor x = dropout1_.Forward(ForwardStage(stage1_, inputs, context), context);
  x = dropout2_.Forward(ForwardStage(stage2_, x, context), context);
  x = excite_.Forward(before_excite_.Forward(x, context));
  x = dropout3_.Forward(after_excite_.Forward(x, context), context);
  return head_.Forward(x, context);
}

void SeCnn::CommitStatistics() {
  for (Stage* stage : {&stage1_, &stage2_}) {
    for (Normalized<Conv2d>& layer : *stage) layer.norm.CommitStatistics();
  }
  before_excite_.norm.CommitStatistics();
  after_excite_.norm.CommitStatistics();
  head_.CommitStatistics();
}

}  // namespace pleat
