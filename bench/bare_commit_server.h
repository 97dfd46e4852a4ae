// What the coordinator is measured against: the least that answers a worker's calls durably.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "proto/coordinator.pb.h"

namespace pleat {

// Unary gRPC and group commit with SQLite, and nothing else: a call becomes a row, one thread
// commits all rows that wait in one transaction, set up as the coordinator's journal is, and only
// then answers them; heartbeats it answers at once. Nothing is checked, looked up, kept in memory
// or protected by a checksum.
class BareCommitServer {
 public:
  // Keeps its files in `folder`, and gives everybody this lease. A commit that fails ends the
  // process.
  static absl::StatusOr<std::unique_ptr<BareCommitServer>> Start(const std::string& folder,
                                                                 v1::Lease lease);
  virtual ~BareCommitServer() = default;

  // A connection of its own, as another process would have.
  virtual std::shared_ptr<grpc::Channel> Connect() const = 0;
};

}  // namespace pleat
