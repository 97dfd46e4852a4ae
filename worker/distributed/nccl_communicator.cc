#include "worker/distributed/nccl_communicator.h"

#include <c10/cuda/CUDAStream.h>
#include <cuda_runtime_api.h>
#include <nccl.h>

#include <functional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "worker/distributed/buffer_math.h"
#include "worker/distributed/cuda_status.h"
#include "worker/distributed/poll.h"

namespace pleat {
namespace {

// OK also while an operation is still being set up, which a non-blocking NCCL communicator does in
// the background.
absl::Status NcclStatus(ncclResult_t code, const char* attempted) {
  if (code == ncclSuccess || code == ncclInProgress) return absl::OkStatus();
  const std::string message = absl::StrCat("NCCL: ", attempted, ": ", ncclGetErrorString(code));
  if (code == ncclRemoteError) return absl::AbortedError(message);
  return absl::InternalError(message);
}

ncclDataType_t NcclType(Buffer::Type type) {
  switch (type) {
    case Buffer::Type::kFloat32:
      return ncclFloat32;
    case Buffer::Type::kFloat64:
      return ncclFloat64;
    case Buffer::Type::kInt64:
      return ncclInt64;
    case Buffer::Type::kByte:
      break;
  }
  return ncclUint8;
}

// An event that is destroyed with its scope.
class Event {
 public:
  Event() = default;
  ~Event() {
    if (event_ != nullptr) cudaEventDestroy(event_);
  }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  absl::Status Record(cudaStream_t stream) {
    PLEAT_RETURN_IF_ERROR(
        CudaStatus(cudaEventCreateWithFlags(&event_, cudaEventDisableTiming), "make an event"));
    return CudaStatus(cudaEventRecord(event_, stream), "record an event");
  }
  absl::StatusOr<bool> Reached() const {
    const cudaError_t code = cudaEventQuery(event_);
    if (code == cudaErrorNotReady) return false;
    PLEAT_RETURN_IF_ERROR(CudaStatus(code, "run a collective"));
    return true;
  }
  cudaEvent_t get() const { return event_; }

 private:
  cudaEvent_t event_ = nullptr;
};

class NcclCommunicator;

class NcclPending final : public PendingCollective {
 public:
  explicit NcclPending(NcclCommunicator* channel) : channel_(channel) {}
  absl::Status Wait() override;
  Event& done() { return done_; }

 private:
  NcclCommunicator* channel_;
  Event done_;
};

class NcclCommunicator final : public Communicator {
 public:
  NcclCommunicator(Communicator& control, int timeout_ms)
      : control_(control), rank_(control.rank()), size_(control.size()), timeout_ms_(timeout_ms) {}

  ~NcclCommunicator() override {
    Disconnect();
    if (presence_ != nullptr) cudaFree(presence_);
    if (stream_ != nullptr) cudaStreamDestroy(stream_);
  }

  absl::Status Connect(const ncclUniqueId& id) {
    PLEAT_RETURN_IF_ERROR(
        CudaStatus(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "make a stream"));
    PLEAT_RETURN_IF_ERROR(
        CudaStatus(cudaMalloc(&presence_, sizeof(int64_t)), "allocate memory for barriers"));
    PLEAT_RETURN_IF_ERROR(
        CudaStatus(cudaMemset(presence_, 0, sizeof(int64_t)), "clear memory for barriers"));
    ncclConfig_t config = NCCL_CONFIG_INITIALIZER;
    config.blocking = 0;
    PLEAT_RETURN_IF_ERROR(NcclStatus(ncclCommInitRankConfig(&comm_, size_, id, rank_, &config),
                                     "connect the group's GPUs"));
    return Poll([this] { return SetUp(); });
  }

  int rank() const override { return rank_; }
  int size() const override { return size_; }

  absl::StatusOr<std::unique_ptr<PendingCollective>> StartAllReduceSum(Buffer buffer) override {
    PLEAT_RETURN_IF_ERROR(CheckSummable(buffer));
    return Start("all-reduce", [&] {
      return ncclAllReduce(buffer.data, buffer.data, buffer.count, NcclType(buffer.type), ncclSum,
                           comm_, stream_);
    });
  }

  absl::Status Broadcast(Buffer buffer, int root) override {
    return Run("broadcast", [&] {
      return ncclBroadcast(buffer.data, buffer.data, buffer.count, NcclType(buffer.type), root,
                           comm_, stream_);
    });
  }

