// A channel on whose rank memory runs out.
#pragma once

#include <memory>
#include <new>
#include <utility>

#include "worker/distributed/communicator.h"

namespace pleat {

// Passes everything on to `channel`, but throws std::bad_alloc in gather number `at` (from 1), as
// an allocation between two collectives would.
class ExhaustedChannel final : public Communicator {
 public:
  ExhaustedChannel(std::unique_ptr<Communicator> channel, int at)
      : channel_(std::move(channel)), left_(at) {}

  int rank() const override { return channel_->rank(); }
  int size() const override { return channel_->size(); }
  absl::StatusOr<std::unique_ptr<PendingCollective>> StartAllReduceSum(Buffer buffer) override {
    return channel_->StartAllReduceSum(buffer);
  }
  absl::Status Broadcast(Buffer buffer, int root) override {
    return channel_->Broadcast(buffer, root);
  }
  absl::Status AllGather(Buffer send, Buffer receive) override {
    if (--left_ == 0) throw std::bad_alloc();
    return channel_->AllGather(send, receive);
  }
  absl::Status Barrier() override { return channel_->Barrier(); }
  void Abort(const absl::Status& reason) override {
    (void)Fail(reason);
    channel_->Abort(reason);
  }
  absl::Status CheckNobodyLeft() override { return channel_->CheckNobodyLeft(); }

 private:
  const std::unique_ptr<Communicator> channel_;
  int left_;
};

}  // namespace pleat
