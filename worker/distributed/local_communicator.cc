#include "worker/distributed/local_communicator.h"

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "worker/distributed/buffer_math.h"
#include "worker/distributed/status_record.h"

namespace pleat {
namespace {

// What all ranks put in, in rank order.
using Contributions = std::vector<std::string>;

// Where the ranks meet. Every collective is one exchange: each rank posts bytes under the number of
// the collective, and takes everyone's when all have posted.
class Meeting {
 public:
  Meeting(int size, int timeout_ms) : size_(size), timeout_(timeout_ms) {}

  int size() const { return size_; }

  void Post(int64_t number, int rank, std::string bytes) {
    std::lock_guard lock(mutex_);
    Exchange& exchange = exchanges_.try_emplace(number, size_).first->second;
    exchange.contributions[rank] = std::move(bytes);
    if (++exchange.posted == size_) changed_.notify_all();
  }

  absl::StatusOr<Contributions> Take(int64_t number) {
    std::unique_lock lock(mutex_);
    Exchange& exchange = exchanges_.at(number);
    bool woken =
        changed_.wait_for(lock, timeout_, [&] { return !left_.ok() || exchange.posted == size_; });
    if (!left_.ok()) return left_;
    if (!woken) {
      return absl::DeadlineExceededError(absl::StrCat("only ", exchange.posted, " of ", size_,
                                                      " ranks entered a collective within ",
                                                      timeout_.count(), " ms"));
    }
    if (++exchange.taken < size_) return exchange.contributions;
    Contributions last = std::move(exchange.contributions);
    exchanges_.erase(number);
    return last;
  }

  void Leave(int rank, const absl::Status& reason) {
    std::lock_guard lock(mutex_);
    left_.Update(StatusRecord(reason).ToStatus(absl::StrCat("rank ", rank, " has left the group")));
    changed_.notify_all();
  }

  absl::Status left() {
    std::lock_guard lock(mutex_);
    return left_;
  }

 private:
  struct Exchange {
    explicit Exchange(int size) : contributions(size) {}
    Contributions contributions;
    int posted = 0;
    int taken = 0;
  };

  const int size_;
  const std::chrono::milliseconds timeout_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<int64_t, Exchange> exchanges_;
  absl::Status left_;  // why the first rank that left did; OK while all are there
};

absl::Status CheckLength(const std::string& bytes, int64_t expected) {
  if (static_cast<int64_t>(bytes.size()) == expected) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("ranks disagree about a collective: ", bytes.size(),
                                          " bytes against ", expected));
}

class LocalCommunicator;

class LocalSum final : public PendingCollective {
 public:
  LocalSum(LocalCommunicator* channel, int64_t number, Buffer buffer)
      : channel_(channel), number_(number), buffer_(buffer) {}

  absl::Status Wait() override;

 private:
  LocalCommunicator* channel_;
  int64_t number_;
  Buffer buffer_;
};

class LocalCommunicator final : public Communicator {
 public:
  LocalCommunicator(std::shared_ptr<Meeting> meeting, int rank)
      : meeting_(std::move(meeting)), rank_(rank) {}

  int rank() const override { return rank_; }
  int size() const override { return meeting_->size(); }

  absl::StatusOr<std::unique_ptr<PendingCollective>> StartAllReduceSum(Buffer buffer) override {
    PLEAT_RETURN_IF_ERROR(CheckSummable(buffer));
    return std::make_unique<LocalSum>(this, Post(BytesOf(buffer)), buffer);
  }

  absl::Status Broadcast(Buffer buffer, int root) override {
    int64_t number = Post(rank_ == root ? BytesOf(buffer) : std::string());
    PLEAT_ASSIGN_OR_RETURN(Contributions all, Take(number));
    PLEAT_RETURN_IF_ERROR(CheckLength(all[root], BufferBytes(buffer)));
    all[root].copy(static_cast<char*>(buffer.data), all[root].size());
    return absl::OkStatus();
  }

  absl::Status AllGather(Buffer send, Buffer receive) override {
    int64_t number = Post(BytesOf(send));
    PLEAT_ASSIGN_OR_RETURN(Contributions all, Take(number));
    char* to = static_cast<char*>(receive.data);
    for (const std::string& bytes : all) {
      PLEAT_RETURN_IF_ERROR(CheckLength(bytes, BufferBytes(receive) / size()));
      to += bytes.copy(to, bytes.size());
    }
    return absl::OkStatus();
  }

  absl::Status Barrier() override { return Take(Post("")).status(); }

  void Abort(const absl::Status& reason) override {
    (void)Fail(reason);
    meeting_->Leave(rank_, reason);
  }

  absl::Status CheckNobodyLeft() override { return Fail(meeting_->left()); }

  absl::StatusOr<Contributions> Take(int64_t number) {
    absl::StatusOr<Contributions> all = meeting_->Take(number);
    (void)Fail(all.status());
    return all;
  }

 private:
  static std::string BytesOf(const Buffer& buffer) {
    return std::string(static_cast<const char*>(buffer.data), BufferBytes(buffer));
  }

  int64_t Post(std::string bytes) {
    meeting_->Post(next_number_, rank_, std::move(bytes));
    return next_number_++;
  }

  std::shared_ptr<Meeting> meeting_;
  int rank_;
  int64_t next_number_ = 0;
};

absl::Status LocalSum::Wait() {
  PLEAT_ASSIGN_OR_RETURN(Contributions all, channel_->Take(number_));
  for (const std::string& bytes : all) {
    PLEAT_RETURN_IF_ERROR(CheckLength(bytes, BufferBytes(buffer_)));
  }
  all[0].copy(static_cast<char*>(buffer_.data), all[0].size());
  for (size_t rank = 1; rank < all.size(); ++rank) AddTo(buffer_, all[rank].data());
  return absl::OkStatus();
}

}  // namespace

std::vector<std::unique_ptr<Communicator>> MakeLocalCommunicators(int size, int timeout_ms) {
  auto meeting = std::make_shared<Meeting>(size, timeout_ms);
  std::vector<std::unique_ptr<Communicator>> ends;
  for (int rank = 0; rank < size; ++rank) {
    ends.push_back(std::make_unique<LocalCommunicator>(meeting, rank));
  }
  return ends;
}

}  // namespace pleat
