#include "worker/predict/predictor.h"

#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <new>

#include "absl/status/status.h"
#include "common/base/status_macros.h"
#include "worker/data/augment.h"
#include "worker/data/image_loader.h"
#include "worker/distributed/torch_device.h"
#include "worker/model/model.h"

namespace pleat {
namespace {

constexpr int64_t kChunkRows = 256;

int64_t DivideUp(int64_t a, int64_t b) { return (a + b - 1) / b; }

void Softmax(std::span<double> row) {
  const double largest = *std::max_element(row.begin(), row.end());
  double sum = 0;
  for (double& value : row) sum += value = std::exp(value - largest);
  for (double& value : row) value /= sum;
}

// One rank's model and views.
class ChunkPredictor {
 public:
  static absl::StatusOr<ChunkPredictor> Make(const PredictorSpec& spec, const Dataset& dataset) {
    const at::ScalarType dtype =
        spec.config.training().precision() == "fp64" ? at::kDouble : at::kFloat;
    const ModelShape shape{spec.channels, spec.height, spec.width, spec.classes};
    PLEAT_ASSIGN_OR_RETURN(
        std::unique_ptr<Model> model,
        MakeModel(spec.config.model(), shape, /*key=*/0, dtype, TorchDevice(spec.device)));
    PLEAT_RETURN_IF_ERROR(model->parameters().FromSafetensors(spec.weights));
    PLEAT_ASSIGN_OR_RETURN(std::unique_ptr<ImageLoader> images,
                           MakeImageLoader(dataset, spec.scale, dtype, spec.device));
    return ChunkPredictor(spec, std::move(model), std::move(images));
  }

  // Predicts at most kChunkRows rows into `out` [kChunkRows, classes].
  void Predict(std::span<const int64_t> rows, float* out) {
    const int64_t classes = spec_.classes;
    std::vector<double> sums(static_cast<size_t>(kChunkRows * classes));
    for (const AffineMap& view : views_) {
      const at::Tensor images = images_->Load(rows, {&view, 1}, kChunkRows);
      const at::Tensor logits =
          model_->Forward(images, ForwardContext{}).to(at::kCPU, at::kDouble).contiguous();
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
    for (const v1::View& view : spec.views) {
      views_.push_back(ViewMap(view, spec.height, spec.width));
    }
    if (views_.empty()) {
      v1::View identity;
      identity.set_identity(true);
      views_.push_back(ViewMap(identity, spec.height, spec.width));
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
  std::vector<AffineMap> views_;
};

absl::Status CheckSpec(const PredictorSpec& spec, const Dataset& dataset) {
  if (dataset.channels == spec.channels && dataset.height == spec.height &&
      dataset.width == spec.width) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "the model was trained on images of ", spec.height, "x", spec.width, "x", spec.channels,
      " (height, width, channels) but the rows are ", dataset.height, "x", dataset.width, "x",
      dataset.channels, "; predict rows of the model's shape"));
}

// Rank r predicts chunks r, r + size, …: slot s of rank r holds chunk s size + r.
absl::StatusOr<std::vector<float>> PredictInGroup(const PredictorSpec& spec, const Dataset& dataset,
                                                  std::span<const int64_t> row_ids, Group& group) {
  PLEAT_RETURN_IF_ERROR(CheckSpec(spec, dataset));
  PLEAT_ASSIGN_OR_RETURN(ChunkPredictor predictor, ChunkPredictor::Make(spec, dataset));
  const at::NoGradGuard no_grad;
  const auto rows = static_cast<int64_t>(row_ids.size());
  const int64_t chunk_size = kChunkRows * spec.classes;
  const int64_t chunks = DivideUp(rows, kChunkRows);
  const int64_t chunks_per_rank = DivideUp(chunks, group.size);

  std::vector<float> mine(static_cast<size_t>(chunks_per_rank * chunk_size));
  for (int64_t slot = 0; slot * group.size + group.rank < chunks; ++slot) {
    const int64_t begin = (slot * group.size + group.rank) * kChunkRows;
    predictor.Predict(row_ids.subspan(begin, std::min(kChunkRows, rows - begin)),
                      mine.data() + slot * chunk_size);
  }
  if (group.size == 1) {
    mine.resize(static_cast<size_t>(rows * spec.classes));
    return mine;
  }

  std::vector<float> all(mine.size() * static_cast<size_t>(group.size));
  PLEAT_RETURN_IF_ERROR(group.control->AllGather(
      {mine.data(), static_cast<int64_t>(mine.size()), Buffer::Type::kFloat32},
      {all.data(), static_cast<int64_t>(all.size()), Buffer::Type::kFloat32}));
  if (group.rank != 0) return std::vector<float>();
  std::vector<float> predictions(static_cast<size_t>(chunks * chunk_size));
  for (int64_t chunk = 0; chunk < chunks; ++chunk) {
    const int64_t place = chunk % group.size * chunks_per_rank + chunk / group.size;
    std::copy_n(all.data() + place * chunk_size, chunk_size,
                predictions.data() + chunk * chunk_size);
  }
  predictions.resize(static_cast<size_t>(rows * spec.classes));
  return predictions;
}

}  // namespace

absl::StatusOr<std::vector<float>> Predict(const PredictorSpec& spec, const Dataset& dataset,
                                           std::span<const int64_t> row_ids, Group& group) {
  try {
    return PredictInGroup(spec, dataset, row_ids, group);
  } catch (const c10::Error& error) {
    return absl::InternalError(absl::StrCat("prediction failed: ", error.what_without_backtrace()));
  } catch (const std::bad_alloc&) {
    return absl::ResourceExhaustedError("prediction failed: out of memory");
  }
}

}  // namespace pleat
