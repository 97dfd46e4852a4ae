// Generated handwriting: Kannada numerals drawn from strokes, for sweeps that need no download.
#pragma once

#include "absl/status/statusor.h"
#include "common/base/keep_going.h"
#include "proto/sweep.pb.h"
#include "worker/data/dataset.h"

namespace pleat {

// Row i shows the numeral i % 10 by writer i * writers / samples; rows of one writer are
// consecutive. A writer has a slant, proportions, a pen and habits of forming each numeral; each
// row varies them, a few rows much, so that some numerals resemble others. A row is a pure function
// of (seed, writer, i, size) with the same bits on every machine. No digest, ids or groups.
// RESOURCE_EXHAUSTED if the images do not fit. Asks `keep_going` for every row.
absl::StatusOr<Dataset> MakeSyntheticDigits(const v1::SyntheticDigitsSource& source,
                                            const KeepGoing& keep_going = NeverStops);

}  // namespace pleat
