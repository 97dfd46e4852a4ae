#include "tests/simulation/connection.h"

#include "common/base/retry.h"

namespace pleat::simulation {
namespace {

constexpr int64_t kCallTimeoutMs = 10'000;
constexpr Backoff kBackoff{.initial_ms = 100, .max_ms = 2'000};

}  // namespace

bool IsAway(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
         absl::IsCancelled(status);
}

bool IsStale(const absl::Status& status) {
  return absl::IsFailedPrecondition(status) || absl::IsNotFound(status);
}

void Connection::Begin(std::string session) {
  session_ = std::move(session);
  requests_ = 0;
}

void Connection::Try(Command request, int64_t timeout_ms, Done done) {
  Send(std::make_shared<const Command>(std::move(request)), timeout_ms, std::move(done));
}

void Connection::Call(Command request, Done done) {
  CallAgain(std::make_shared<const Command>(std::move(request)), 0, std::move(done));
}

void Connection::CallAgain(Request request, uint32_t failures, Done done) {
  Send(request, kCallTimeoutMs,
       [this, request, failures, done = std::move(done)](const absl::Status& status,
                                                         const Response& response) {
         if (!IsAway(status)) return done(status, response);
         world_.watchdog.Count("call tried again");
         process_.After(BackoffMs(kBackoff, failures, link_), [this, request, failures, done] {
           CallAgain(request, failures + 1, done);
         });
       });
}

void Connection::Send(Request request, int64_t timeout_ms, Done done) {
  const uint64_t number = ++calls_;
  open_.emplace(number, std::move(done));
  process_.After(timeout_ms, [this, number] {
    if (!open_.contains(number)) return;
    world_.network.Send(link_, Direction::kToCoordinator,
                        [this, number] { host_.Forget(link_, number); });
    Finish(number, absl::DeadlineExceededError("no answer in time"), std::monostate());
  });
  const auto answer = [this, number](const absl::Status& status, const Response& response) {
    process_.After(0, [this, number, status, response] { Finish(number, status, response); });
  };
  world_.network.Send(link_, Direction::kToCoordinator,
                      [this, number, life = host_.life(), request = std::move(request), answer] {
                        host_.Receive(life, link_, number, request, answer);
                      });
}

void Connection::Finish(uint64_t number, const absl::Status& status, const Response& response) {
  auto done = open_.extract(number);
  if (!done.empty()) done.mapped()(status, response);
}

}  // namespace pleat::simulation
