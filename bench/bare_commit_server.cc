#include "bench/bare_commit_server.h"

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bench/connect.h"
#include "common/base/status_macros.h"
#include "coordinator/journal/sqlite_database.h"
#include "coordinator/service/work_queue.h"
#include "proto/coordinator.grpc.pb.h"

namespace pleat {
namespace {

using grpc::CallbackServerContext;
using grpc::ServerUnaryReactor;

// A call that waits for its row to be durable.
struct Row {
  std::string body;
  ServerUnaryReactor* call;
};

// As SqliteJournal's.
constexpr int64_t kLongLogPages = 1000;
constexpr char kOpening[] =
    "PRAGMA locking_mode = EXCLUSIVE;"
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"
    "CREATE TABLE record (sequence INTEGER PRIMARY KEY, body BLOB NOT NULL);";

class RowLog {
 public:
  absl::Status Open(const std::string& path) {
    PLEAT_ASSIGN_OR_RETURN(SqliteDatabase database, SqliteDatabase::Open(path));
    database_ = std::make_unique<SqliteDatabase>(std::move(database));
    PLEAT_RETURN_IF_ERROR(database_->Execute(kOpening));
    PLEAT_ASSIGN_OR_RETURN(begin_, database_->Prepare("BEGIN IMMEDIATE"));
    PLEAT_ASSIGN_OR_RETURN(insert_, database_->Prepare("INSERT INTO record (body) VALUES (?)"));
    PLEAT_ASSIGN_OR_RETURN(commit_, database_->Prepare("COMMIT"));
    PLEAT_ASSIGN_OR_RETURN(checkpoint_, database_->Prepare("PRAGMA wal_checkpoint(PASSIVE)"));
    return absl::OkStatus();
  }

  absl::Status Commit(const std::vector<Row>& rows) {
    PLEAT_RETURN_IF_ERROR(begin_.Run());
    for (const Row& row : rows) {
      insert_.BindBlob(0, row.body);
      PLEAT_RETURN_IF_ERROR(insert_.Run());
    }
    PLEAT_RETURN_IF_ERROR(commit_.Run());
    if (database_->LogPages() < kLongLogPages) return absl::OkStatus();
    PLEAT_RETURN_IF_ERROR(checkpoint_.Step().status());
    checkpoint_.Reset();
    return absl::OkStatus();
  }

 private:
  std::unique_ptr<SqliteDatabase> database_;
  SqliteStatement begin_, insert_, commit_, checkpoint_;
};

class Server final : public BareCommitServer, private v1::WorkerService::CallbackService {
 public:
  explicit Server(v1::Lease lease) : lease_(std::move(lease)) {}
  ~Server() override {
    if (server_ != nullptr) server_->Shutdown();
    waiting_.Close();
    if (committer_.joinable()) committer_.join();
  }

  absl::Status Open(const std::string& folder) {
    std::filesystem::create_directories(folder);
    PLEAT_RETURN_IF_ERROR(log_.Open(folder + "/bare.db"));
    int port = 0;
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr) return absl::UnavailableError("the bare server does not start");
    address_ = absl::StrCat("127.0.0.1:", port);
    committer_ = std::thread([this] { CommitAll(); });
    return absl::OkStatus();
  }

  std::shared_ptr<grpc::Channel> Connect() const override { return ConnectTo(address_); }

 private:
  ServerUnaryReactor* Register(CallbackServerContext* context, const v1::RegisterRequest*,
                               v1::RegisterResponse*) override {
    ServerUnaryReactor* call = context->DefaultReactor();
    call->Finish(grpc::Status::OK);
    return call;
  }

  ServerUnaryReactor* AcquireTask(CallbackServerContext* context,
                                  const v1::AcquireTaskRequest* request,
                                  v1::AcquireTaskResponse* response) override {
    *response->mutable_lease() = lease_;
    return Append(*request, context);
  }

  ServerUnaryReactor* CompleteTask(CallbackServerContext* context,
                                   const v1::CompleteTaskRequest* request,
                                   v1::CompleteTaskResponse*) override {
    return Append(*request, context);
  }

  ServerUnaryReactor* Heartbeat(CallbackServerContext* context, const v1::HeartbeatRequest*,
                                v1::HeartbeatResponse*) override {
    ServerUnaryReactor* call = context->DefaultReactor();
    call->Finish(grpc::Status::OK);
    return call;
  }

  ServerUnaryReactor* Append(const google::protobuf::Message& request,
                             CallbackServerContext* context) {
    Row row{request.SerializeAsString(), context->DefaultReactor()};
    ServerUnaryReactor* call = row.call;
    if (const absl::Status status = waiting_.Push(row); !status.ok()) {
      call->Finish(grpc::Status(grpc::StatusCode::UNAVAILABLE, "the bare server is full"));
    }
    return call;
  }

  void CommitAll() {
    std::vector<Row> rows;
    while (!waiting_.closed()) {
      rows = waiting_.Take(std::nullopt, std::move(rows));
      const absl::Status status = log_.Commit(rows);
      if (!status.ok()) {
        std::cerr << status << std::endl;
        std::_Exit(1);
      }
      for (const Row& row : rows) row.call->Finish(grpc::Status::OK);
    }
  }

  const v1::Lease lease_;
  RowLog log_;
  WorkQueue<Row> waiting_{/*limit=*/16'384};
  std::string address_;
  std::unique_ptr<grpc::Server> server_;
  std::thread committer_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<BareCommitServer>> BareCommitServer::Start(const std::string& folder,
                                                                          v1::Lease lease) {
  auto server = std::make_unique<Server>(std::move(lease));
  PLEAT_RETURN_IF_ERROR(server->Open(folder));
  return server;
}

}  // namespace pleat
