// Trials of other sweeps as points of a search space.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/search/search_space.h"
#include "proto/artifact.pb.h"
#include "proto/sweep.pb.h"

namespace pleat {

// Where a trial of another sweep stands in a space.
struct TransferredPoint {
  // One value per parameter that is part of the point; empty if the trial does not stand there.
  std::vector<v1::ParameterValue> values;
  // Why it does not: "training.epochs lies outside this space there".
  std::string why_not;
};

// Immutable; any thread may use it.
class PointTransfer {
 public:
  // `spec` is resolved. INVALID_ARGUMENT: as SearchSpace::Make.
  static absl::StatusOr<PointTransfer> Make(const v1::SweepSpec& spec);

  // The point that has what each parameter's field is in the trial's configuration, be it that its
  // search chose it or that its sweep fixed it. There is none if a field is not there, has a value
  // that the space does not, or breaks a link or a constraint. Steps need not be met: the nearest
  // counts.
  TransferredPoint PointOf(const v1::TrialConfig& trial) const;

 private:
  PointTransfer(const v1::SweepSpec& spec, SearchSpace space);
  // The parameter of a dimension.
  const v1::ParameterSpec& ParameterOf(size_t dimension) const;

  v1::SweepSpec spec_;
  SearchSpace space_;
};

}  // namespace pleat
