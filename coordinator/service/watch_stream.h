// The Watch rpc.
#pragma once

#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <deque>

#include "coordinator/service/coordinator_loop.h"
#include "coordinator/service/open_slots.h"
#include "proto/coordinator.pb.h"

namespace pleat {

// Writes an empty response, asks the loop for a page of the sweep's journal, writes it, asks for
// the next; ends after the sweep's end. Deletes itself.
class WatchStream final : public grpc::ServerWriteReactor<v1::WatchResponse> {
 public:
  // `loop` must outlive it. `slot`: kept as long as the stream is there.
  WatchStream(CoordinatorLoop& loop, const v1::WatchRequest& request, OpenSlots::Slot slot);

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override { delete this; }

 private:
  void AskForPage();
  void OnPage(absl::StatusOr<JournalPage> page);
  void WriteNext();

  const OpenSlots::Slot slot_;
  CoordinatorLoop& loop_;
  FollowRequest next_;
  std::deque<v1::WatchResponse> unwritten_;
  // Read by OnCancel, which may run beside the others.
  std::atomic<bool> cancelled_ = false;
  std::atomic<CoordinatorLoop::Token> asked_ = 0;
};

}  // namespace pleat
