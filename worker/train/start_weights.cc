#include "worker/train/start_weights.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "common/config/trial_config.h"
#include "common/store/safetensors.h"
#include "worker/model/stored_tensor.h"
#include "worker/train/group_agreement.h"

namespace pleat {
namespace {

using Names = google::protobuf::RepeatedPtrField<std::string>;

// The first few names: enough to see what the two models are.
std::string SomeOf(const Names& names) {
  constexpr int kMost = 6;
  const int shown = std::min(names.size(), kMost);
  std::string text = absl::StrJoin(names.begin(), names.begin() + shown, ", ");
  if (names.size() > shown) absl::StrAppend(&text, " and ", names.size() - shown, " more");
  return text;
}

absl::Status CheckFit(const v1::WeightTransfer& transfer, bool all_must_fit) {
  std::vector<std::string> wrong;
  if (transfer.misfits_size() > 0) {
    wrong.push_back(absl::StrCat("of another shape: ", SomeOf(transfer.misfits())));
  }
  if (transfer.missing_size() > 0) {
    wrong.push_back(absl::StrCat("missing: ", SomeOf(transfer.missing())));
  }
  if (transfer.taken_size() == 0) {
    return absl::InvalidArgumentError(absl::StrCat("no tensor fits this model; ",
                                                   absl::StrJoin(wrong, "; "),
                                                   ": choose the model of the earlier sweep"));
  }
  // A model that leaves a tensor out, such as the statistics of its inputs, is another one.
  if (transfer.unused_size() > 0) {
    wrong.push_back(absl::StrCat("not in this model: ", SomeOf(transfer.unused())));
  }
  if (!all_must_fit || wrong.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "all tensors must fit (training.start_from.strict: true, or training.train: false); ",
      absl::StrJoin(wrong, "; "),
      ": choose the model and the training.normalization of the earlier sweep"));
}

// A tensor of the model and what is to be copied into it.
using Copy = std::pair<at::Tensor, at::Tensor>;

// Takes `entry` out of `stored` and notes what became of it; appends a copy if it fits.
absl::Status Match(const FlatEntry& entry, std::map<std::string, SafeTensor>& stored,
                   v1::WeightTransfer* transfer, std::vector<Copy>* copies) {
  const auto found = stored.find(entry.name);
  if (found == stored.end()) {
    transfer->add_missing(entry.name);
    return absl::OkStatus();
  }
  const SafeTensor tensor = found->second;
  stored.erase(found);
  if (!HasShapeOf(tensor, entry.tensor)) {
    transfer->add_misfits(
        absl::StrCat(entry.name, " ", ShapeText(tensor), ", here ", ShapeText(entry.tensor)));
    return absl::OkStatus();
  }
  PLEAT_ASSIGN_OR_RETURN(at::Tensor values, LoadTensor(tensor));
  copies->emplace_back(entry.tensor, std::move(values));
  transfer->add_taken(entry.name);
  return absl::OkStatus();
}

absl::Status AsDataLoss(const absl::Status& status) {
  return absl::IsInvalidArgument(status) ? absl::DataLossError(status.message()) : status;
}

// DATA_LOSS would mean files of this fold, which another attempt makes anew.
absl::Status AsBadInput(const absl::Status& status, const v1::StartWeights& start) {
  const absl::Status annotated =
      Annotate(status, absl::StrCat("the weights to begin with (", start.origin(), ")"));
  if (!absl::IsDataLoss(status)) return annotated;
  return absl::InvalidArgumentError(
      absl::StrCat(annotated.message(),
                   "; name other weights in training.start_from, or train that sweep again"));
}

}  // namespace

absl::StatusOr<v1::WeightTransfer> TakeWeights(std::string_view bytes, bool all_must_fit,
                                               FlatParameters& parameters) {
  const absl::StatusOr<std::vector<SafeTensor>> tensors = DecodeSafetensors(bytes);
  PLEAT_RETURN_IF_ERROR(AsDataLoss(tensors.status()));
  std::map<std::string, SafeTensor> stored;
  for (const SafeTensor& tensor : *tensors) stored[tensor.name] = tensor;

  v1::WeightTransfer transfer;
  std::vector<Copy> copies;
  for (const std::vector<FlatEntry>* entries :
       {&parameters.parameters(), &parameters.statistics()}) {
    for (const FlatEntry& entry : *entries) {
      PLEAT_RETURN_IF_ERROR(AsDataLoss(Match(entry, stored, &transfer, &copies)));
    }
  }
  for (const auto& [name, tensor] : stored) transfer.add_unused(name);
  PLEAT_RETURN_IF_ERROR(CheckFit(transfer, all_must_fit));

  const at::NoGradGuard no_grad;
  for (auto& [to, from] : copies) to.copy_(from);
  return transfer;
}

absl::StatusOr<v1::WeightTransfer> BeginWithWeights(const FoldJob& job, Group& group,
                                                    const Store& store, FoldParts& parts) {
  const v1::StartWeights& start = job.task.start_weights();
  const v1::TrainingSpec& training = job.task.config().training();
  const absl::StatusOr<std::string> bytes = ReadForGroup(group, store, start.weights());
  PLEAT_RETURN_IF_ERROR(AsBadInput(bytes.status(), start));
  absl::StatusOr<v1::WeightTransfer> transfer =
      TakeWeights(*bytes, training.start_from().strict() || OnlyUsesWeights(training),
                  parts.model->parameters());
  PLEAT_RETURN_IF_ERROR(AsBadInput(transfer.status(), start));
  if (parts.average != nullptr) parts.average->Reset(parts.model->parameters());
  if (group.rank == 0) {
    Log(LogLevel::kInfo, "begins with earlier weights",
        {{"origin", start.origin()},
         {"taken", transfer->taken_size()},
         {"missing", transfer->missing_size()},
         {"misfits", absl::StrJoin(transfer->misfits(), "; ")},
         {"unused", transfer->unused_size()}});
  }
  return transfer;
}

}  // namespace pleat
