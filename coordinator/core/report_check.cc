#include "coordinator/core/report_check.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/config/trial_config.h"
#include "common/store/store_layout.h"
#include "common/store/store_path.h"

namespace pleat {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

uint32_t EpochsOf(const Sweep& sweep, const TaskKey& key) {
  return EpochCount(sweep.trials[key.trial].config.training());
}

// Where the task is known to have come to.
uint32_t FurthestEpoch(const TaskState& task) {
  return std::max(task.furthest_epoch, task.checkpoint.has_value() ? task.checkpoint->epoch() : 0);
}

absl::Status CheckTrains(const TaskKey& key) {
  if (key.kind == TaskKind::kTrainFold) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(TaskText(key), " has no epochs"));
}

// What the paths of a task's files begin with, up to the attempt's number.
std::string StemOf(const Sweep& sweep, const TaskKey& key) {
  std::string first = layout::AttemptFolder(sweep.name, TaskId(key), 0);
  first.pop_back();
  return first;
}

// True if `path` lies below attempt_<n>, n from 1 to `attempt`, of the task with this stem.
bool IsOfTask(std::string_view stem, uint64_t attempt, std::string_view path) {
  if (!path.starts_with(stem)) return false;
  const std::string_view rest = path.substr(stem.size());
  const std::string number(rest.substr(0, rest.find('/')));
  uint64_t of = 0;
  return number.size() < rest.size() && absl::SimpleAtoi(number, &of) && of >= 1 && of <= attempt &&
         absl::StrCat(of) == number && SplitStorePath(path).ok();
}

bool IsSha256(std::string_view text) {
  return text.empty() || (text.size() == 64 && std::ranges::all_of(text, [](unsigned char c) {
                            return absl::ascii_isxdigit(c) && !absl::ascii_isupper(c);
                          }));
}

class Files {
 public:
  Files(const Sweep& sweep, const TaskKey& key, uint64_t attempt)
      : stem_(StemOf(sweep, key)), key_(key), attempt_(attempt) {}

  // Every Artifact in a message, at any depth.
  absl::Status Check(const Message& message) const {
    if (message.GetDescriptor() == v1::Artifact::descriptor()) {
      return CheckFile(static_cast<const v1::Artifact&>(message));
    }
    const auto& reflection = *message.GetReflection();
    std::vector<const FieldDescriptor*> fields;
    reflection.ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
      if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
      if (!field->is_repeated()) {
        PLEAT_RETURN_IF_ERROR(Check(reflection.GetMessage(message, field)));
        continue;
      }
      for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
        PLEAT_RETURN_IF_ERROR(Check(reflection.GetRepeatedMessage(message, field, i)));
      }
    }
    return absl::OkStatus();
  }

 private:
  absl::Status CheckFile(const v1::Artifact& file) const {
    if (!IsOfTask(stem_, attempt_, file.path())) {
      return absl::InvalidArgumentError(
          absl::StrCat("'", file.path(), "' is no file of attempt ", attempt_, " of ",
                       TaskText(key_), "; an attempt writes below ", stem_, attempt_));
    }
    if (file.size() > kMostFileBytes) {
      return absl::InvalidArgumentError(
          absl::StrCat(file.path(), " is said to have ", file.size(), " bytes"));
    }
    if (IsSha256(file.sha256())) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat("the SHA-256 of ", file.path(), " is not 64 lower-case hex digits"));
  }

  const std::string stem_;
  const TaskKey key_;
  const uint64_t attempt_;
};

}  // namespace

absl::Status CheckEpoch(const Sweep& sweep, const TaskKey& key, const v1::EpochMetrics& metrics) {
  PLEAT_RETURN_IF_ERROR(CheckTrains(key));
  const uint32_t epochs = EpochsOf(sweep, key);
  if (metrics.epoch() < 1 || metrics.epoch() > epochs) {
    return absl::InvalidArgumentError(absl::StrCat(TaskText(key), " has epochs 1 to ", epochs,
                                                   "; epoch ", metrics.epoch(), " is none"));
  }
  const uint32_t furthest = FurthestEpoch(sweep.tasks.at(key));
  if (metrics.epoch() <= furthest + 1) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(TaskText(key), " has come to epoch ", furthest,
                                                 "; epoch ", metrics.epoch(),
                                                 " cannot be the next"));
}

absl::Status CheckCheckpoint(const Sweep& sweep, const TaskKey& key, uint64_t attempt,
                             const v1::Checkpoint& checkpoint) {
  PLEAT_RETURN_IF_ERROR(CheckTrains(key));
  const uint32_t epochs = EpochsOf(sweep, key);
  if (checkpoint.epoch() > epochs) {
    return absl::InvalidArgumentError(absl::StrCat("a checkpoint after epoch ", checkpoint.epoch(),
                                                   " of ", TaskText(key), ", which has ", epochs,
                                                   " epochs"));
  }
  return Files(sweep, key, attempt).Check(checkpoint);
}

absl::Status CheckResultFiles(const Sweep& sweep, const TaskKey& key, uint64_t attempt,
                              const v1::TaskResult& result) {
  return Files(sweep, key, attempt).Check(result);
}

}  // namespace pleat
