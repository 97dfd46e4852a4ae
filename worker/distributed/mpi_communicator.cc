#include "worker/distributed/mpi_communicator.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "worker/distributed/buffer_math.h"
#include "worker/distributed/mpi_messages.h"
#include "worker/distributed/mpi_status.h"
#include "worker/distributed/poll.h"
#include "worker/distributed/status_record.h"

namespace pleat {
namespace {

// MPI guarantees tags up to 32767; the last one announces a rank that leaves.
constexpr int kAbortTag = 32767;
constexpr int64_t kTaggedCollectives = 8192;

// The tag of a collective's scatter (0) or gather (1) phase. Every rank numbers collectives alike,
// and messages between two ranks do not overtake each other, so reused tags meet their partners.
int Tag(int64_t number, int phase) {
  return static_cast<int>(number % kTaggedCollectives) * 2 + phase;
}

// Part `index` of a buffer cut into `parts` nearly equal parts.
Buffer Part(const Buffer& buffer, int index, int parts) {
  const int64_t begin = buffer.count * index / parts;
  const int64_t end = buffer.count * (index + 1) / parts;
  return {static_cast<char*>(buffer.data) + begin * ElementBytes(buffer.type), end - begin,
          buffer.type};
}

class MpiCommunicator;

class MpiSum final : public PendingCollective {
 public:
  MpiSum(MpiCommunicator* channel, Buffer buffer, int64_t number);
  ~MpiSum() override;

  absl::Status Start();
  absl::Status Wait() override;
  // One poll; true when done.
  absl::StatusOr<bool> Advance();

 private:
  enum class Phase { kScatter, kGather, kDone };

  void SumParts();
  absl::Status StartGather();

  MpiCommunicator* channel_;
  Buffer buffer_;
  int64_t number_;
  Buffer own_;                // the part that this rank sums
  std::vector<char> others_;  // the other ranks' contributions to it, in rank order
  Phase phase_ = Phase::kScatter;
  MpiMessages scatter_;
  MpiMessages gather_;
};

class MpiCommunicator final : public Communicator {
 public:
  MpiCommunicator(MPI_Comm comm, int rank, int size, int timeout_ms)
      : comm_(comm), rank_(rank), size_(size), timeout_ms_(timeout_ms) {}

  // Freeing is collective in name only: Open MPI does it locally, and a failed channel stays.
  ~MpiCommunicator() override {
    int finished = 0;
    MPI_Finalized(&finished);
    if (!finished && failure().ok()) MPI_Comm_free(&comm_);
  }

  int rank() const override { return rank_; }
  int size() const override { return size_; }
  MPI_Comm comm() const { return comm_; }

  absl::StatusOr<std::unique_ptr<PendingCollective>> StartAllReduceSum(Buffer buffer) override {
    PLEAT_RETURN_IF_ERROR(CheckSummable(buffer));
    PLEAT_RETURN_IF_ERROR(Fail(AdvanceStarted()));
    auto sum = std::make_unique<MpiSum>(this, buffer, next_number_++);
    PLEAT_RETURN_IF_ERROR(Fail(sum->Start()));
    return sum;
  }

  absl::Status Broadcast(Buffer buffer, int root) override {
    const int tag = Tag(next_number_++, 0);
    const int64_t bytes = BufferBytes(buffer);
    MpiMessages messages(comm_);
    if (rank_ != root) {
      PLEAT_RETURN_IF_ERROR(Fail(messages.Receive(buffer.data, bytes, root, tag)));
    } else {
      for (int to = 0; to < size_; ++to) {
        if (to != root) PLEAT_RETURN_IF_ERROR(Fail(messages.Send(buffer.data, bytes, to, tag)));
      }
    }
    return Poll([&] { return messages.Test(); });
  }

  absl::Status AllGather(Buffer send, Buffer receive) override {
    const int tag = Tag(next_number_++, 0);
    const int64_t bytes = BufferBytes(send);
    MpiMessages messages(comm_);
    for (int rank = 0; rank < size_; ++rank) {
      Buffer place = Part(receive, rank, size_);
      if (rank == rank_) {
        std::copy_n(static_cast<const char*>(send.data), bytes, static_cast<char*>(place.data));
        continue;
      }
      PLEAT_RETURN_IF_ERROR(Fail(messages.Receive(place.data, BufferBytes(place), rank, tag)));
      PLEAT_RETURN_IF_ERROR(Fail(messages.Send(send.data, bytes, rank, tag)));
    }
    return Poll([&] { return messages.Test(); });
  }

  absl::Status Barrier() override {
    std::vector<char> present(size_);
    char here = 1;
    return AllGather({&here, 1, Buffer::Type::kByte}, {present.data(), size_, Buffer::Type::kByte});
  }

  void Abort(const absl::Status& reason) override {
    (void)Fail(reason);
    if (farewell_.has_value()) return;
    farewell_.emplace(reason);
    for (int to = 0; to < size_; ++to) {
      MPI_Request request = MPI_REQUEST_NULL;
      if (to == rank_) continue;
      if (MPI_Isend(&*farewell_, sizeof(StatusRecord), MPI_BYTE, to, kAbortTag, comm_, &request) ==
          MPI_SUCCESS) {
        MPI_Request_free(&request);
      }
    }
  }

