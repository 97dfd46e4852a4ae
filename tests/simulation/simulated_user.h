// Somebody who submits sweeps and changes them.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "tests/simulation/connection.h"
#include "tests/simulation/process.h"
#include "tests/simulation/world.h"

namespace pleat::simulation {

// One thing that somebody does; it is asked until it is answered, however long that takes.
struct UserStep {
  Command request;
  // What becomes of a refusal (FAILED_PRECONDITION, NOT_FOUND): it is asked again, as a new
  // request, a little later; or this and the next step are left out.
  enum class IfRefused { kAskAgain, kSkipNext };
  IfRefused if_refused = IfRefused::kAskAgain;
  // What the answer must be; until then it is asked again. Empty: any will do.
  std::function<bool(const Response&)> awaits = {};
};

// Does its steps one after another, with pauses.
class SimulatedUser {
 public:
  SimulatedUser(World& world, CoordinatorHost& host, size_t link, std::vector<UserStep> steps);

  void Start();
  bool done() const { return next_ == steps_.size(); }

 private:
  void DoNext();
  void Hear(const absl::Status& status, const Response& response);
  void GoOn(size_t steps);

  World& world_;
  Process process_;
  Connection connection_;
  std::vector<UserStep> steps_;
  size_t next_ = 0;
};

}  // namespace pleat::simulation
