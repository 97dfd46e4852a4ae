#include "coordinator/service/coordinator_loop.h"

#include <type_traits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/failpoint.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "coordinator/ensemble/run_effect.h"
#include "coordinator/garbage/collect_garbage.h"
#include "coordinator/journal/snapshot_file.h"

namespace pleat {
namespace {

constexpr auto kTickInterval = std::chrono::milliseconds(100);
constexpr auto kSpaceInterval = std::chrono::seconds(5);
// What the loop reads at once for a snapshot.
constexpr size_t kSnapshotPageBytes = 256 << 10;

// The snapshot that the journal names.
absl::StatusOr<std::optional<v1::SnapshotTaken>> LastSnapshot(Journal& journal) {
  constexpr size_t kAll = size_t{1} << 30;
  std::optional<v1::SnapshotTaken> taken;
  PLEAT_ASSIGN_OR_RETURN(const std::vector<v1::JournalRecord> own, journal.Read("", 0, kAll));
  for (const v1::JournalRecord& record : own) {
    if (record.has_snapshot_taken()) taken = record.snapshot_taken();
    if (record.has_journal_restored()) taken.reset();  // its file was left behind
  }
  return taken;
}

// Of a request; what the coordinator itself has to say is not bounded here.
size_t BytesOf(const Command& command) {
  return std::visit(
      [](const auto& request) -> size_t {
        if constexpr (std::is_base_of_v<google::protobuf::Message,
                                        std::decay_t<decltype(request)>>) {
          return request.ByteSizeLong();
        }
        return 0;
      },
      command);
}

}  // namespace

CoordinatorLoop::CoordinatorLoop(CoordinatorCore& core, Journal& journal, Store& store,
                                 const Clock& clock, FatalCallback fatal, LoopOptions options)
    : core_(core),
      journal_(journal),
      store_(store),
      fatal_(std::move(fatal)),
      options_(std::move(options)),
      followers_(journal, core.state()),
      clock_(clock, core.lease_ttl_ms()) {}

CoordinatorLoop::~CoordinatorLoop() { Stop(); }

absl::Status CoordinatorLoop::Start() {
  PLEAT_RETURN_IF_ERROR(FailPoint("coordinator.start.before_replay"));
  PLEAT_RETURN_IF_ERROR(Restore());
  PLEAT_RETURN_IF_ERROR(FailPoint("coordinator.start.after_replay"));
  Work work;
  const Now now = clock_.Advance();
  LookAtStateSpace(now, work.turn);
  work.turn.Add(core_.Start(now));
  PLEAT_RETURN_IF_ERROR(Finish(std::move(work)));
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

absl::Status CoordinatorLoop::Restore() {
  const auto restore = [this](const v1::JournalRecord& record) -> absl::Status {
    PLEAT_RETURN_IF_ERROR(FailPoint("coordinator.start.during_replay"));
    return core_.Restore(record);
  };
  const absl::StatusOr<uint64_t> loaded = LoadSnapshot();
  absl::Status status = loaded.status();
  if (status.ok()) status = journal_.ReplayFrom(*loaded + 1, restore);
  next_snapshot_ = loaded.value_or(0) + options_.snapshot_every;
  if (status.ok() || loaded.value_or(1) == 0) return status;
  // The journal is the truth, and says itself if it is the one at fault.
  Log(LogLevel::kWarning, "a snapshot cannot be used; the whole journal is replayed",
      {{"error", status.message()}});
  core_.Clear();
  next_snapshot_ = options_.snapshot_every;
  return journal_.Replay(restore);
}

absl::StatusOr<uint64_t> CoordinatorLoop::LoadSnapshot() {
  if (options_.state_dir.empty()) return 0;
  PLEAT_ASSIGN_OR_RETURN(const std::optional<v1::SnapshotTaken> taken, LastSnapshot(journal_));
  if (!taken.has_value()) return 0;
  PLEAT_ASSIGN_OR_RETURN(const v1::StateSnapshot snapshot,
                         ReadSnapshot(options_.state_dir, *taken));
  PLEAT_RETURN_IF_ERROR(
      core_.Load(snapshot, [this](uint64_t sequence) { return journal_.Has(sequence); }));
  PLEAT_RETURN_IF_ERROR(FailPoint("coordinator.start.snapshot_is_loaded"));
  return taken->sequence();
}

CoordinatorLoop::Token CoordinatorLoop::Send(Command command, ReplyCallback done) {
  const Token token = ++last_token_;
  const size_t bytes = BytesOf(command);
  Item item = CommandItem{token, std::move(command), std::move(done), bytes};
  const bool has_room = queued_bytes_.fetch_add(bytes) + bytes <= options_.limits.queued_bytes;
  const absl::Status status =
      has_room ? queue_.Push(item)
               : absl::UnavailableError("the coordinator is overloaded; try again");
  if (!status.ok()) {
    queued_bytes_ -= bytes;
    std::get<CommandItem>(item).done(status, std::monostate{});
  }
  return token;
}

CoordinatorLoop::Token CoordinatorLoop::Follow(FollowRequest request,
                                               JournalFollowers::Callback done) {
  const Token token = ++last_token_;
  Item item = FollowItem{token, std::move(request), std::move(done)};
  const absl::Status status = queue_.Push(item);
  if (!status.ok()) std::get<FollowItem>(item).done(status);
  return token;
}

void CoordinatorLoop::ReadPage(uint64_t from, size_t bytes, PageCallback done) {
  Item item = PageItem{from, bytes, std::move(done)};
  const absl::Status status = queue_.Push(item);
  if (!status.ok()) std::get<PageItem>(item).done(status);
}

void CoordinatorLoop::Forget(Token token) { queue_.PushAlways(ForgetItem{token}); }

void CoordinatorLoop::Stop() {
  queue_.Close();
  if (thread_.joinable()) thread_.join();
}

void CoordinatorLoop::Run() {
  std::vector<Item> items;
  while (!queue_.closed()) {
    items = queue_.Take(NextTick(), std::move(items));
    const Now now = clock_.Advance();
    Work work;
    LookAtStateSpace(now, work.turn);
    for (Item& item : items) {
      if (auto* command = std::get_if<CommandItem>(&item)) {
        Handle(std::move(*command), now, work);
      } else if (auto* follow = std::get_if<FollowItem>(&item)) {
        work.follows.push_back(std::move(*follow));
      } else if (auto* page = std::get_if<PageItem>(&item)) {
        work.pages.push_back(std::move(*page));
      } else {
        work.forgotten.push_back(std::get<ForgetItem>(item).token);
      }
    }
    const auto tick = NextTick();
    if (tick && *tick <= std::chrono::steady_clock::now()) {
      last_tick_ = std::chrono::steady_clock::now();
      work.turn.Add(core_.Handle(0, Tick{}, now));
      LookAtSpace();
    }
    const absl::Status status = Finish(std::move(work));
    if (!status.ok()) {
      queue_.Close();
      fatal_(status);
    }
  }
  AnswerAll(absl::UnavailableError("the coordinator is stopping; try again"));
}

std::optional<std::chrono::steady_clock::time_point> CoordinatorLoop::NextTick() const {
  if (open_.empty() && !core_.WaitsForTime()) return std::nullopt;
  return last_tick_ + kTickInterval;
}

void CoordinatorLoop::Handle(CommandItem item, Now now, Work& work) {
  queued_bytes_ -= item.bytes;
  if (item.done && open_.size() >= options_.limits.open_calls) {
    // Not RESOURCE_EXHAUSTED, which is an answer: a copy that was sent before may be done yet.
    return item.done(absl::UnavailableError(absl::StrCat(
                         open_.size(), " calls wait for their answers, as many as the coordinator ",
                         "keeps; try again when some have theirs")),
                     std::monostate{});
  }
  Outcome outcome = core_.Handle(item.token, item.command, now);
  if (item.done) open_.emplace(item.token, std::move(item.done));
  const auto* heartbeat = std::get_if<v1::HeartbeatRequest>(&item.command);
  if (heartbeat != nullptr && !outcome.replies.empty() && outcome.replies.back().status.ok()) {
    v1::TaskProgress progress;
    progress.set_task(heartbeat->attempt().task());
    *progress.mutable_progress() = heartbeat->progress();
    work.progress.emplace_back(heartbeat->attempt().sweep(), std::move(progress));
  }
  work.turn.Add(std::move(outcome));
}

void CoordinatorLoop::Forgotten(Token token) {
  core_.Forget(token);
  followers_.Forget(token);
  auto open = open_.extract(token);
  if (open.empty()) return;
  open.mapped()(absl::CancelledError("the client went away"), std::monostate{});
}

absl::Status CoordinatorLoop::Finish(Work work) {
  PLEAT_RETURN_IF_ERROR(work.turn.Finish(journal_, *this));
  for (const auto& [sweep, progress] : work.progress) followers_.OnProgress(sweep, progress);
  for (FollowItem& follow : work.follows) {
    followers_.Follow(follow.token, std::move(follow.request), std::move(follow.done));
  }
  for (PageItem& page : work.pages) page.done(journal_.ReadPage(page.from, page.bytes));
  // Last, so that what the client asked for in this very turn is found.
  for (const Token token : work.forgotten) Forgotten(token);
  SnapshotIfDue();
  return absl::OkStatus();
}

void CoordinatorLoop::SendReply(Reply reply) {
  auto open = open_.extract(reply.token);
  if (open.empty()) return;
  // The reply is lost, not what it says.
  if (const absl::Status lost = FailPoint("coordinator.reply.before"); !lost.ok()) {
    return open.mapped()(absl::UnavailableError(lost.message()), std::monostate{});
  }
  open.mapped()(reply.status, std::move(reply.response));
}

void CoordinatorLoop::StartEffect(Effect effect) {
  ThreadPool& pool = std::holds_alternative<SuggestTrial>(effect) ? suggestions_ : effects_;
  pool.Submit([this, effect = std::move(effect)] {
    EffectDone done = RunEffect(effect, store_);
    if (!done.status.ok()) {
      Log(LogLevel::kWarning, "effect failed",
          {{"sweep", done.sweep}, {"error", done.status.ToString()}});
    }
    queue_.PushAlways(CommandItem{0, std::move(done), nullptr});
  });
}

void CoordinatorLoop::StartSuggestion(SuggestForStudy suggestion) {
  suggestions_.Submit([this, suggestion = std::move(suggestion)] {
    queue_.PushAlways(CommandItem{0, RunSuggestion(suggestion), nullptr});
  });
}

void CoordinatorLoop::StartCollection(CollectGarbage collection) {
  collections_.Submit([this, collection = std::move(collection)] {
    CollectionDone done = RunCollection(collection, store_);
    if (!done.status.ok()) {
      Log(LogLevel::kWarning, "garbage was not collected",
          {{"sweep", done.sweep}, {"error", done.status.ToString()}});
    }
    queue_.PushAlways(CommandItem{0, std::move(done), nullptr});
  });
}

void CoordinatorLoop::OnCommitted(std::span<const v1::JournalRecord> records) {
  followers_.OnCommitted(records);
}

void CoordinatorLoop::LookAtSpace() {
  const auto now = std::chrono::steady_clock::now();
  if (now - last_look_at_space_ < kSpaceInterval || looks_at_space_.exchange(true)) return;
  last_look_at_space_ = now;
  space_.Submit([this] {
    const absl::StatusOr<StoreSpace> space = store_.Space();
    if (space.ok()) {
      queue_.PushAlways(CommandItem{0, *space, nullptr});
    } else {
      Log(LogLevel::kWarning, "the store's space is not known",
          {{"error", space.status().ToString()}});
    }
    looks_at_space_ = false;
  });
}

void CoordinatorLoop::LookAtStateSpace(Now now, Turn& turn) {
  if (options_.state_dir.empty()) return;
  const absl::StatusOr<StoreSpace> space = options_.space_of(options_.state_dir);
  if (space.ok()) turn.Add(core_.Handle(0, StateSpace{*space}, now));
}

void CoordinatorLoop::SnapshotIfDue() {
  const State& state = core_.state();
  if (options_.state_dir.empty() || state.sequence() < next_snapshot_ || core_.IsShortOfSpace() ||
      makes_snapshot_.exchange(true)) {
    return;
  }
  next_snapshot_ = state.sequence() + options_.snapshot_every;
  SnapshotPlan plan{.state_dir = options_.state_dir,
                    .replies = state.replies().limits(),
                    .last = state.snapshot_taken(),
                    .through = state.sequence(),
                    .begun = {}};
  for (const auto& [name, sweep] : state.sweeps()) plan.begun.insert(sweep.rank.sequence);
  for (const auto& [name, study] : state.studies().studies()) plan.begun.insert(study.created);
  snapshots_.Submit([this, maker = std::make_shared<SnapshotMaker>(std::move(plan))] {
    maker->Begin();
    ContinueSnapshot(maker);
  });
}

void CoordinatorLoop::ContinueSnapshot(const std::shared_ptr<SnapshotMaker>& maker) {
  const uint64_t from = maker->next();
  // The maker's state is large, so it is not left to the loop's thread to take apart.
  ReadPage(from, kSnapshotPageBytes, [this, maker](absl::StatusOr<RecordPage> page) mutable {
    if (!page.ok()) return GiveUpSnapshot(page.status());
    snapshots_.Submit([this, maker = std::move(maker), page = *std::move(page)] {
      const absl::StatusOr<bool> is_enough = maker->Take(page);
      if (!is_enough.ok()) return GiveUpSnapshot(is_enough.status());
      if (*is_enough) return EndSnapshot(*maker);
      ContinueSnapshot(maker);
    });
  });
}

void CoordinatorLoop::EndSnapshot(const SnapshotMaker& maker) {
  absl::StatusOr<v1::SnapshotTaken> taken = maker.Write();
  if (!taken.ok()) return GiveUpSnapshot(taken.status());
  const std::string file = taken->file();
  // Its reply comes once it is journaled: then the older ones are of no use.
  const auto keep_only = [this, file](const absl::Status& status, const Response&) {
    if (status.ok()) {
      snapshots_.Submit([this, file] { RemoveSnapshotsBut(options_.state_dir, file); });
    }
    makes_snapshot_ = false;
  };
  Send(*std::move(taken), keep_only);
}

void CoordinatorLoop::GiveUpSnapshot(const absl::Status& status) {
  Log(LogLevel::kInfo, "no snapshot is made this time", {{"why", status.message()}});
  makes_snapshot_ = false;
}

void CoordinatorLoop::AnswerAll(const absl::Status& status) {
  for (Item& item : queue_.Take(std::nullopt)) {
    if (auto* command = std::get_if<CommandItem>(&item); command != nullptr && command->done) {
      command->done(status, std::monostate{});
    } else if (auto* follow = std::get_if<FollowItem>(&item)) {
      follow->done(status);
    } else if (auto* page = std::get_if<PageItem>(&item)) {
      page->done(status);
    }
  }
  for (auto& [token, done] : std::exchange(open_, {})) done(status, std::monostate{});
  followers_.Close();
}

}  // namespace pleat
