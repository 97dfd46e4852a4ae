#include "worker/session/data_cache.h"

#include <new>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/config/data_paths.h"
#include "common/config/trial_config.h"

namespace pleat {
namespace {

std::string KeyOf(const v1::DataSpec& spec, const v1::PredefinedSplitSpec& predefined) {
  return absl::StrCat(DeterministicBytes(spec), "|", DeterministicBytes(predefined));
}

}  // namespace

absl::StatusOr<std::shared_ptr<const SweepData>> DataCache::Read(
    const v1::DataSpec& spec, const v1::PredefinedSplitSpec& predefined,
    const KeepGoing& keep_going) try {
  // The old data goes first: both together may not fit.
  data_.reset();
  v1::DataSpec here = spec;
  v1::PredefinedSplitSpec predefined_here = predefined;
  if (!data_root_.empty()) MoveDataRoot(data_root_, &here, &predefined_here);
  absl::StatusOr<SweepData> data = ReadSweepData(here, predefined_here, keep_going);
  if (absl::IsResourceExhausted(data.status()) || absl::IsUnavailable(data.status()) ||
      absl::IsCancelled(data.status())) {
    return data.status();
  }
  if (!data.ok()) return absl::FailedPreconditionError(data.status().message());
  data_ = std::make_shared<const SweepData>(*std::move(data));
  key_ = KeyOf(spec, predefined);
  return data_;
} catch (const std::bad_alloc&) {
  return absl::ResourceExhaustedError(
      "the data sets do not fit into this worker's memory: use a larger machine, or set the data "
      "sets' limit");
}

absl::StatusOr<std::shared_ptr<const SweepData>> DataCache::Get(
    const v1::DataSpec& spec, const v1::PredefinedSplitSpec& predefined,
    const KeepGoing& keep_going) {
  if (data_ != nullptr && KeyOf(spec, predefined) == key_) return data_;
  return Read(spec, predefined, keep_going);
}

absl::StatusOr<std::shared_ptr<const SweepData>> DataCache::GetChecked(
    const v1::DataSpec& spec, const v1::PredefinedSplitSpec& predefined,
    const google::protobuf::RepeatedPtrField<v1::DatasetInfo>& prepared,
    const KeepGoing& keep_going) {
  PLEAT_ASSIGN_OR_RETURN(std::shared_ptr<const SweepData> data, Get(spec, predefined, keep_going));
  for (const v1::DatasetInfo& info : prepared) {
    const Dataset* dataset = data->find(info.split());
    if (dataset != nullptr && dataset->sha256 == info.data_sha256()) continue;
    // Files may be put right; the next task should look again.
    data_.reset();
    return absl::FailedPreconditionError(absl::StrCat(
        "the ", info.split(),
        " data on this worker is not what it was when the sweep was prepared (SHA-256 ",
        dataset == nullptr ? "absent" : dataset->sha256.substr(0, 12), ", expected ",
        info.data_sha256().substr(0, 12),
        "): restore the files and start the worker again, or submit the sweep under another name"));
  }
  return data;
}

}  // namespace pleat
