// Worlds of synthetic learning curves that pruning rules are measured on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pleat {

enum class CurveKind {
  kRecorded,   // peers/pruners.py's generator, the same draws from the same seeds
  kPower,      // approaches by a power of the epoch, which it draws the speeds as
  kCrossing,   // the better a configuration ends, the slower it is
  kHeavy,      // epoch noise of Student's t with 3 degrees of freedom, twice as wide
  kFoldNoise,  // folds differ in noise by up to eight times
  kSchedule,   // all curves rise late, as with a learning rate that falls like a cosine
  kEqual,      // all configurations are the same
  kImproving,  // the worst configuration comes first
  kWorsening,  // the best comes first
};

struct World {
  std::string name;
  CurveKind kind = CurveKind::kRecorded;
  uint32_t folds = 8;
  uint32_t epochs = 30;
};

inline constexpr uint32_t kConfigurations = 64;

struct Curves {
  std::vector<std::vector<std::vector<double>>> accuracy;  // [configuration][fold][epoch]
  std::vector<double> truth;                               // after the last epoch, free of noise
};

Curves DrawCurves(const World& world, uint32_t seed);

}  // namespace pleat
