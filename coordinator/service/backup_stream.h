// The Backup rpc.
#pragma once

#include <grpcpp/support/server_callback.h>

#include "common/store/store.h"
#include "coordinator/service/coordinator_loop.h"
#include "proto/coordinator.pb.h"

namespace pleat {

// Asks the loop for a page of the journal, writes it, asks for the next, until there are no more:
// the journal as it is at that moment. What is removed meanwhile may be there in part, but then its
// removal follows, and a journal that takes the records in order drops it. Deletes itself.
class BackupStream final : public grpc::ServerWriteReactor<v1::BackupResponse> {
 public:
  // Bytes of a page, which is what the loop reads at once.
  static constexpr size_t kPageBytes = 256 << 10;

  // Both must outlive it.
  BackupStream(CoordinatorLoop& loop, const Store& store);

  void OnWriteDone(bool ok) override;
  void OnDone() override { delete this; }

 private:
  void AskForPage();
  void OnPage(absl::StatusOr<RecordPage> page);

  CoordinatorLoop& loop_;
  const Store& store_;
  uint64_t next_ = 0;
  uint64_t records_ = 0;
  v1::BackupResponse response_;
};

}  // namespace pleat
