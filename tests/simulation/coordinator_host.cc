#include "tests/simulation/coordinator_host.h"

#include <algorithm>
#include <set>
#include <utility>

#include "common/base/status_macros.h"
#include "common/store/store_layout.h"
#include "coordinator/core/invariants.h"
#include "tests/coordinator/core/core_samples.h"
#include "tests/simulation/named_files.h"
#include "tests/simulation/request_fields.h"

namespace pleat::simulation {
namespace {

constexpr int64_t kTickMs = 500;
constexpr int64_t kLookAtSpaceMs = 5'000;
constexpr uint64_t kDiskBytes = uint64_t{1} << 40;
// Of a commit that a snapshot follows.
constexpr double kSnapshotChance = 0.02;

std::string RecordText(v1::JournalRecord record) {
  record.clear_reply();
  if (record.has_sweep_submitted()) record.mutable_sweep_submitted()->clear_spec();
  return record.ShortDebugString();
}

uint64_t ContentOfEnsemble(const BuildEnsemble& effect) {
  uint64_t content = MixText(1, effect.spec_sha256);
  content = MixText(content, effect.folds.sha256());
  for (const MemberFiles& files : effect.files) {
    content = MixKeys(content, MixKeys(files.member.trial(), files.member.fold()));
    content = MixText(content, files.weights.sha256());
    content = MixText(content, files.oof.sha256());
    for (const v1::SplitPrediction& prediction : files.predictions.predictions()) {
      content = MixText(content, prediction.prediction().sha256());
    }
  }
  return content;
}

}  // namespace

const CoreOptions& CoordinatorHost::Options() {
  static const CoreOptions options{.store_uuid = "store",
                                   .store_location = "/store",
                                   .lease_ttl_ms = 10'000,
                                   .heartbeat_interval_ms = 2'000,
                                   .progress_timeout_ms = 40'000};
  return options;
}

CoordinatorHost::CoordinatorHost(World& world)
    : world_(world),
      audit_(world.watchdog, world.store, {Options().lease_ttl_ms, Options().progress_timeout_ms}),
      process_(world.events) {}

CoordinatorHost::StateTexts CoordinatorHost::TextsOf(const State& state) {
  return {.state = StateText(state), .replies = RepliesText(state)};
}

bool CoordinatorHost::IsStateAtDeath(const State& state) const {
  const StateTexts texts = TextsOf(state);
  return texts.state == state_at_death_->state &&
         (audit_.has_dropped_records() || texts.replies == state_at_death_->replies);
}

// -- Life and death.

absl::Status CoordinatorHost::Replay(CoordinatorCore& core) {
  audit_.BeginReplay();
  PLEAT_ASSIGN_OR_RETURN(const uint64_t loaded, LoadSnapshot(core));
  PLEAT_RETURN_IF_ERROR(journal_->Replay([&](const v1::JournalRecord& record) {
    audit_.OnReplayed(record, RunningMs());
    return record.sequence() > loaded ? core.Restore(record) : absl::OkStatus();
  }));
  audit_.EndReplay(RunningMs());
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> CoordinatorHost::LoadSnapshot(CoordinatorCore& core) {
  if (!snapshot_.has_value() || world_.dice.Chance(0.5)) return 0;
  std::set<uint64_t> there;
  PLEAT_RETURN_IF_ERROR(journal_->Replay([&](const v1::JournalRecord& record) {
    there.insert(record.sequence());
    return absl::OkStatus();
  }));
  const auto has_record = [&](uint64_t sequence) -> absl::StatusOr<bool> {
    return there.contains(sequence);
  };
  PLEAT_RETURN_IF_ERROR(core.Load(*snapshot_, has_record));
  world_.watchdog.Count("started from a snapshot");
  return snapshot_->sequence();
}

void CoordinatorHost::TryWithFlippedBit() {
  const size_t settled = std::min(journal_->settled_bytes(), disk_.bytes().size());
  if (!flips_bits_ || settled == 0) return;
  const size_t bit = world_.dice.Below(settled * 8);
  disk_.FlipBit(bit);
  world_.watchdog.Count("bit flipped in the journal");
  const auto ignore = [](const v1::JournalRecord&) { return absl::OkStatus(); };
  if (!absl::IsDataLoss(journal_->Replay(ignore))) {
    world_.watchdog.Violate("a flipped bit in the journal was not noticed");
  }
  disk_.FlipBit(bit);
}

void CoordinatorHost::Start() {
  if (journal_ == nullptr) journal_ = std::make_unique<SimulatedJournal>(disk_);
  TryWithFlippedBit();
  core_ = std::make_unique<CoordinatorCore>(Options());
  clock_ = std::make_unique<LeaseClock>(world_.clock, Options().lease_ttl_ms);
  if (const absl::Status status = Replay(*core_); !status.ok()) {
    return world_.watchdog.Violate("the journal cannot be replayed: ", status.message());
  }
  if (state_at_death_.has_value() && !IsStateAtDeath(core_->state())) {
    world_.watchdog.Violate("the replay of the journal is not the state at the crash");
  }
  state_at_death_.reset();
  committed_ = core_->state().sequence();
  world_.watchdog.Trace("coordinator starts at record ", committed_);
  Turn turn;
  const Now now = clock_->Advance();
  told_state_space_ = kAmple;
  LookAtStateSpace(now, turn);
  turn.Add(core_->Start(now));
  if (!FinishTurn(std::move(turn))) return;
  process_.After(kTickMs, [this] { Tick(); });
}

void CoordinatorHost::Die(const std::string& why, bool power) {
  world_.watchdog.Count(power ? "coordinator lost power" : "coordinator killed", why);
  // What was not committed may be lost, and then there is nothing to compare with.
  if (core_->state().sequence() == committed_) state_at_death_ = TextsOf(core_->state());
  if (power) {
    disk_.LosePower(world_.dice);
  } else {
    disk_.LoseProcess();
  }
  for (auto& [token, call] : open_) {
    world_.network.Send(call.link, Direction::kToClient, [answer = std::move(call.answer)] {
      answer(absl::UnavailableError("the connection broke"), std::monostate());
    });
  }
  open_.clear();
  queue_.clear();
  has_turn_ = is_dying_ = false;
  crash_.reset();
  refused_.clear();
  ++lives_;
  core_.reset();
  process_.Kill();
  process_.After(world_.dice.Between(100, 3'000), [this] { Start(); });
}

void CoordinatorHost::Restart() {
  if (core_ != nullptr) Die("at the end", /*power=*/true);
}

void CoordinatorHost::Pause(int64_t ms) {
  if (process_.paused()) return;
  process_.PauseFor(ms);
  // Of a pause the lease clock counts a second.
  stood_still_ms_ += std::max<int64_t>(0, ms - LeaseClock::kLongestTurnMs);
}

bool CoordinatorHost::IsDueToDie(CrashPoint::Where where) {
  return crash_.has_value() && crash_->where == where && crash_->after-- <= 0;
}

// -- Turns.

void CoordinatorHost::Receive(uint64_t life, size_t link, uint64_t call, Request request,
                              Answer answer) {
  // A connection ends with the process: what was on its way then never arrives.
  if (core_ == nullptr || life != lives_) {
    world_.network.Send(link, Direction::kToClient, [answer = std::move(answer)] {
      answer(absl::UnavailableError("connection refused"), std::monostate());
    });
    return;
  }
  const uint64_t token = ++tokens_;
  open_.emplace(token, Call{link, call, request, std::move(answer)});
  Push(token, std::move(request));
}

void CoordinatorHost::Forget(size_t link, uint64_t number) {
  if (core_ == nullptr) return;
  process_.After(0, [this, link, number] {
    for (auto call = open_.begin(); call != open_.end();) {
      const bool is_it = call->second.link == link && call->second.number == number;
      if (is_it) core_->Forget(call->first);
      call = is_it ? open_.erase(call) : std::next(call);
    }
  });
}

void CoordinatorHost::Push(uint64_t token, Request command) {
  queue_.push_back({token, std::move(command)});
  if (std::exchange(has_turn_, true)) return;
  process_.After(world_.dice.Between(0, 4), [this] { RunTurn(/*ticks=*/false); });
}

// The loop tells it at each turn; here what has changed is enough.
void CoordinatorHost::LookAtStateSpace(Now now, Turn& turn) {
  if (std::exchange(told_state_space_, state_space_) == state_space_) return;
  const auto keep = static_cast<double>(Options().min_free_state_bytes);
  const StoreSpace space{.free_bytes = static_cast<uint64_t>(state_space_ * keep),
                         .total_bytes = kDiskBytes};
  turn.Add(core_->Handle(0, StateSpace{space}, now));
}

void CoordinatorHost::Tick() {
  process_.After(kTickMs, [this] { Tick(); });
  if (world_.events.now_ms() % kLookAtSpaceMs < kTickMs) {
    const StoreSpace space{.free_bytes = world_.store.full() ? 0 : kDiskBytes / 2,
                           .total_bytes = kDiskBytes};
    queue_.push_back({0, std::make_shared<const Command>(space)});
  }
  RunTurn(/*ticks=*/true);
}

void CoordinatorHost::RunTurn(bool ticks) {
  has_turn_ = false;
  const Now now = clock_->Advance();
  Turn turn;
  LookAtStateSpace(now, turn);
  for (const Item& item : std::exchange(queue_, {})) {
    turn.Add(core_->Handle(item.token, *item.command, now));
    // It counts, even if its client has given up waiting for the answer.
    const auto* heartbeat = std::get_if<v1::HeartbeatRequest>(item.command.get());
    if (heartbeat != nullptr) audit_.OnHeartbeat(*heartbeat, RunningMs());
    if (IsDueToDie(CrashPoint::Where::kBetweenCommands)) {
      return Die("between commands", crash_->power);
    }
  }
  if (ticks) turn.Add(core_->Handle(0, pleat::Tick{}, now));
  FinishTurn(std::move(turn));
}

bool CoordinatorHost::FinishTurn(Turn turn) {
  const bool has_changed = core_->state().sequence() != committed_;
  if (has_changed) {
    const absl::Status invariants = CheckInvariants(core_->state());
    if (!invariants.ok()) world_.watchdog.Violate(invariants.message());
  }
  const bool power = crash_.has_value() && crash_->power;
  if (has_changed && crash_.has_value() && crash_->where == CrashPoint::Where::kInCommit) {
    disk_.DieAfterCalls(crash_->after);
  }
  const absl::Status status = turn.Finish(*journal_, *this);
  if (!status.ok()) {
    Die(absl::StrCat("in a commit: ", std::string(status.message())), power);
    return false;
  }
  committed_ = core_->state().sequence();
  if (has_changed && world_.dice.Chance(kSnapshotChance)) snapshot_ = core_->state().Snapshot();
  if (is_dying_) Die("between answers", power);
  return core_ != nullptr;
}

// -- What a turn leads to.

void CoordinatorHost::SendReply(Reply reply) {
  auto open = open_.extract(reply.token);
  if (open.empty() || is_dying_) return;
  if (IsDueToDie(CrashPoint::Where::kBetweenAnswers)) {
    is_dying_ = true;
    return;
  }
  Call& call = open.mapped();
  CheckReply(call, reply);
  if (world_.watchdog.traces()) {
    world_.watchdog.Trace("answer to ", TypeOf(*call.request), " ", RequestIdOf(*call.request), " ",
                          reply.status.ToString());
  }
  world_.network.Send(call.link, Direction::kToClient,
                      [answer = std::move(call.answer), reply = std::move(reply)] {
                        answer(reply.status, reply.response);
                      });
}

void CoordinatorHost::CheckReply(const Call& call, const Reply& reply) {
  if (std::holds_alternative<v1::HeartbeatRequest>(*call.request)) return;
  const std::string id = RequestIdOf(*call.request);
  const v1::RecordedReply* recorded = core_->state().replies().Find(id);
  const auto* task = std::get_if<v1::AcquireTaskResponse>(&reply.response);
  // That there is no task is no fact.
  if (id.empty() || (task != nullptr && !task->has_lease())) return;
  const std::string response = BytesOf(reply.response);
  const std::string* before = audit_.FindAcknowledged(id);
  if (before != nullptr && (!reply.status.ok() || *before != response)) {
    world_.watchdog.Violate("request ", id, " was accepted, and its retry is answered otherwise: ",
                            std::string(reply.status.message()));
  }
  if (recorded != nullptr && (!reply.status.ok() || recorded->response() != response)) {
    world_.watchdog.Violate("request ", id, " is answered otherwise than the journal says: ",
                            std::string(reply.status.message()));
  }
  const auto refused = refused_.find(id);
  if (refused != refused_.end() && refused->second != reply.status.ToString()) {
    world_.watchdog.Violate("request ", id, " was refused, and a copy is answered otherwise: ",
                            reply.status.ToString());
  }
  if (!reply.status.ok() && !absl::IsUnavailable(reply.status) &&
      !std::holds_alternative<v1::AcquireTaskRequest>(*call.request)) {
    refused_.emplace(id, reply.status.ToString());
  }
  if (recorded == nullptr) return;
  audit_.OnAcknowledged(id, task != nullptr ? task->lease().task().sweep() : SweepOf(*call.request),
                        response);
}

void CoordinatorHost::OnCommitted(std::span<const v1::JournalRecord> records) {
  if (is_dying_) return;
  for (const v1::JournalRecord& record : records) {
    if (world_.watchdog.traces()) world_.watchdog.Trace("record ", RecordText(record));
    audit_.OnCommitted(record, RunningMs());
  }
}

void CoordinatorHost::StartSuggestion(SuggestForStudy suggestion) {
  if (is_dying_) return;
  process_.After(world_.dice.Between(10, 500), [this, suggestion = std::move(suggestion)] {
    Push(0, std::make_shared<const Command>(RunSuggestion(suggestion)));
  });
}

void CoordinatorHost::StartEffect(Effect effect) {
  if (is_dying_) return;
  process_.After(world_.dice.Between(10, 2'000), [this, effect = std::move(effect)] {
    Push(0, std::make_shared<const Command>(RunEffect(effect)));
  });
}

void CoordinatorHost::StartCollection(CollectGarbage collection) {
  if (is_dying_) return;
  process_.After(world_.dice.Between(10, 2'000), [this, plan = std::move(collection)] {
    std::vector<std::string> garbage;
    for (const AttemptFolders& attempts : plan.tasks) {
      for (std::string& path : world_.store.Below(attempts.folder)) {
        if (FateOf(path, attempts) == Fate::kGoes) garbage.push_back(std::move(path));
      }
    }
    Collect(plan, std::move(garbage));
  });
}

void CoordinatorHost::Collect(const CollectGarbage& plan, std::vector<std::string> files) {
  const size_t half = files.size() / 2;
  for (size_t i = half; i < files.size(); ++i) world_.store.Remove(files[i]);
  process_.After(world_.dice.Between(1, 500), [this, plan, files = std::move(files), half] {
    for (size_t i = 0; i < half; ++i) world_.store.Remove(files[i]);
    EndCollection(plan, files.size());
  });
}

void CoordinatorHost::EndCollection(const CollectGarbage& plan, size_t files) {
  if (files > 0) {
    world_.watchdog.Count("garbage collected", files, " files");
    for (const auto& [path, artifact] : NamedFiles(core_->state())) audit_.CheckFile(*artifact);
  }
  CollectionDone done{.sweep = plan.sweep, .status = {}, .collected = plan.collected};
  done.collected.set_files(files);
  if (world_.dice.Chance(effects_fail_)) {
    done.status = absl::UnavailableError("the store is out of reach");
  }
  Push(0, std::make_shared<const Command>(std::move(done)));
}

std::vector<std::string> CoordinatorHost::Garbage() const {
  const auto named = NamedFiles(core_->state());
  std::vector<std::string> garbage;
  for (const auto& [name, sweep] : core_->state().sweeps()) {
    for (std::string& path : world_.store.Below(layout::SweepFolder(name) + "/trials")) {
      if (!named.contains(path)) garbage.push_back(std::move(path));
    }
  }
  return garbage;
}

EffectDone CoordinatorHost::RunEffect(const Effect& effect) {
  EffectDone done = SampleDone(effect);
  if (world_.dice.Chance(effects_fail_)) {
    world_.watchdog.Count("effect failed");
    done.status = absl::UnavailableError("the store is out of reach");
  } else {
    done.status = WriteResult(effect, done);
  }
  if (!done.status.ok()) done.result = std::monostate();
  return done;
}

absl::Status CoordinatorHost::WriteResult(const Effect& effect, EffectDone& done) {
  if (const auto* assign = std::get_if<AssignFolds>(&effect)) {
    const uint64_t content = MixText(2, assign->spec.cross_validation().SerializeAsString());
    PLEAT_ASSIGN_OR_RETURN(*std::get<v1::FoldsAssigned>(done.result).mutable_folds(),
                           world_.store.Write(layout::Folds(assign->sweep), content));
  } else if (const auto* build = std::get_if<BuildEnsemble>(&effect)) {
    PLEAT_ASSIGN_OR_RETURN(
        *std::get<v1::EnsembleBuilt>(done.result).mutable_manifest(),
        world_.store.Write(layout::EnsembleFolder(build->sweep, build->version) + "/manifest.json",
                           ContentOfEnsemble(*build)));
  } else if (std::holds_alternative<RemoveFiles>(effect)) {
    world_.store.RemoveBelow(layout::SweepFolder(done.sweep));
  }
  return absl::OkStatus();
}

}  // namespace pleat::simulation
