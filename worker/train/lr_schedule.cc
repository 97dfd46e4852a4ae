#include "worker/train/lr_schedule.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "common/metrics/metrics.h"

namespace pleat {
namespace {

class Constant final : public LrSchedule {
 public:
  explicit Constant(double lr) : lr_(lr) {}
  double LearningRate(int64_t /*step*/) const override { return lr_; }

 private:
  const double lr_;
};

class ReduceOnPlateau final : public LrSchedule {
 public:
  ReduceOnPlateau(const v1::ReduceOnPlateauSpec& spec, double lr) : spec_(spec) {
    metric_.set_name(spec.metric());
    metric_.set_goal("auto");
    maximize_ = MetricIsMaximized(metric_);
    state_.set_lr(lr);
    state_.set_best(std::numeric_limits<double>::infinity() * (maximize_ ? -1 : 1));
  }

  double LearningRate(int64_t /*step*/) const override { return state_.lr(); }

  void EndEpoch(const v1::EpochMetrics& metrics) override {
    // Keras's order: the epoch that ends a cooldown is counted.
    if (state_.cooldown() > 0) {
      state_.set_cooldown(state_.cooldown() - 1);
      state_.set_wait(0);
    }
    const double value = MetricValue(metric_, metrics);
    if (IsProgress(value)) {
      state_.set_best(value);
      state_.set_wait(0);
    } else if (state_.cooldown() == 0) {
      state_.set_wait(state_.wait() + 1);
      if (state_.wait() >= spec_.patience()) Reduce();
    }
  }

  void Save(v1::TrainingState& state) const override { *state.mutable_plateau() = state_; }
  void Restore(const v1::TrainingState& state) override { state_ = state.plateau(); }

 private:
  bool IsProgress(double value) const {
    return maximize_ ? value > state_.best() + spec_.min_delta()
                     : value < state_.best() - spec_.min_delta();
  }

  void Reduce() {
    if (state_.lr() <= spec_.min_lr()) return;
    state_.set_lr(std::max(state_.lr() * spec_.factor(), spec_.min_lr()));
    state_.set_cooldown(spec_.cooldown());
    state_.set_wait(0);
  }

  const v1::ReduceOnPlateauSpec spec_;
  v1::MetricSpec metric_;
  bool maximize_ = false;
  v1::PlateauState state_;
};

class Cosine final : public LrSchedule {
 public:
  Cosine(const v1::CosineScheduleSpec& spec, double lr, int64_t total_steps)
      : lr_(lr),
        min_lr_(spec.min_lr()),
        warmup_steps_(static_cast<int64_t>(spec.warmup() * static_cast<double>(total_steps))),
        total_steps_(total_steps) {}

  double LearningRate(int64_t step) const override {
    if (step < warmup_steps_) {
      return lr_ * static_cast<double>(step + 1) / static_cast<double>(warmup_steps_);
    }
    const double t = static_cast<double>(step - warmup_steps_) /
                     static_cast<double>(total_steps_ - warmup_steps_);
    return min_lr_ + (lr_ - min_lr_) * (1 + std::cos(std::numbers::pi * t)) / 2;
  }

 private:
  const double lr_;
  const double min_lr_;
  const int64_t warmup_steps_;
  const int64_t total_steps_;
};

}  // namespace

std::unique_ptr<LrSchedule> MakeLrSchedule(const v1::LrScheduleSpec& spec, double base_lr,
                                           int64_t total_steps) {
  if (spec.has_reduce_on_plateau()) {
    return std::make_unique<ReduceOnPlateau>(spec.reduce_on_plateau(), base_lr);
  }
  if (spec.has_cosine()) return std::make_unique<Cosine>(spec.cosine(), base_lr, total_steps);
  return std::make_unique<Constant>(base_lr);
}

}  // namespace pleat
