// Predictions of many rows by a group.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/keep_going.h"
#include "worker/distributed/communicator.h"

namespace pleat {

// Rows of a chunk. The last chunk is padded to it.
inline constexpr int64_t kChunkRows = 256;

// Predicts `rows`, at most kChunkRows, into `out` [kChunkRows, classes]; what it writes behind the
// rows is not read. `should_abandon`, which may be null, is for its forward passes.
using PredictChunk = std::function<void(std::span<const int64_t> rows,
                                        const std::function<bool()>* should_abandon, float* out)>;

// float32 [row_ids.size(), classes] on every rank. The rows are cut into chunks of a fixed size,
// which the ranks share out, so a row's prediction depends neither on the other rows nor on the
// number of ranks. Every rank calls it. Rank 0's `keep_going` is asked before each round of chunks,
// for all ranks, and in a group of one between layers too: what it says against going on is the
// result.
absl::StatusOr<std::vector<float>> PredictInChunks(std::span<const int64_t> row_ids,
                                                   int64_t classes, Group& group,
                                                   const KeepGoing& keep_going,
                                                   const PredictChunk& predict);

}  // namespace pleat
