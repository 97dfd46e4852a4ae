// Child processes that are kept alive.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <ios>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace pleat {

// A program to keep running.
struct ChildSpec {
  std::string name;                  // "worker 1"
  std::vector<std::string> command;  // path and arguments
  std::string log_file;              // its output, errors and restarts are appended here
  // Variables added to this process's environment.
  std::map<std::string, std::string> environment;
  // A life that ends by itself sooner than this after its start was short.
  int64_t short_life_ms = 5'000;
};

// Starts children and starts them again, with growing pauses, whenever they end. Children are
// process groups of their own, so that Ctrl-C reaches only this process, and end by SIGTERM when
// this process dies in whatever way. Not thread-safe.
class Supervisor {
 public:
  // A child with this many short lives in a row is given up; one that was killed starts again
  // however often.
  static constexpr int kMaxShortLives = 5;

  Supervisor() = default;
  // Kills what still runs.
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  // Starts a child now.
  absl::Status Start(const ChildSpec& spec, int64_t now_ms);
  // From its next start on the child of this name is what `spec` says.
  void Respecify(const ChildSpec& spec);
  // Reaps children that ended and starts those that are due again; call it often. Errors say which
  // child cannot be kept alive and end with the last lines of its log: INVALID_ARGUMENT or
  // FAILED_PRECONDITION when it refused its arguments (exit codes 2 and 4), RESOURCE_EXHAUSTED when
  // the coordinator could not write its journal (74), INTERNAL after too many short lives.
  absl::Status Poll(int64_t now_ms);
  // Asks children whose name begins with `prefix` to end, waits up to `grace_ms`, then kills them.
  // They are not started again.
  void Stop(const std::string& prefix, int64_t grace_ms);

  // Number of times children were started again.
  int restarts() const { return restarts_; }

 private:
  struct Child {
    ChildSpec spec;
    pid_t pid = -1;                // -1: waits for its next start
    std::streamoff log_begin = 0;  // where the log of this life begins
    int64_t started_ms = 0;
    int64_t next_start_ms = 0;
    int short_lives = 0;
  };

  absl::Status Spawn(Child& child, int64_t now_ms);
  absl::Status Ended(Child& child, int wait_status, int64_t now_ms);

  std::vector<Child> children_;
  int restarts_ = 0;
};

// The mode of this program in which it becomes a child: dies with its parent, then runs the
// command. argv: pleat __child PARENT_PID COMMAND…; returns only on failure.
int RunAsChild(int argc, char** argv);

}  // namespace pleat