  absl::Status AllGather(Buffer send, Buffer receive) override {
    return Run("all-gather", [&] {
      return ncclAllGather(send.data, receive.data, send.count, NcclType(send.type), comm_,
                           stream_);
    });
  }

  absl::Status Barrier() override { return AllReduceSum({presence_, 1, Buffer::Type::kInt64}); }

  void Abort(const absl::Status& reason) override {
    (void)Fail(reason);
    Disconnect();
  }

  // NCCL does not carry reasons; the control channel does.
  absl::Status CheckNobodyLeft() override { return Fail(control_.CheckNobodyLeft()); }

  // Polls `step` and the channel's health with the deadline, watching for ranks that leave; an
  // error aborts the channel, which also frees the GPU from a kernel that waits for a lost rank.
  absl::Status Poll(const std::function<absl::StatusOr<bool>()>& step) {
    const absl::Status status = PollUntilDone(
        [&]() -> absl::StatusOr<bool> {
          PLEAT_ASSIGN_OR_RETURN(bool done, step());
          if (!done) PLEAT_RETURN_IF_ERROR(CheckNobodyLeft());
          return done;
        },
        timeout_ms_);
    if (!status.ok()) Abort(status);
    return status;
  }

  // Whether nothing is being set up in the background any more.
  absl::StatusOr<bool> SetUp() const {
    if (comm_ == nullptr) return absl::AbortedError("NCCL: this channel has failed before");
    ncclResult_t state = ncclSuccess;
    PLEAT_RETURN_IF_ERROR(NcclStatus(ncclCommGetAsyncError(comm_, &state), "ask for errors"));
    PLEAT_RETURN_IF_ERROR(NcclStatus(state, "run a collective"));
    return state == ncclSuccess;
  }

 private:
  void Disconnect() {
    if (comm_ != nullptr) ncclCommAbort(std::exchange(comm_, nullptr));
  }

  absl::StatusOr<std::unique_ptr<NcclPending>> Start(const char* name,
                                                     const std::function<ncclResult_t()>& enqueue) {
    // Every error is the channel's end: the other ranks are in this collective already.
    PLEAT_RETURN_IF_ERROR(Fail(SetUp().status()));
    Event inputs_ready;
    PLEAT_RETURN_IF_ERROR(Fail(inputs_ready.Record(c10::cuda::getCurrentCUDAStream())));
    PLEAT_RETURN_IF_ERROR(Fail(CudaStatus(cudaStreamWaitEvent(stream_, inputs_ready.get(), 0),
                                          "order a collective behind its inputs")));
    PLEAT_RETURN_IF_ERROR(Fail(NcclStatus(enqueue(), name)));
    // The stream holds the collective only when its set-up is over; an event would come too early.
    PLEAT_RETURN_IF_ERROR(Poll([this] { return SetUp(); }));
    auto pending = std::make_unique<NcclPending>(this);
    PLEAT_RETURN_IF_ERROR(Fail(pending->done().Record(stream_)));
    return pending;
  }

  absl::Status Run(const char* name, const std::function<ncclResult_t()>& enqueue) {
    PLEAT_ASSIGN_OR_RETURN(std::unique_ptr<NcclPending> pending, Start(name, enqueue));
    return pending->Wait();
  }

  Communicator& control_;
  const int rank_;
  const int size_;
  const int timeout_ms_;
  ncclComm_t comm_ = nullptr;
  cudaStream_t stream_ = nullptr;
  void* presence_ = nullptr;  // one zero in GPU memory, summed by barriers
};

absl::Status NcclPending::Wait() {
  return channel_->Poll([this]() -> absl::StatusOr<bool> {
    PLEAT_RETURN_IF_ERROR(channel_->SetUp().status());
    return done_.Reached();
  });
}

}  // namespace

absl::StatusOr<std::unique_ptr<Communicator>> MakeNcclCommunicator(Communicator& control,
                                                                   int timeout_ms) {
  ncclUniqueId id{};
  if (control.rank() == 0) {
    PLEAT_RETURN_IF_ERROR(NcclStatus(ncclGetUniqueId(&id), "make a channel id"));
  }
  PLEAT_RETURN_IF_ERROR(
      control.Broadcast({&id, static_cast<int64_t>(sizeof(id)), Buffer::Type::kByte}, /*root=*/0));
  auto channel = std::make_unique<NcclCommunicator>(control, timeout_ms);
  PLEAT_RETURN_IF_ERROR(channel->Connect(id));
  return channel;
}

}  // namespace pleat
