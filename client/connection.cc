#include "client/connection.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/clock.h"
#include "common/base/failpoint.h"
#include "common/base/grpc_status.h"
#include "common/base/retry.h"
#include "common/base/status_macros.h"
#include "common/config/did_you_mean.h"

namespace pleat {
namespace {

constexpr Backoff kConnectBackoff{.initial_ms = 50, .max_ms = 500};
// A large sweep has many files to remove.
constexpr int64_t kRemoveTimeoutMs = 120'000;

std::shared_ptr<grpc::Channel> MakeChannel(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 500);
  // Between two tries to connect, and what each may take: far hosts need some.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 1'000);
  // A host that vanishes says no goodbye; pings notice it, even while a watch has nothing to tell.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 20'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  // Else a name is looked up again only every 30 s, and a refused first connection waits that long.
  arguments.SetInt(GRPC_ARG_DNS_MIN_TIME_BETWEEN_RESOLUTIONS_MS, 200);
  arguments.SetMaxReceiveMessageSize(-1);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

// A coordinator that stops cancels the calls that are open.
bool IsAway(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
         absl::IsCancelled(status);
}

// True if the coordinator itself said UNAVAILABLE; else it is gRPC's word for a connection that
// cannot be made or broke. Only this text tells them apart.
bool IsCoordinatorsWord(const grpc::ClientContext& context) {
  return absl::StrContains(context.debug_error_string(), "received from peer");
}

// Cancels a call soon after `stop` turns true; null: never. Polls, since signal handlers set it.
class Canceller {
 public:
  Canceller(grpc::ClientContext& context, const std::atomic<bool>* stop) {
    if (stop == nullptr) return;
    thread_ = std::jthread([this, &context, stop](const std::stop_token& over) {
      std::unique_lock lock(mutex_);
      while (!over.stop_requested() && !*stop) {
        over_.wait_for(lock, over, std::chrono::milliseconds(20), [stop] { return stop->load(); });
      }
      if (*stop) context.TryCancel();
    });
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any over_;
  std::jthread thread_;  // last: the others must outlive it
};

}  // namespace

Connection::Connection(std::string address, int64_t patience_ms, const std::atomic<bool>* stop)
    : Connection(MakeChannel(address), address, patience_ms, stop) {}

Connection::Connection(const std::shared_ptr<grpc::ChannelInterface>& channel, std::string address,
                       int64_t patience_ms, const std::atomic<bool>* stop)
    : address_(std::move(address)),
      patience_ms_(patience_ms),
      stop_(stop),
      request_ids_(NewSessionId()),
      stub_(v1::SweepService::NewStub(channel)) {}

template <typename Request, typename Response>
absl::Status Connection::Call(Method<Request, Response> method, const Request& request,
                              Response& response, int64_t least_timeout_ms) {
  const int64_t deadline_ms = SystemClock().SteadyMs() + patience_ms_;
  for (uint32_t retry = 0;; ++retry) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::milliseconds(std::max(patience_ms_, least_timeout_ms)));
    const Canceller canceller(context, stop_);
    const absl::Status status = FromGrpcStatus(((*stub_).*method)(&context, request, &response));
    if (!IsAway(status) || stopped() || SystemClock().SteadyMs() >= deadline_ms) {
      return Explained(status, context);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(BackoffMs(kConnectBackoff, retry, 0)));
  }
}

absl::Status Connection::Explained(const absl::Status& status,
                                   const grpc::ClientContext& context) const {
  if (!status.ok() && stopped()) return absl::CancelledError("interrupted");
  if (absl::IsUnimplemented(status)) {
    return absl::InvalidArgumentError(
        absl::StrCat("what answers at ", address_,
                     " is no pleat-coordinator of this version: say where one is with "
                     "--coordinator host:port or PLEAT_COORDINATOR"));
  }
  if (!IsAway(status)) return status;
  if (IsCoordinatorsWord(context) && !absl::IsCancelled(status)) return status;
  return absl::UnavailableError(absl::StrCat(
      "no coordinator answers at ", address_,
      ": start pleat-coordinator there, or say where it is with --coordinator host:port "
      "or PLEAT_COORDINATOR"));
}

absl::Status Connection::WithSuggestion(const absl::Status& status, const std::string& name) {
  if (!absl::IsNotFound(status)) return status;
  const absl::StatusOr<v1::ListResponse> list = List();
  if (!list.ok()) return status;
  std::vector<std::string> names;
  for (const v1::SweepSummary& sweep : list->sweeps()) {
    if (sweep.name() == name) return status;  // something else was not found
    names.push_back(sweep.name());
  }
  return absl::NotFoundError(absl::StrCat("there is no sweep named ", name,
                                          SuggestWord(name, names), "; `pleat ls` lists them"));
}