  absl::Status CheckNobodyLeft() override {
    // A rank says it once.
    PLEAT_RETURN_IF_ERROR(failure());
    int left = 0;
    MPI_Status message;
    PLEAT_RETURN_IF_ERROR(MpiStatus(MPI_Iprobe(MPI_ANY_SOURCE, kAbortTag, comm_, &left, &message),
                                    "look for messages"));
    if (!left) return absl::OkStatus();
    StatusRecord reason;
    PLEAT_RETURN_IF_ERROR(MpiStatus(MPI_Recv(&reason, sizeof(reason), MPI_BYTE, message.MPI_SOURCE,
                                             kAbortTag, comm_, MPI_STATUS_IGNORE),
                                    "receive a reason to leave"));
    return Fail(reason.ToStatus(absl::StrCat("rank ", message.MPI_SOURCE, " has left the group")));
  }

  // Polls `step` with the channel's deadline, watching for ranks that leave.
  absl::Status Poll(const std::function<absl::StatusOr<bool>()>& step) {
    return Fail(PollUntilDone(
        [&]() -> absl::StatusOr<bool> {
          PLEAT_ASSIGN_OR_RETURN(bool done, step());
          if (!done) PLEAT_RETURN_IF_ERROR(CheckNobodyLeft());
          return done;
        },
        timeout_ms_));
  }

  void AddStarted(MpiSum* sum) { started_.push_back(sum); }
  void RemoveStarted(MpiSum* sum) { std::erase(started_, sum); }

  absl::Status AdvanceStarted() {
    for (MpiSum* sum : started_) PLEAT_RETURN_IF_ERROR(sum->Advance().status());
    return absl::OkStatus();
  }

 private:
  MPI_Comm comm_;
  const int rank_;
  const int size_;
  const int timeout_ms_;
  int64_t next_number_ = 0;
  std::vector<MpiSum*> started_;          // in the order of their numbers
  std::optional<StatusRecord> farewell_;  // what Abort sends, which may still be under way
};

MpiSum::MpiSum(MpiCommunicator* channel, Buffer buffer, int64_t number)
    : channel_(channel),
      buffer_(buffer),
      number_(number),
      own_(Part(buffer, channel->rank(), channel->size())),
      others_(BufferBytes(own_) * (channel->size() - 1)),
      scatter_(channel->comm()),
      gather_(channel->comm()) {
  channel_->AddStarted(this);
}

MpiSum::~MpiSum() { channel_->RemoveStarted(this); }

absl::Status MpiSum::Start() {
  char* place = others_.data();
  for (int rank = 0; rank < channel_->size(); ++rank) {
    if (rank == channel_->rank()) continue;
    PLEAT_RETURN_IF_ERROR(scatter_.Receive(place, BufferBytes(own_), rank, Tag(number_, 0)));
    Buffer part = Part(buffer_, rank, channel_->size());
    PLEAT_RETURN_IF_ERROR(scatter_.Send(part.data, BufferBytes(part), rank, Tag(number_, 0)));
    place += BufferBytes(own_);
  }
  return absl::OkStatus();
}

absl::Status MpiSum::Wait() {
  return channel_->Poll([this]() -> absl::StatusOr<bool> {
    // All of them, not just this one: the others' messages travel while this one is waited for.
    PLEAT_RETURN_IF_ERROR(channel_->AdvanceStarted());
    return phase_ == Phase::kDone;
  });
}

absl::StatusOr<bool> MpiSum::Advance() {
  if (phase_ == Phase::kScatter) {
    PLEAT_ASSIGN_OR_RETURN(bool arrived, scatter_.Test());
    if (!arrived) return false;
    SumParts();
    PLEAT_RETURN_IF_ERROR(StartGather());
    phase_ = Phase::kGather;
  }
  if (phase_ == Phase::kGather) {
    PLEAT_ASSIGN_OR_RETURN(bool arrived, gather_.Test());
    if (arrived) phase_ = Phase::kDone;
  }
  return phase_ == Phase::kDone;
}

// In rank order, with this rank's own numbers in their place, so that the sum does not depend on
// which rank owns the part.
void MpiSum::SumParts() {
  const int64_t bytes = BufferBytes(own_);
  const char* own_data = static_cast<const char*>(own_.data);
  const std::vector<char> own(own_data, own_data + bytes);
  const char* other = others_.data();
  for (int rank = 0; rank < channel_->size(); ++rank) {
    const char* addend = own.data();
    if (rank != channel_->rank()) {
      addend = other;
      other += bytes;
    }
    if (rank == 0) {
      std::copy_n(addend, bytes, static_cast<char*>(own_.data));
    } else {
      AddTo(own_, addend);
    }
  }
}

absl::Status MpiSum::StartGather() {
  for (int rank = 0; rank < channel_->size(); ++rank) {
    if (rank == channel_->rank()) continue;
    Buffer part = Part(buffer_, rank, channel_->size());
    PLEAT_RETURN_IF_ERROR(gather_.Receive(part.data, BufferBytes(part), rank, Tag(number_, 1)));
    PLEAT_RETURN_IF_ERROR(gather_.Send(own_.data, BufferBytes(own_), rank, Tag(number_, 1)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Communicator>> MakeMpiCommunicator(MPI_Comm parent, int timeout_ms) {
  MPI_Comm comm = MPI_COMM_NULL;
  PLEAT_RETURN_IF_ERROR(MpiStatus(MPI_Comm_dup(parent, &comm), "duplicate a communicator"));
  PLEAT_RETURN_IF_ERROR(
      MpiStatus(MPI_Comm_set_errhandler(comm, MPI_ERRORS_RETURN), "set the error handler"));
  int rank = 0, size = 1;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  return std::make_unique<MpiCommunicator>(comm, rank, size, timeout_ms);
}

}  // namespace pleat
