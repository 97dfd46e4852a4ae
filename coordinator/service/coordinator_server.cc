#include "coordinator/service/coordinator_server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>

#include <chrono>

#include "absl/strings/str_cat.h"
#include "coordinator/core/request_check.h"

namespace pleat {
namespace {

// Larger ones are refused before they are read: RESOURCE_EXHAUSTED. A little more than a sweep may
// have, so that one that is a little too large is told what it may have.
constexpr int kLargestMessage = kMostSubmitBytes + (64 << 10);

// Clients hold polls of half a minute over links that drop idle connections, so they may ping
// often.
void AllowPings(grpc::ServerBuilder& builder) {
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 1000);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, 0);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
}

// A watcher whose machine vanished says nothing; without pings its stream would stay for hours.
void PingClients(grpc::ServerBuilder& builder) {
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
}

}  // namespace

CoordinatorServer::CoordinatorServer(CoordinatorLoop& loop, const Store& store)
    : workers_(loop), sweeps_(loop, store), studies_(loop) {}

CoordinatorServer::~CoordinatorServer() { Shutdown(); }

absl::Status CoordinatorServer::Listen(const ListenAddress& address) {
  grpc::ServerBuilder builder;
  // Two coordinators on one port would each get half of the calls.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  int port = 0;
  builder.AddListeningPort(address.ToString(), grpc::InsecureServerCredentials(), &port);
  const absl::Status status = Start(builder);
  if (!status.ok() || port == 0) {
    return absl::UnavailableError(absl::StrCat(
        "cannot listen on ", address.ToString(),
        "; is the port taken? choose another with --listen, or port 0 for a free one"));
  }
  address_ = {address.host, static_cast<uint16_t>(port)};
  return absl::OkStatus();
}

absl::Status CoordinatorServer::ServeInProcess() {
  grpc::ServerBuilder builder;
  return Start(builder);
}

absl::Status CoordinatorServer::Start(grpc::ServerBuilder& builder) {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  builder.SetMaxReceiveMessageSize(kLargestMessage);
  AllowPings(builder);
  PingClients(builder);
  builder.RegisterService(&workers_);
  builder.RegisterService(&sweeps_);
  builder.RegisterService(&studies_);
  server_ = builder.BuildAndStart();
  if (server_ == nullptr) return absl::UnavailableError("the gRPC server does not start");
  return absl::OkStatus();
}

std::shared_ptr<grpc::Channel> CoordinatorServer::InProcessChannel() {
  return server_->InProcessChannel(grpc::ChannelArguments());
}

void CoordinatorServer::Shutdown() {
  if (server_ == nullptr) return;
  server_->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(1));
  server_ = nullptr;
}

}  // namespace pleat