absl::StatusOr<v1::SubmitResponse> Connection::Submit(const std::string& source,
                                                      const v1::SweepSpec& spec) {
  v1::SubmitRequest request;
  request.set_request_id(request_ids_.Next());
  request.set_source(source);
  *request.mutable_spec() = spec;
  v1::SubmitResponse response;
  PLEAT_RETURN_IF_ERROR(FailPoint("client.submit.before"));
  PLEAT_RETURN_IF_ERROR(Call(&v1::SweepService::Stub::Submit, request, response));
  PLEAT_RETURN_IF_ERROR(FailPoint("client.submit.after"));
  return response;
}

absl::StatusOr<v1::ListResponse> Connection::List() {
  v1::ListResponse response;
  PLEAT_RETURN_IF_ERROR(Call(&v1::SweepService::Stub::List, v1::ListRequest(), response));
  return response;
}

absl::StatusOr<v1::GetResponse> Connection::Get(const std::string& name) {
  v1::GetRequest request;
  request.set_name(name);
  v1::GetResponse response;
  PLEAT_RETURN_IF_ERROR(
      WithSuggestion(Call(&v1::SweepService::Stub::Get, request, response), name));
  return response;
}

absl::StatusOr<v1::ExplainResponse> Connection::Explain(const v1::ExplainRequest& request) {
  v1::ExplainResponse response;
  PLEAT_RETURN_IF_ERROR(
      WithSuggestion(Call(&v1::SweepService::Stub::Explain, request, response), request.name()));
  return response;
}

absl::Status Connection::Cancel(v1::CancelRequest request) {
  request.set_request_id(request_ids_.Next());
  v1::CancelResponse response;
  return WithSuggestion(Call(&v1::SweepService::Stub::Cancel, request, response), request.name());
}

absl::StatusOr<v1::ExtendResponse> Connection::Extend(v1::ExtendRequest request) {
  request.set_request_id(request_ids_.Next());
  v1::ExtendResponse response;
  PLEAT_RETURN_IF_ERROR(
      WithSuggestion(Call(&v1::SweepService::Stub::Extend, request, response), request.name()));
  return response;
}

absl::StatusOr<v1::RetryResponse> Connection::Retry(v1::RetryRequest request) {
  request.set_request_id(request_ids_.Next());
  v1::RetryResponse response;
  PLEAT_RETURN_IF_ERROR(
      WithSuggestion(Call(&v1::SweepService::Stub::Retry, request, response), request.name()));
  return response;
}

absl::StatusOr<v1::ChangeLimitsResponse> Connection::ChangeLimits(v1::ChangeLimitsRequest request) {
  request.set_request_id(request_ids_.Next());
  v1::ChangeLimitsResponse response;
  PLEAT_RETURN_IF_ERROR(WithSuggestion(
      Call(&v1::SweepService::Stub::ChangeLimits, request, response), request.name()));
  return response;
}

absl::Status Connection::Remove(const std::string& name) {
  v1::RemoveRequest request;
  request.set_request_id(request_ids_.Next());
  request.set_name(name);
  v1::RemoveResponse response;
  return WithSuggestion(Call(&v1::SweepService::Stub::Remove, request, response, kRemoveTimeoutMs),
                        name);
}

absl::Status Connection::Watch(grpc::ClientContext& context, const std::string& name,
                               uint64_t from_sequence, bool progress,
                               const std::function<bool(const v1::WatchResponse&)>& event) {
  v1::WatchRequest request;
  request.set_name(name);
  request.set_from_sequence(from_sequence);
  request.set_progress(progress);
  const auto reader = stub_->Watch(&context, request);
  v1::WatchResponse response;
  while (reader->Read(&response)) {
    if (event(response)) continue;
    context.TryCancel();
    while (reader->Read(&response)) continue;
    (void)reader->Finish();
    return absl::OkStatus();
  }
  return WithSuggestion(Explained(FromGrpcStatus(reader->Finish()), context), name);
}

absl::Status Connection::GetEnsemble(
    const v1::GetEnsembleRequest& request,
    const std::function<absl::Status(const v1::GetEnsembleResponse&)>& chunk) {
  grpc::ClientContext context;
  const Canceller canceller(context, stop_);
  const auto reader = stub_->GetEnsemble(&context, request);
  v1::GetEnsembleResponse response;
  while (reader->Read(&response)) {
    const absl::Status taken = chunk(response);
    if (taken.ok()) continue;
    context.TryCancel();
    while (reader->Read(&response)) continue;
    (void)reader->Finish();
    return taken;
  }
  return WithSuggestion(Explained(FromGrpcStatus(reader->Finish()), context), request.name());
}

absl::Status Connection::Backup(
    const std::function<absl::Status(const v1::BackupResponse&)>& message) {
  grpc::ClientContext context;
  const Canceller canceller(context, stop_);
  const auto reader = stub_->Backup(&context, v1::BackupRequest());
  v1::BackupResponse response;
  while (reader->Read(&response)) {
    const absl::Status taken = message(response);
    if (taken.ok()) continue;
    context.TryCancel();
    while (reader->Read(&response)) continue;
    (void)reader->Finish();
    return taken;
  }
  return Explained(FromGrpcStatus(reader->Finish()), context);
}

}  // namespace pleat
