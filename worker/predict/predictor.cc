#include "worker/predict/predictor.h"

#include <torch/types.h>

#include <algorithm>
#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "common/base/status_macros.h"
#include "common/config/transform_check.h"
#include "common/metrics/metrics.h"
#include "worker/augment/draw.h"
#include "worker/data/image_loader.h"
#include "worker/distributed/group_status.h"
#include "worker/distributed/torch_device.h"
#include "worker/model/chunked_prediction.h"
#include "worker/model/model.h"
#include "worker/model/torch_status.h"

namespace pleat {
namespace {

absl::Status CheckViews(const PredictorSpec& spec) {
  for (const v1::View& view : spec.views) {
    PLEAT_RETURN_IF_ERROR(
        CheckTransformsFit(view.transforms(), "a view's transforms", spec.height, spec.width));
  }
  return absl::OkStatus();
}

absl::Status CheckShape(const PredictorSpec& spec, const Dataset& dataset) {
  if (dataset.channels == spec.channels && dataset.height == spec.height &&
      dataset.width == spec.width) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "the model was trained on images of ", spec.height, "x", spec.width, "x", spec.channels,
      " (height, width, channels) but the rows are ", dataset.height, "x", dataset.width, "x",
      dataset.channels, "; predict rows of the model's shape"));
}

// One view: the same transforms for all rows, or each row's own.
class RowView {
 public:
  RowView(const v1::View& view, const ImageShape& shape)
      : view_(view), shape_(shape), of_all_(DrawView(view, shape, 0)) {}

  // What an ImageLoader takes.
  std::vector<DrawnTransforms> Of(std::span<const int64_t> rows) const {
    if (!view_.per_row()) return {of_all_};
    std::vector<DrawnTransforms> drawn;
    for (const int64_t row : rows) {
      drawn.push_back(DrawView(view_, shape_, static_cast<uint64_t>(row)));
    }
    return drawn;
  }

 private:
  const v1::View view_;
  const ImageShape shape_;
  const DrawnTransforms of_all_;
};

// One rank's model and views.
class ChunkPredictor {
 public:
  static absl::StatusOr<ChunkPredictor> Make(const PredictorSpec& spec,
                                             const Dataset& dataset) try {
    PLEAT_RETURN_IF_ERROR(CheckShape(spec, dataset));
    PLEAT_RETURN_IF_ERROR(CheckViews(spec));
    const at::ScalarType dtype =
        spec.config.training().precision() == "fp64" ? at::kDouble : at::kFloat;
    const ModelShape shape{spec.channels, spec.height, spec.width, spec.classes};
    PLEAT_ASSIGN_OR_RETURN(
        std::unique_ptr<Model> model,
        MakeModel(spec.config.model(), shape, /*key=*/0, dtype, TorchDevice(spec.device),
                  spec.config.training().normalization()));
    PLEAT_RETURN_IF_ERROR(model->parameters().FromSafetensors(spec.weights));
    PLEAT_ASSIGN_OR_RETURN(std::unique_ptr<ImageLoader> images,
                           MakeImageLoader(dataset, spec.scale, dtype, spec.device));
    return ChunkPredictor(spec, std::move(model), std::move(images));
  } catch (...) {
    return TorchStatus("preparing to predict");
  }

  // A PredictChunk.
  void Predict(std::span<const int64_t> rows, const std::function<bool()>* should_abandon,
               float* out) {
    const int64_t classes = spec_.classes;
    std::vector<double> sums(static_cast<size_t>(kChunkRows * classes));
    for (const RowView& view : views_) {
      const at::Tensor images = images_->Load(rows, view.Of(rows), kChunkRows);
      const at::Tensor logits = model_->Forward(images, {.should_abandon = should_abandon})
                                    .to(at::kCPU, at::kDouble)
                                    .contiguous();
      Add(logits.const_data_ptr<double>(), sums);
    }
    const auto views = static_cast<double>(views_.size());
    std::transform(sums.begin(), sums.end(), out,
                   [&](double sum) { return static_cast<float>(sum / views); });
  }

 private:
  ChunkPredictor(const PredictorSpec& spec, std::unique_ptr<Model> model,
                 std::unique_ptr<ImageLoader> images)
      : spec_(spec), model_(std::move(model)), images_(std::move(images)) {
    const ImageShape shape = {spec.height, spec.width, spec.channels};
    for (const v1::View& view : spec.views) views_.emplace_back(view, shape);
    if (views_.empty()) {
      v1::View identity;
      identity.set_identity(true);
      views_.emplace_back(identity, shape);
    }
  }

  // Adds one view's `logits` [kChunkRows, classes].
  void Add(const double* logits, std::vector<double>& sums) const {
    std::vector<double> row(spec_.classes);
    for (size_t begin = 0; begin < sums.size(); begin += row.size()) {
      std::copy_n(logits + begin, row.size(), row.begin());
      if (spec_.blend == Blend::kMeanProbability) Softmax(row);
      for (size_t c = 0; c < row.size(); ++c) sums[begin + c] += row[c];
    }
  }

  const PredictorSpec& spec_;
  std::unique_ptr<Model> model_;
  std::unique_ptr<ImageLoader> images_;
  std::vector<RowView> views_;
};

}  // namespace

absl::StatusOr<std::vector<float>> Predict(const PredictorSpec& spec, const Dataset& dataset,
                                           std::span<const int64_t> row_ids, Group& group,
                                           const KeepGoing& keep_going) {
  absl::StatusOr<ChunkPredictor> predictor = ChunkPredictor::Make(spec, dataset);
  PLEAT_RETURN_IF_ERROR(AgreeOnStatus(group, predictor.status()));
  try {
    absl::StatusOr<std::vector<float>> predictions = PredictInChunks(
        row_ids, spec.classes, group, keep_going,
        [&](std::span<const int64_t> rows, const std::function<bool()>* should_abandon,
            float* out) { predictor->Predict(rows, should_abandon, out); });
    if (predictions.ok() && group.rank != 0) return std::vector<float>();
    return predictions;
  } catch (...) {
    return LeaveGroup(group, TorchStatus("predicting"));
  }
}

}  // namespace pleat
