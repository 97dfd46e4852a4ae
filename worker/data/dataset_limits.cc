#include "worker/data/dataset_limits.h"

#include "absl/strings/str_cat.h"

namespace pleat {

absl::Status CheckDatasetFits(absl::string_view what, int64_t rows, int64_t row_bytes) {
  if (row_bytes == 0 || rows <= kMaxDatasetBytes / row_bytes) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat(what, ": ", rows, " rows of ", row_bytes,
                   " pixels do not fit; a data set is held in memory and may have at most ",
                   kMaxDatasetBytes >> 30, " GiB of pixels: set a smaller limit"));
}

}  // namespace pleat
