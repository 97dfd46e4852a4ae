#include "worker/train/group_agreement.h"

#include <array>
#include <string>

#include "common/base/status_macros.h"
#include "worker/distributed/group_status.h"

namespace pleat {

absl::StatusOr<StepDecision> AgreeOnStep(Group& group, StepDecision mine) {
  if (group.size == 1) return mine;
  // One small sum says both; only rank 0 puts its action in.
  std::array<int64_t, 2> sums = {group.rank == 0 ? static_cast<int64_t>(mine.action) : 0,
                                 mine.loss_failed ? 1 : 0};
  PLEAT_RETURN_IF_ERROR(
      group.control->AllReduceSum({sums.data(), sums.size(), Buffer::Type::kInt64}));
  return StepDecision{static_cast<StepAction>(sums[0]), sums[1] > 0};
}

absl::StatusOr<std::vector<v1::EpochSums>> GatherSums(Group& group, const v1::EpochSums& mine) {
  if (group.size == 1) return std::vector<v1::EpochSums>{mine};
  using Numbers = std::array<double, 4>;
  Numbers send = {mine.loss(), static_cast<double>(mine.correct()),
                  static_cast<double>(mine.rows()), mine.seconds()};
  std::vector<Numbers> receive(group.size);
  const int64_t count = send.size();
  PLEAT_RETURN_IF_ERROR(
      group.control->AllGather({send.data(), count, Buffer::Type::kFloat64},
                               {receive.data(), count * group.size, Buffer::Type::kFloat64}));
  std::vector<v1::EpochSums> all(group.size);
  for (int rank = 0; rank < group.size; ++rank) {
    all[rank].set_loss(receive[rank][0]);
    all[rank].set_correct(static_cast<uint64_t>(receive[rank][1]));
    all[rank].set_rows(static_cast<uint64_t>(receive[rank][2]));
    all[rank].set_seconds(receive[rank][3]);
  }
  return all;
}

v1::EpochSums TotalOf(const std::vector<v1::EpochSums>& sums) {
  v1::EpochSums total;
  for (const v1::EpochSums& of_rank : sums) {
    total.set_loss(total.loss() + of_rank.loss());
    total.set_correct(total.correct() + of_rank.correct());
    total.set_rows(total.rows() + of_rank.rows());
  }
  return total;
}

absl::StatusOr<std::string> ReadForGroup(Group& group, const Store& store,
                                         const v1::Artifact& artifact) {
  absl::StatusOr<std::string> bytes = std::string();
  if (group.rank == 0) bytes = store.Read(artifact);
  if (absl::IsNotFound(bytes.status())) bytes = absl::DataLossError(bytes.status().message());
  PLEAT_RETURN_IF_ERROR(StatusOfRankZero(group, bytes.status()));
  if (group.size > 1) PLEAT_RETURN_IF_ERROR(group.control->BroadcastString(*bytes));
  return bytes;
}

}  // namespace pleat
