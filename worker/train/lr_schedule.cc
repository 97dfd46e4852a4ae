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

// A linear rise over the first steps.
class WarmUp {
 public:
  WarmUp(double share, int64_t total_steps)
      : steps_(static_cast<int64_t>(share * static_cast<double>(total_steps))),
        total_steps_(total_steps) {}

  // The share of the rate that step `step` has.
  double Share(int64_t step) const {
    return step < steps_ ? static_cast<double>(step + 1) / static_cast<double>(steps_) : 1;
  }
  // How far a step behind the warm-up is, in [0, 1).
  double TimeAfter(int64_t step) const {
    return static_cast<double>(step - steps_) / static_cast<double>(total_steps_ - steps_);
  }
  int64_t steps() const { return steps_; }

 private:
  const int64_t steps_;
  const int64_t total_steps_;
};

// From 1 at t = 0 down to 0 at t = 1.
double HalfCosine(double t) { return (1 + std::cos(std::numbers::pi * t)) / 2; }

class Cosine final : public LrSchedule {
 public:
  Cosine(const v1::CosineScheduleSpec& spec, double lr, int64_t total_steps)
      : lr_(lr), min_lr_(spec.min_lr()), warm_up_(spec.warmup(), total_steps) {}

  double LearningRate(int64_t step) const override {
    if (step < warm_up_.steps()) return lr_ * warm_up_.Share(step);
    return min_lr_ + (lr_ - min_lr_) * HalfCosine(warm_up_.TimeAfter(step));
  }

 private:
  const double lr_;
  const double min_lr_;
  const WarmUp warm_up_;
};

class Linear final : public LrSchedule {
 public:
  Linear(const v1::LinearScheduleSpec& spec, double lr, int64_t total_steps)
      : lr_(lr), min_lr_(spec.min_lr()), warm_up_(spec.warmup(), total_steps) {}

  double LearningRate(int64_t step) const override {
    if (step < warm_up_.steps()) return lr_ * warm_up_.Share(step);
    return lr_ + (min_lr_ - lr_) * warm_up_.TimeAfter(step);
  }

 private:
  const double lr_;
  const double min_lr_;
  const WarmUp warm_up_;
};

class Step final : public LrSchedule {
 public:
  Step(const v1::StepScheduleSpec& spec, double lr, int64_t epochs, int64_t steps_per_epoch)
      : lr_(lr),
        factor_(spec.factor()),
        every_steps_(spec.every() * steps_per_epoch),
        warm_up_(spec.warmup(), epochs * steps_per_epoch) {}

  double LearningRate(int64_t step) const override {
    return lr_ * std::pow(factor_, step / every_steps_) * warm_up_.Share(step);
  }

 private:
  const double lr_;
  const double factor_;
  const int64_t every_steps_;
  const WarmUp warm_up_;
};

class OneCycle final : public LrSchedule {
 public:
  OneCycle(const v1::OneCycleScheduleSpec& spec, double lr, int64_t total_steps)
      : first_lr_(lr / spec.div()),
        top_lr_(lr),
        last_lr_(first_lr_ / spec.final_div()),
        top_(spec.warmup() * static_cast<double>(total_steps) - 1),
        end_(static_cast<double>(total_steps - 1)) {}

  double LearningRate(int64_t step) const override {
    const auto now = static_cast<double>(step);
    if (now > top_) return Between(top_lr_, last_lr_, (now - top_) / (end_ - top_));
    // A rise of no step begins at the top.
    return Between(first_lr_, top_lr_, top_ > 0 ? now / top_ : 1);
  }

 private:
  static double Between(double from, double to, double t) {
    return to + (from - to) * HalfCosine(t);
  }

  const double first_lr_;
  const double top_lr_;
  const double last_lr_;
  const double top_;  // the step of the highest rate; need not be whole
  const double end_;  // the last step
};

}  // namespace

std::unique_ptr<LrSchedule> MakeLrSchedule(const v1::LrScheduleSpec& spec, double base_lr,
                                           int64_t epochs, int64_t steps_per_epoch) {
  const int64_t total_steps = epochs * steps_per_epoch;
  switch (spec.form_case()) {
    case v1::LrScheduleSpec::kReduceOnPlateau:
      return std::make_unique<ReduceOnPlateau>(spec.reduce_on_plateau(), base_lr);
    case v1::LrScheduleSpec::kCosine:
      return std::make_unique<Cosine>(spec.cosine(), base_lr, total_steps);
    case v1::LrScheduleSpec::kStep:
      return std::make_unique<Step>(spec.step(), base_lr, epochs, steps_per_epoch);
    case v1::LrScheduleSpec::kLinear:
      return std::make_unique<Linear>(spec.linear(), base_lr, total_steps);
    case v1::LrScheduleSpec::kOneCycle:
      return std::make_unique<OneCycle>(spec.one_cycle(), base_lr, total_steps);
    case v1::LrScheduleSpec::kConstant:
    case v1::LrScheduleSpec::FORM_NOT_SET:
      break;
  }
  return std::make_unique<Constant>(base_lr);
}

}  // namespace pleat
