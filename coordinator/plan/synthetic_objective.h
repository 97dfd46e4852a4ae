// A made-up world for a search: how good each configuration is, and how it gets there.
//
// Everything is a pure function of (seed, point of the search space, fold, epoch). The shape and
// the sizes are those of the learning curves that racing is measured on (bench/peers/pruners.py):
//
//   loss(t) = end + (start - end) exp(-30 t / (E tau)) + fold + interaction + noise(t)
//
// t: epoch, from 1; E: `training.epochs` of the sweep. `end`, `tau` and `start` are smooth random
// functions of the point, sums of 32 cosines (random Fourier features; Rahimi and Recht 2007) with
// another length scale along each parameter; categories have no order. `end` goes with the share q
// of the space that is better: 0.02 + 0.08 q, and the worst 15 % fail, up to 0.25 more. tau lies in
// 1.5 … 9, start in 0.4 … 0.9. Standard deviations: 0.006 of a fold, 0.003 of the interaction of a
// point with a fold, 0.003 of an epoch's noise, three times as much at the beginning.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/search/search_space.h"
#include "proto/artifact.pb.h"
#include "proto/sweep.pb.h"

namespace pleat {

// Smooth in the coordinates of a cube; over many seeds normal with mean 0 and variance 1.
class SmoothFunction {
 public:
  SmoothFunction(uint64_t seed, size_t dimensions);
  double At(const std::vector<double>& point) const;

 private:
  std::vector<std::vector<double>> frequencies_;  // [cosine][dimension]
  std::vector<double> phases_;
};

// The learning curves of one configuration.
struct SyntheticCurve {
  uint64_t seed = 0;  // of the world
  uint64_t key = 0;   // of the world and the configuration
  double end = 0;
  double start = 0;
  double decay = 0;  // of the gap, per epoch

  // Without fold and noise.
  double SmoothLossAt(uint32_t epoch) const;
  // Within 0.0001 … 1; `epoch` counts from 1.
  double LossAt(uint32_t fold, uint32_t epoch) const;
};

// Immutable; any thread may use it.
class SyntheticObjective {
 public:
  // `spec` is resolved. INVALID_ARGUMENT: as SearchSpace::Make.
  static absl::StatusOr<SyntheticObjective> Make(const v1::SweepSpec& spec, uint64_t seed);

  SyntheticCurve CurveOf(const std::vector<v1::ParameterValue>& point) const;
  // The share of random points of the space whose loss after `training.epochs` is lower than the
  // curve's, from 0 to 1, noise apart.
  double BetterShare(const SyntheticCurve& curve) const;
  // False: there is but one configuration.
  bool HasParameters() const { return !space_.dimensions().empty(); }

 private:
  SyntheticObjective(SearchSpace space, uint64_t seed, uint32_t epochs);
  // Coordinates as the smooth functions take them, one per dimension.
  std::vector<double> PlaceOf(const std::vector<v1::ParameterValue>& point) const;
  SyntheticCurve CurveAt(const std::vector<double>& place) const;
  // Fills ends_ and losses_.
  void MeasureSpace();

  SearchSpace space_;
  uint64_t seed_;
  uint32_t epochs_;
  SmoothFunction end_, decay_, start_;
  std::vector<double> ends_;    // of end_ at random points, ascending
  std::vector<double> losses_;  // after epochs_, of the same points, ascending
};

}  // namespace pleat
