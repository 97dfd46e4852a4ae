// The gRPC surface for people.
#pragma once

#include "common/store/store.h"
#include "coordinator/service/coordinator_loop.h"
#include "coordinator/service/open_slots.h"
#include "coordinator/service/thread_pool.h"
#include "proto/coordinator.grpc.pb.h"

namespace pleat {

// Most rpcs are one command of the loop; Watch, Explain and Backup read its journal, GetEnsemble
// the store, Resolve only its request. See proto/coordinator.proto.
class SweepServiceImpl final : public v1::SweepService::CallbackService {
 public:
  // Streams that may be open at once; further ones get RESOURCE_EXHAUSTED.
  static constexpr int kMostWatches = 4'096;
  static constexpr int kMostDownloads = 256;

  // Both must outlive it.
  SweepServiceImpl(CoordinatorLoop& loop, const Store& store, int most_watches = kMostWatches,
                   int most_downloads = kMostDownloads)
      : loop_(loop), store_(store), watches_(most_watches), downloads_(most_downloads) {}

  grpc::ServerUnaryReactor* Submit(grpc::CallbackServerContext* context,
                                   const v1::SubmitRequest* request,
                                   v1::SubmitResponse* response) override;
  grpc::ServerUnaryReactor* Resolve(grpc::CallbackServerContext* context,
                                    const v1::ResolveRequest* request,
                                    v1::ResolveResponse* response) override;
  grpc::ServerUnaryReactor* AddTrial(grpc::CallbackServerContext* context,
                                     const v1::AddTrialRequest* request,
                                     v1::AddTrialResponse* response) override;
  grpc::ServerUnaryReactor* FinishSearch(grpc::CallbackServerContext* context,
                                         const v1::FinishSearchRequest* request,
                                         v1::FinishSearchResponse* response) override;
  grpc::ServerUnaryReactor* List(grpc::CallbackServerContext* context,
                                 const v1::ListRequest* request,
                                 v1::ListResponse* response) override;
  grpc::ServerUnaryReactor* Get(grpc::CallbackServerContext* context, const v1::GetRequest* request,
                                v1::GetResponse* response) override;
  grpc::ServerUnaryReactor* Cancel(grpc::CallbackServerContext* context,
                                   const v1::CancelRequest* request,
                                   v1::CancelResponse* response) override;
  grpc::ServerUnaryReactor* Remove(grpc::CallbackServerContext* context,
                                   const v1::RemoveRequest* request,
                                   v1::RemoveResponse* response) override;
  grpc::ServerUnaryReactor* Extend(grpc::CallbackServerContext* context,
                                   const v1::ExtendRequest* request,
                                   v1::ExtendResponse* response) override;
  grpc::ServerUnaryReactor* Retry(grpc::CallbackServerContext* context,
                                  const v1::RetryRequest* request,
                                  v1::RetryResponse* response) override;
  grpc::ServerUnaryReactor* ChangeLimits(grpc::CallbackServerContext* context,
                                         const v1::ChangeLimitsRequest* request,
                                         v1::ChangeLimitsResponse* response) override;
  grpc::ServerUnaryReactor* Explain(grpc::CallbackServerContext* context,
                                    const v1::ExplainRequest* request,
                                    v1::ExplainResponse* response) override;
  grpc::ServerWriteReactor<v1::WatchResponse>* Watch(grpc::CallbackServerContext* context,
                                                     const v1::WatchRequest* request) override;
  grpc::ServerWriteReactor<v1::GetEnsembleResponse>* GetEnsemble(
      grpc::CallbackServerContext* context, const v1::GetEnsembleRequest* request) override;
  grpc::ServerWriteReactor<v1::BackupResponse>* Backup(grpc::CallbackServerContext* context,
                                                       const v1::BackupRequest* request) override;

 private:
  CoordinatorLoop& loop_;
  const Store& store_;
  ThreadPool readers_{2};  // of the store's files
  OpenSlots watches_;
  OpenSlots downloads_;
};

}  // namespace pleat
