#include "coordinator/service/coordinator_loop.h"

#include <utility>

#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "coordinator/ensemble/run_effect.h"

namespace pleat {
namespace {

constexpr auto kTickInterval = std::chrono::milliseconds(100);
constexpr auto kSpaceInterval = std::chrono::seconds(5);

}  // namespace

CoordinatorLoop::CoordinatorLoop(CoordinatorCore& core, Journal& journal, Store& store,
                                 const Clock& clock, FatalCallback fatal)
    : core_(core),
      journal_(journal),
      store_(store),
      fatal_(std::move(fatal)),
      followers_(journal, core.state()),
      clock_(clock) {}

CoordinatorLoop::~CoordinatorLoop() { Stop(); }

absl::Status CoordinatorLoop::Start() {
  PLEAT_RETURN_IF_ERROR(
      journal_.Replay([this](const v1::JournalRecord& record) { return core_.Restore(record); }));
  Work work;
  work.turn.Add(core_.Start(clock_.Advance()));
  PLEAT_RETURN_IF_ERROR(Finish(std::move(work)));
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

CoordinatorLoop::Token CoordinatorLoop::Send(Command command, ReplyCallback done) {
  const Token token = ++last_token_;
  Item item = CommandItem{token, std::move(command), std::move(done)};
  const absl::Status status = queue_.Push(item);
  if (!status.ok()) std::get<CommandItem>(item).done(status, std::monostate{});
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

void CoordinatorLoop::Forget(Token token) { queue_.PushAlways(ForgetItem{token}); }

void CoordinatorLoop::Stop() {
  queue_.Close();
  if (thread_.joinable()) thread_.join();
}

void CoordinatorLoop::Run() {
  while (!queue_.closed()) {
    std::vector<Item> items = queue_.Take(NextTick());
    const Now now = clock_.Advance();
    Work work;
    for (Item& item : items) {
      if (auto* command = std::get_if<CommandItem>(&item)) {
        Handle(std::move(*command), now, work);
      } else if (auto* follow = std::get_if<FollowItem>(&item)) {
        work.follows.push_back(std::move(*follow));
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
  // Last, so that what the client asked for in this very turn is found.
  for (const Token token : work.forgotten) Forgotten(token);
  return absl::OkStatus();
}

void CoordinatorLoop::SendReply(Reply reply) {
  auto open = open_.extract(reply.token);
  if (!open.empty()) open.mapped()(reply.status, std::move(reply.response));
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

void CoordinatorLoop::AnswerAll(const absl::Status& status) {
  for (Item& item : queue_.Take(std::nullopt)) {
    if (auto* command = std::get_if<CommandItem>(&item); command != nullptr && command->done) {
      command->done(status, std::monostate{});
    } else if (auto* follow = std::get_if<FollowItem>(&item)) {
      follow->done(status);
    }
  }
  for (auto& [token, done] : std::exchange(open_, {})) done(status, std::monostate{});
  followers_.Close();
}

}  // namespace pleat
