// The decoded data of the last sweep, kept between tasks.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/keep_going.h"
#include "proto/sweep.pb.h"
#include "proto/task.pb.h"
#include "worker/data/sweep_data.h"

namespace pleat {

// Errors: FAILED_PRECONDITION says what is wrong with the data on this machine: they are missing,
// unreadable, or do not hold; RESOURCE_EXHAUSTED: they do not fit. Not thread-safe.
class DataCache {
 public:
  // `data_root`, if not empty, stands for the sweep's data.root on this machine.
  explicit DataCache(std::string data_root) : data_root_(std::move(data_root)) {}

  // Reads the sweep's data sets (see ReadSweepData) from their files, and asks `keep_going` on the
  // way.
  absl::StatusOr<std::shared_ptr<const SweepData>> Read(const v1::DataSpec& spec,
                                                        const v1::PredefinedSplitSpec& predefined,
                                                        const KeepGoing& keep_going = NeverStops);
  // Reads them, or gives those in memory if they are of the same spec.
  absl::StatusOr<std::shared_ptr<const SweepData>> Get(const v1::DataSpec& spec,
                                                       const v1::PredefinedSplitSpec& predefined,
                                                       const KeepGoing& keep_going = NeverStops);
  // The same, checked against what the data was when the sweep was prepared.
  absl::StatusOr<std::shared_ptr<const SweepData>> GetChecked(
      const v1::DataSpec& spec, const v1::PredefinedSplitSpec& predefined,
      const google::protobuf::RepeatedPtrField<v1::DatasetInfo>& prepared,
      const KeepGoing& keep_going = NeverStops);

 private:
  const std::string data_root_;
  std::string key_;
  std::shared_ptr<const SweepData> data_;
};

}  // namespace pleat
