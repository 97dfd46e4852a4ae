// The GetEnsemble rpc.
#pragma once

#include <grpcpp/support/server_callback.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/store/store.h"
#include "coordinator/service/coordinator_loop.h"
#include "coordinator/service/ensemble_listing.h"
#include "coordinator/service/open_slots.h"
#include "coordinator/service/thread_pool.h"
#include "proto/coordinator.pb.h"

namespace pleat {

// Asks the loop for the sweep's ensemble, then sends its files in chunks, one read ahead of none: a
// slow reader holds one chunk. The files are read on `readers`. Deletes itself.
class EnsembleStream final : public grpc::ServerWriteReactor<v1::GetEnsembleResponse> {
 public:
  static constexpr uint64_t kChunkBytes = 1 << 20;

  // Loop, store and readers must outlive it. `slot`: kept as long as the stream is there.
  EnsembleStream(CoordinatorLoop& loop, const Store& store, ThreadPool& readers,
                 const v1::GetEnsembleRequest& request, OpenSlots::Slot slot);

  void OnWriteDone(bool ok) override;
  void OnDone() override { delete this; }

 private:
  void OnSweep(const absl::Status& status, const Response& reply);
  absl::Status Open();
  absl::Status ReadChunk();
  // Runs a step on the readers' threads and sends what it has read; an error ends the stream.
  void Continue(absl::Status (EnsembleStream::*step)());

  const OpenSlots::Slot slot_;
  const Store& store_;
  ThreadPool& readers_;
  const v1::GetEnsembleRequest request_;
  v1::EnsembleBuilt ensemble_;
  std::string folder_;
  std::vector<v1::Artifact> files_;
  EnsemblePosition next_;  // of the next chunk
  v1::GetEnsembleResponse chunk_;
};

}  // namespace pleat
