// The thread that owns core and journal; everything else talks to it by messages.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <unordered_map>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "common/base/clock.h"
#include "common/store/disk_space.h"
#include "common/store/store.h"
#include "coordinator/core/coordinator_core.h"
#include "coordinator/journal/journal.h"
#include "coordinator/service/journal_followers.h"
#include "coordinator/service/lease_clock.h"
#include "coordinator/service/snapshot_maker.h"
#include "coordinator/service/thread_pool.h"
#include "coordinator/service/turn.h"
#include "coordinator/service/work_queue.h"

namespace pleat {

// What the calls of all clients may take at once.
struct LoopLimits {
  // Bytes of requests that wait for their turn; beyond them senders get UNAVAILABLE.
  size_t queued_bytes = size_t{128} << 20;
  // Calls whose answers are open, polls among them; further ones get UNAVAILABLE.
  size_t open_calls = 32'768;
};

struct LoopOptions {
  // Where snapshots are written, and whose disk's space is looked at; empty: neither.
  std::string state_dir = {};
  // Records after which the next snapshot is made.
  uint64_t snapshot_every = 100'000;
  // How the space of `state_dir` is found out.
  std::function<absl::StatusOr<StoreSpace>(const std::string& folder)> space_of = SpaceOfFolder;
  LoopLimits limits = {};
};

// Each turn takes all commands that are there, lets the core handle them one by one, writes all
// records in one transaction, and only then sends replies, wakes readers of the journal and starts
// effects. So the cost of a durable write is shared by everybody who came during the one before.
//
// While replies are outstanding or the core waits for time, a Tick is handled every 100 ms, and the
// store's space is looked at every 5 s (on another thread: a store may hang); otherwise the thread
// sleeps.
//
// The space of the journal's disk, which is a local one, is looked at before the commands of each
// turn are handled: a disk may fill between two commits. Every `snapshot_every` records a snapshot
// of the state is made on another thread, which asks the loop for records page by page; the journal
// then names it, and the next start begins with it.
class CoordinatorLoop : private TurnListener {
 public:
  using Token = uint64_t;
  using ReplyCallback = std::function<void(const absl::Status&, Response)>;
  // Called on the loop's thread when a commit failed: memory is ahead of the disk, so the process
  // must end. The loop handles nothing more.
  using FatalCallback = std::function<void(const absl::Status&)>;

  // Commands that may wait at once; beyond them senders get UNAVAILABLE.
  static constexpr size_t kQueueLimit = 16'384;

  // All must outlive it.
  CoordinatorLoop(CoordinatorCore& core, Journal& journal, Store& store, const Clock& clock,
                  FatalCallback fatal, LoopOptions options = {});
  ~CoordinatorLoop() override;

  // Restores the state, from a snapshot if there is a sound one, and starts the thread. DATA_LOSS,
  // FAILED_PRECONDITION: the journal cannot be used.
  absl::Status Start();

  // Thread-safe. `done` is called exactly once, from the loop's thread or (when the command is
  // refused) the caller's; it must not block. The token can be forgotten.
  Token Send(Command command, ReplyCallback done);
  Token Follow(FollowRequest request, JournalFollowers::Callback done);
  // Reads records of all sweeps; see Journal::ReadPage.
  using PageCallback = std::function<void(absl::StatusOr<RecordPage>)>;
  void ReadPage(uint64_t from, size_t bytes, PageCallback done);
  // The client of this token went away: if its answer is still open, `done` gets CANCELLED.
  void Forget(Token token);

  // Whether a snapshot is being made at this moment. Thread-safe.
  bool makes_snapshot() const { return makes_snapshot_; }

  // Answers everybody with UNAVAILABLE and ends the thread. Effects that run are left to themselves
  // until the destructor; they are repeated at the next start.
  void Stop();

 private:
  struct CommandItem {
    Token token;
    Command command;
    ReplyCallback done;
    size_t bytes = 0;  // that it counts for in the queue
  };
  struct FollowItem {
    Token token;
    FollowRequest request;
    JournalFollowers::Callback done;
  };
  struct ForgetItem {
    Token token;
  };
  struct PageItem {
    uint64_t from;
    size_t bytes;
    PageCallback done;
  };
  using Item = std::variant<CommandItem, FollowItem, ForgetItem, PageItem>;

  // What the items of one turn have brought so far.
  struct Work {
    Turn turn;
    std::vector<FollowItem> follows;
    std::vector<PageItem> pages;
    std::vector<Token> forgotten;
    std::vector<std::pair<std::string, v1::TaskProgress>> progress;
  };

  absl::Status Restore();
  // Its sequence number; 0: there is none.
  absl::StatusOr<uint64_t> LoadSnapshot();
  void Run();
  std::optional<std::chrono::steady_clock::time_point> NextTick() const;
  void Handle(CommandItem item, Now now, Work& work);
  void Forgotten(Token token);
  absl::Status Finish(Work work);
  void SendReply(Reply reply) override;
  void StartEffect(Effect effect) override;
  void StartSuggestion(SuggestForStudy suggestion) override;
  void StartCollection(CollectGarbage collection) override;
  void OnCommitted(std::span<const v1::JournalRecord> records) override;
  void LookAtSpace();
  void LookAtStateSpace(Now now, Turn& turn);
  // Begins a snapshot if it is time.
  void SnapshotIfDue();
  // Reads the next page for it, unless it has enough.
  void ContinueSnapshot(const std::shared_ptr<SnapshotMaker>& maker);
  void EndSnapshot(const SnapshotMaker& maker);
  void GiveUpSnapshot(const absl::Status& status);
  void AnswerAll(const absl::Status& status);

  CoordinatorCore& core_;
  Journal& journal_;
  Store& store_;
  const FatalCallback fatal_;
  const LoopOptions options_;
  JournalFollowers followers_;
  WorkQueue<Item> queue_{kQueueLimit};
  std::atomic<size_t> queued_bytes_ = 0;
  std::atomic<Token> last_token_{0};

  // Of the loop's thread.
  std::unordered_map<Token, ReplyCallback> open_;
  LeaseClock clock_;
  std::chrono::steady_clock::time_point last_tick_;
  std::chrono::steady_clock::time_point last_look_at_space_;
  std::atomic<bool> looks_at_space_ = false;
  uint64_t next_snapshot_ = 0;  // sequence number at which it is due
  std::atomic<bool> makes_snapshot_ = false;

  std::thread thread_;
  ThreadPool effects_{2};
  // Apart: effects may keep theirs busy for minutes.
  ThreadPool suggestions_{1};
  ThreadPool collections_{1};
  ThreadPool space_{1};
  ThreadPool snapshots_{1};
};

}  // namespace pleat
