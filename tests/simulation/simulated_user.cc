#include "tests/simulation/simulated_user.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"

namespace pleat::simulation {
namespace {

constexpr int64_t kAskAgainMs = 2'000;
constexpr int64_t kLongestPauseMs = 15'000;

void SetRequestId(Command& command, const std::string& id) {
  std::visit(
      [&](auto& request) {
        if constexpr (requires { request.set_request_id(id); }) request.set_request_id(id);
      },
      command);
}

}  // namespace

SimulatedUser::SimulatedUser(World& world, CoordinatorHost& host, size_t link,
                             std::vector<UserStep> steps)
    : world_(world),
      process_(world.events),
      connection_(world, host, process_, link),
      steps_(std::move(steps)) {
  connection_.Begin(absl::StrCat("u", link));
}

void SimulatedUser::Start() {
  process_.After(world_.dice.Between(0, 1'000), [this] { DoNext(); });
}

void SimulatedUser::DoNext() {
  Command request = steps_[next_].request;
  SetRequestId(request, connection_.NextRequestId());
  connection_.Call(
      std::move(request),
      [this](const absl::Status& status, const Response& response) { Hear(status, response); });
}

void SimulatedUser::Hear(const absl::Status& status, const Response& response) {
  const UserStep& step = steps_[next_];
  if (status.ok() && (!step.awaits || step.awaits(response))) {
    world_.watchdog.Count("user was answered", "step ", next_);
    return GoOn(1);
  }
  if (absl::IsResourceExhausted(status)) {
    world_.watchdog.Count("user was refused for want of space");
  } else if (!status.ok() && !IsStale(status)) {
    return world_.watchdog.Violate("a user was refused: ", status.message());
  }
  // What is not there yet may come.
  if (absl::IsFailedPrecondition(status) && step.if_refused == UserStep::IfRefused::kSkipNext) {
    return GoOn(2);
  }
  process_.After(kAskAgainMs, [this] { DoNext(); });
}

void SimulatedUser::GoOn(size_t steps) {
  next_ = std::min(next_ + steps, steps_.size());
  if (!done()) process_.After(world_.dice.Between(0, kLongestPauseMs), [this] { DoNext(); });
}

}  // namespace pleat::simulation
