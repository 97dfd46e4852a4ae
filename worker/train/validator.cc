#include "worker/train/validator.h"

#include <algorithm>
#include <array>

#include "common/base/status_macros.h"
#include "common/metrics/metrics.h"
#include "worker/train/losses.h"

namespace pleat {
namespace {

constexpr int64_t kChunkRows = 256;

int64_t DivideUp(int64_t a, int64_t b) { return (a + b - 1) / b; }

}  // namespace

Validator::Validator(const FoldJob& job, const BatchLoader& loader, Group& group)
    : loss_(job.task.config().training().loss()),
      classes_(job.classes),
      loader_(loader),
      group_(group) {
  for (int64_t row = 0; row < job.dataset->rows; ++row) {
    if (job.folds[row] != static_cast<int32_t>(job.task.fold())) continue;
    rows_.push_back(row);
    labels_.push_back(job.dataset->labels[row]);
  }
}

std::span<const int64_t> Validator::Chunk(int64_t index) const {
  const int64_t begin = std::min(index * kChunkRows, rows());
  return std::span(rows_).subspan(begin, std::min(kChunkRows, rows() - begin));
}

absl::StatusOr<std::vector<float>> Validator::Logits(
    Model& model, const std::function<bool()>* should_abandon) const {
  const at::NoGradGuard no_grad;
  const int64_t chunk_size = kChunkRows * classes_;
  const int64_t chunks = DivideUp(rows(), kChunkRows);
  const int64_t chunks_per_rank = DivideUp(chunks, group_.size);
  // Rank r predicts chunks r, r + size, …: slot s of rank r holds chunk s size + r.
  std::vector<float> mine(chunks_per_rank * chunk_size);
  for (int64_t slot = 0; slot * group_.size + group_.rank < chunks; ++slot) {
    const at::Tensor images = loader_.Plain(Chunk(slot * group_.size + group_.rank), kChunkRows);
    const at::Tensor logits = model.Forward(images, {.should_abandon = should_abandon})
                                  .to(at::kCPU, at::kFloat)
                                  .contiguous();
    std::copy_n(logits.const_data_ptr<float>(), chunk_size, mine.data() + slot * chunk_size);
  }
  std::vector<float> all(mine.size() * group_.size);
  if (group_.size == 1) {
    all = std::move(mine);
  } else {
    PLEAT_RETURN_IF_ERROR(group_.control->AllGather(
        {mine.data(), static_cast<int64_t>(mine.size()), Buffer::Type::kFloat32},
        {all.data(), static_cast<int64_t>(all.size()), Buffer::Type::kFloat32}));
  }
  std::vector<float> logits(chunks * chunk_size);
  for (int64_t chunk = 0; chunk < chunks; ++chunk) {
    const int64_t place = chunk % group_.size * chunks_per_rank + chunk / group_.size;
    std::copy_n(all.data() + place * chunk_size, chunk_size, logits.data() + chunk * chunk_size);
  }
  logits.resize(rows() * classes_);
  return logits;
}

absl::Status Validator::Score(std::span<const float> logits, v1::EpochMetrics& metrics) const {
  const v1::Scores scores = ScoreProbabilities(SoftmaxRows(logits, classes_), labels_, classes_);
  std::array<double, 3> values = {MeanLoss(logits), scores.accuracy(), scores.log_loss()};
  if (group_.size > 1) {
    PLEAT_RETURN_IF_ERROR(group_.control->Broadcast(
        {values.data(), static_cast<int64_t>(values.size()), Buffer::Type::kFloat64}, 0));
  }
  metrics.set_val_loss(values[0]);
  metrics.set_val_accuracy(values[1]);
  metrics.set_val_log_loss(values[2]);
  return absl::OkStatus();
}

double Validator::MeanLoss(std::span<const float> logits) const {
  const at::NoGradGuard no_grad;
  const auto view = [](const auto& numbers, at::IntArrayRef shape, at::ScalarType type) {
    // from_blob wants a mutable pointer; nothing writes through it.
    return at::from_blob(const_cast<void*>(static_cast<const void*>(numbers.data())), shape, type);
  };
  return Loss(loss_, view(logits, {rows(), classes_}, at::kFloat).to(at::kDouble),
              view(labels_, {rows()}, at::kLong), rows())
      .item<double>();
}

}  // namespace pleat
