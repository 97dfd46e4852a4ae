// Identities, drawn from the machine's entropy; only ever labels, never part of a decision.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace pleat {

// 16 lower-case hex characters: names one run of a process towards the coordinator.
std::string NewSessionId();

// A random UUID (RFC 4122, version 4), lower case with hyphens.
std::string NewUuid();

// Request ids "<session>/<n>", n = 1, 2, …: a retry sends the id of its first try again, and gets
// that try's answer. Thread-safe.
class RequestIds {
 public:
  explicit RequestIds(std::string session);

  std::string Next();
  const std::string& session() const { return session_; }

 private:
  const std::string session_;
  std::atomic<uint64_t> last_{0};
};

}  // namespace pleat
