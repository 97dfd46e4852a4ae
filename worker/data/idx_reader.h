// IDX files, the format of MNIST: two zero bytes, a type, the number of dimensions, their sizes as
// big-endian 32-bit numbers, then the elements. http://yann.lecun.com/exdb/mnist/
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/keep_going.h"
#include "proto/sweep.pb.h"
#include "worker/data/dataset.h"

namespace pleat {

// An array of unsigned bytes.
struct IdxArray {
  std::vector<int64_t> shape;
  std::vector<uint8_t> data;
};

// Reads an IDX file of unsigned bytes with `dimensions` dimensions (3: images, 1: labels),
// optionally gzipped. INVALID_ARGUMENT: another format, type or number of dimensions, no rows,
// truncated, or bytes left over. Asks `keep_going` every few megabytes.
absl::StatusOr<IdxArray> ReadIdx(const std::string& path, int dimensions,
                                 const KeepGoing& keep_going = NeverStops);

// Images and labels as a data set, without groups and digest. INVALID_ARGUMENT also if they have
// different numbers of rows.
absl::StatusOr<Dataset> ReadIdxDataset(const v1::IdxSource& source,
                                       const KeepGoing& keep_going = NeverStops);

}  // namespace pleat
