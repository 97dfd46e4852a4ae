#include "worker/train/group_agreement.h"

#include <algorithm>
#include <array>
#include <string>

#include "common/base/status_macros.h"
#include "common/metrics/classification_sums.h"
#include "worker/distributed/group_status.h"

namespace pleat {

namespace {

// All ranks' strings, in rank order.
absl::StatusOr<std::vector<std::string>> GatherStrings(Group& group, std::string mine) {
  int64_t size = std::ssize(mine);
  std::vector<int64_t> sizes(group.size);
  PLEAT_RETURN_IF_ERROR(group.control->AllGather({&size, 1, Buffer::Type::kInt64},
                                                 {sizes.data(), group.size, Buffer::Type::kInt64}));
  const int64_t longest = *std::max_element(sizes.begin(), sizes.end());
  mine.resize(longest);
  std::string all(longest * group.size, 0);
  PLEAT_RETURN_IF_ERROR(
      group.control->AllGather({mine.data(), longest, Buffer::Type::kByte},
                               {all.data(), longest * group.size, Buffer::Type::kByte}));
  std::vector<std::string> strings;
  for (int rank = 0; rank < group.size; ++rank) {
    strings.push_back(all.substr(rank * longest, sizes[rank]));
  }
  return strings;
}

}  // namespace

absl::StatusOr<StepDecision> AgreeOnStep(Group& group, StepDecision mine) {
  if (group.size == 1) return mine;
  // One small sum says all; only rank 0 puts its decision in.
  const bool decides = group.rank == 0;
  std::array<int64_t, 4> sums = {decides ? static_cast<int64_t>(mine.action) : 0, mine.loss_failed,
                                 decides && mine.save, decides && mine.save_is_done};
  PLEAT_RETURN_IF_ERROR(
      group.control->AllReduceSum({sums.data(), sums.size(), Buffer::Type::kInt64}));
  return StepDecision{static_cast<StepAction>(sums[0]), sums[1] > 0, sums[2] > 0, sums[3] > 0};
}

absl::StatusOr<double> SumOverRanks(Group& group, double mine) {
  if (group.size == 1) return mine;
  PLEAT_RETURN_IF_ERROR(group.control->AllReduceSum({&mine, 1, Buffer::Type::kFloat64}));
  return mine;
}

absl::StatusOr<bool> AnyRank(Group& group, bool mine) {
  PLEAT_ASSIGN_OR_RETURN(const double sum, SumOverRanks(group, mine ? 1 : 0));
  return sum > 0;
}

absl::StatusOr<std::vector<v1::EpochSums>> GatherSums(Group& group, const v1::EpochSums& mine) {
  if (group.size == 1) return std::vector<v1::EpochSums>{mine};
  PLEAT_ASSIGN_OR_RETURN(const std::vector<std::string> bytes,
                         GatherStrings(group, mine.SerializeAsString()));
  std::vector<v1::EpochSums> all(group.size);
  for (int rank = 0; rank < group.size; ++rank) all[rank].ParseFromString(bytes[rank]);
  return all;
}

v1::EpochSums TotalOf(const std::vector<v1::EpochSums>& sums) {
  v1::EpochSums total = sums.front();
  total.clear_seconds();
  for (size_t rank = 1; rank < sums.size(); ++rank) {
    total.set_loss(total.loss() + sums[rank].loss());
    AddSums(sums[rank].classified(), *total.mutable_classified());
  }
  return total;
}

absl::StatusOr<std::string> ReadForGroup(Group& group, const Store& store,
                                         const v1::Artifact& artifact) {
  absl::StatusOr<std::string> bytes = std::string();
  if (group.rank == 0) bytes = store.Read(artifact);
  PLEAT_RETURN_IF_ERROR(StatusOfRankZero(group, bytes.status()));
  if (group.size > 1) PLEAT_RETURN_IF_ERROR(group.control->BroadcastString(*bytes));
  return bytes;
}

absl::StatusOr<std::string> ReadCheckpointFile(Group& group, const Store& store,
                                               const v1::Artifact& artifact) {
  absl::StatusOr<std::string> bytes = ReadForGroup(group, store, artifact);
  if (absl::IsNotFound(bytes.status()) || absl::IsInvalidArgument(bytes.status())) {
    return absl::DataLossError(bytes.status().message());
  }
  return bytes;
}

}  // namespace pleat
