#include "common/base/clock.h"

#include <chrono>

namespace pleat {
namespace {

template <typename MachineClock>
int64_t NowMs() {
  const auto since_epoch = MachineClock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count();
}

class MachineClocks final : public Clock {
 public:
  int64_t SteadyMs() const override { return NowMs<std::chrono::steady_clock>(); }
  int64_t UnixMs() const override { return NowMs<std::chrono::system_clock>(); }
};

}  // namespace

const Clock& SystemClock() {
  static const MachineClocks clocks;
  return clocks;
}

}  // namespace pleat
