// A client's side of the network: calls with deadlines and retries.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/simulation/coordinator_host.h"
#include "tests/simulation/process.h"
#include "tests/simulation/world.h"

namespace pleat::simulation {

// Does what the clients of gRPC do: a call gets one answer, that of the coordinator, or
// DEADLINE_EXCEEDED, or UNAVAILABLE. All of it happens in the client's process.
class Connection {
 public:
  using Done = std::function<void(const absl::Status&, const Response&)>;

  Connection(World& world, CoordinatorHost& host, Process& process, size_t link)
      : world_(world), host_(host), process_(process), link_(link) {}

  // A new session.
  void Begin(std::string session);
  // The process is gone, and nobody waits for answers any more.
  void Drop() { open_.clear(); }
  std::string NextRequestId() { return absl::StrCat(session_, "/", ++requests_); }

  // One try.
  void Try(Command request, int64_t timeout_ms, Done done);
  // Tries, with the same request id and growing pauses, until it is answered: as
  // worker/session/coordinator_client does.
  void Call(Command request, Done done);

 private:
  using Request = CoordinatorHost::Request;

  void Send(Request request, int64_t timeout_ms, Done done);
  void CallAgain(Request request, uint32_t failures, Done done);
  void Finish(uint64_t number, const absl::Status& status, const Response& response);

  World& world_;
  CoordinatorHost& host_;
  Process& process_;
  const size_t link_;
  std::string session_;
  uint64_t requests_ = 0;
  uint64_t calls_ = 0;
  std::map<uint64_t, Done> open_;
};

// The coordinator did not answer: it may have done what it was asked to, or not.
bool IsAway(const absl::Status& status);
// The attempt is over.
bool IsStale(const absl::Status& status);

}  // namespace pleat::simulation
