#include "worker/model/chunked_prediction.h"

#include <torch/types.h>

#include <algorithm>

#include "common/base/divide_up.h"
#include "common/base/status_macros.h"
#include "worker/distributed/group_status.h"
#include "worker/model/step_abandonment.h"

namespace pleat {
namespace {

// Rank r predicts chunks r, r + size, …: slot s of rank r holds chunk s size + r.
absl::Status PredictSlots(std::span<const int64_t> row_ids, int64_t classes, Group& group,
                          const KeepGoing& keep_going, const PredictChunk& predict,
                          std::vector<float>& slots) {
  const int64_t chunk_size = kChunkRows * classes;
  const int64_t rows = std::ssize(row_ids);
  absl::Status going = absl::OkStatus();
  const std::function<bool()> should_abandon = [&] {
    going = keep_going();
    return !going.ok();
  };
  for (int64_t slot = 0; slot * chunk_size < std::ssize(slots); ++slot) {
    PLEAT_RETURN_IF_ERROR(
        StatusOfRankZero(group, group.rank == 0 ? keep_going() : absl::OkStatus()));
    const int64_t begin = (slot * group.size + group.rank) * kChunkRows;
    if (begin >= rows) continue;
    try {
      // Ranks of a larger group must stay in step: they leave only when all do.
      predict(row_ids.subspan(begin, std::min(kChunkRows, rows - begin)),
              group.size == 1 ? &should_abandon : nullptr, slots.data() + slot * chunk_size);
    } catch (const StepAbandoned&) {
      return going;
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<float>> PredictInChunks(std::span<const int64_t> row_ids,
                                                   int64_t classes, Group& group,
                                                   const KeepGoing& keep_going,
                                                   const PredictChunk& predict) {
  const at::NoGradGuard no_grad;
  const int64_t chunk_size = kChunkRows * classes;
  const int64_t chunks = DivideUp(std::ssize(row_ids), kChunkRows);
  const int64_t chunks_per_rank = DivideUp(chunks, group.size);
  std::vector<float> mine(static_cast<size_t>(chunks_per_rank * chunk_size));
  PLEAT_RETURN_IF_ERROR(PredictSlots(row_ids, classes, group, keep_going, predict, mine));

  std::vector<float> predictions(static_cast<size_t>(chunks * chunk_size));
  if (group.size == 1) {
    predictions = std::move(mine);
  } else {
    std::vector<float> all(mine.size() * static_cast<size_t>(group.size));
    PLEAT_RETURN_IF_ERROR(
        group.control->AllGather({mine.data(), std::ssize(mine), Buffer::Type::kFloat32},
                                 {all.data(), std::ssize(all), Buffer::Type::kFloat32}));
    for (int64_t chunk = 0; chunk < chunks; ++chunk) {
      const int64_t place = chunk % group.size * chunks_per_rank + chunk / group.size;
      std::copy_n(all.data() + place * chunk_size, chunk_size,
                  predictions.data() + chunk * chunk_size);
    }
  }
  predictions.resize(row_ids.size() * static_cast<size_t>(classes));
  return predictions;
}

}  // namespace pleat
