// The client's side of SweepService.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/ids.h"
#include "proto/coordinator.grpc.pb.h"

namespace pleat {

// Calls block, are tried again with the same request id while the coordinator is away, and give up
// after `patience_ms` with UNAVAILABLE and a message that says what to do: the coordinator's own,
// if it answers but cannot serve. All but Watch end with CANCELLED soon after `stop` turned true.
// Thread-safe.
class Connection {
 public:
  static constexpr int64_t kPatienceMs = 4'000;

  // `stop`, if any, must outlive this.
  explicit Connection(std::string address, int64_t patience_ms = kPatienceMs,
                      const std::atomic<bool>* stop = nullptr);
  // Over a channel of somebody else's to what is called `address`.
  Connection(const std::shared_ptr<grpc::ChannelInterface>& channel, std::string address,
             int64_t patience_ms, const std::atomic<bool>* stop);

  const std::string& address() const { return address_; }

  absl::StatusOr<v1::SubmitResponse> Submit(const std::string& source, const v1::SweepSpec& spec);
  absl::StatusOr<v1::ListResponse> List();
  // NOT_FOUND names sweeps with a similar name.
  absl::StatusOr<v1::GetResponse> Get(const std::string& name);
  absl::StatusOr<v1::ExplainResponse> Explain(const v1::ExplainRequest& request);
  absl::Status Cancel(v1::CancelRequest request);
  absl::StatusOr<v1::ExtendResponse> Extend(v1::ExtendRequest request);
  absl::StatusOr<v1::RetryResponse> Retry(v1::RetryRequest request);
  absl::StatusOr<v1::ChangeLimitsResponse> ChangeLimits(v1::ChangeLimitsRequest request);
  // Returns when the files are gone, which may take longer than the patience.
  absl::Status Remove(const std::string& name);

  // Calls `event` for each event from `from_sequence` on, beginning with an empty one as soon as
  // the coordinator answers, until the sweep ends, `event` returns false (OK), or the connection
  // breaks (UNAVAILABLE). Another thread may end it by context.TryCancel() (CANCELLED).
  absl::Status Watch(grpc::ClientContext& context, const std::string& name, uint64_t from_sequence,
                     bool progress, const std::function<bool(const v1::WatchResponse&)>& event);
  // Calls `chunk` for each chunk of the ensemble's files from (path, offset) on. One try:
  // UNAVAILABLE as soon as the connection breaks.
  absl::Status GetEnsemble(
      const v1::GetEnsembleRequest& request,
      const std::function<absl::Status(const v1::GetEnsembleResponse&)>& chunk);
  // Calls `message` for each message of a backup. One try, as GetEnsemble.
  absl::Status Backup(const std::function<absl::Status(const v1::BackupResponse&)>& message);

 private:
  template <typename Request, typename Response>
  using Method = grpc::Status (v1::SweepService::Stub::*)(grpc::ClientContext*, const Request&,
                                                          Response*);
  // Each try may take `least_timeout_ms`, or the patience if that is longer.
  template <typename Request, typename Response>
  absl::Status Call(Method<Request, Response> method, const Request& request, Response& response,
                    int64_t least_timeout_ms = 0);
  bool stopped() const { return stop_ != nullptr && *stop_; }
  // What to tell people about the status of the call of `context`.
  absl::Status Explained(const absl::Status& status, const grpc::ClientContext& context) const;
  // The same error, with the names of similar sweeps if `name` is not one.
  absl::Status WithSuggestion(const absl::Status& status, const std::string& name);

  const std::string address_;
  const int64_t patience_ms_;
  const std::atomic<bool>* const stop_;  // null: never
  RequestIds request_ids_;
  std::unique_ptr<v1::SweepService::Stub> stub_;
};

}  // namespace pleat
