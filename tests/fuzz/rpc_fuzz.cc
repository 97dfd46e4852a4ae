// What clients send, in any order and with any content, to a coordinator that has a sweep, a study
// and two groups: each call has one answer, one that is refused changes nothing, every invariant
// holds, and what is acknowledged is in the journal.
#include <deque>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/config/sweep_reader.h"
#include "coordinator/core/coordinator_core.h"
#include "coordinator/core/invariants.h"
#include "coordinator/journal/journal.h"
#include "coordinator/service/ensemble_listing.h"
#include "coordinator/service/explain.h"
#include "coordinator/service/journal_followers.h"
#include "coordinator/service/resolve.h"
#include "tests/coordinator/core/core_samples.h"
#include "tests/fuzz/fuzz_forms.pb.h"
#include "tests/fuzz/fuzz_target.h"

namespace pleat {
namespace {

constexpr int kMostCalls = 24;

class Coordinator {
 public:
  explicit Coordinator(const std::vector<v1::JournalRecord>& records) {
    if (!records.empty()) Commit(records);
    Begin();
  }
  ~Coordinator() {
    followers_->Close();
    Require(watching_.empty(), "each watch has an answer once the coordinator stops");
  }

  void Handle(const fuzz::Call& call) {
    switch (call.what_case()) {
      case fuzz::Call::kWaitMs:
        now_.lease_ms += call.wait_ms() % 100'000;
        now_.unix_ms += call.wait_ms();
        return Send(Tick{});
      case fuzz::Call::kForget:
        open_.erase(token_);
        return core_->Forget(token_);
      case fuzz::Call::kEffect:
        return EndEffect(call.effect());
      case fuzz::Call::kSuggestion:
        return EndSuggestion();
      case fuzz::Call::kRestart:
        return Restart();
      case fuzz::Call::kExplain:
        for (const v1::JournalRecord& record : Records())
          (void)ExplainRecord(record, call.explain());
        return;
      case fuzz::Call::kResolve:
        return Resolve(call.resolve());
      case fuzz::Call::kWatch:
        return Watch(call.watch());
      case fuzz::Call::kGetEnsemble:
        return GetEnsemble(call.get_ensemble());
      default:
        return SendRequest(call);
    }
  }

  std::vector<v1::JournalRecord> Records() const {
    std::vector<v1::JournalRecord> records;
    const absl::Status status = journal_->Replay([&](const v1::JournalRecord& record) {
      records.push_back(record);
      return absl::OkStatus();
    });
    Require(status.ok(), status.ToString());
    return records;
  }
  const State& state() const { return core_->state(); }

  // A coordinator that starts from the journal has the same state.
  void CheckReplay() const {
    CoordinatorCore again(Options());
    for (const v1::JournalRecord& record : Records()) {
      const absl::Status status = again.Restore(record);
      Require(status.ok(), status.ToString());
    }
    Require(StateText(again.state()) == StateText(core_->state()), "the journal is the state");
  }

 private:
  static CoreOptions Options() { return {.store_uuid = "store-1", .store_location = "/store"}; }

  void Begin() {
    if (followers_ != nullptr) followers_->Close();
    core_ = std::make_unique<CoordinatorCore>(Options());
    for (const v1::JournalRecord& record : Records()) (void)core_->Restore(record);
    followers_ = std::make_unique<JournalFollowers>(*journal_, core_->state());
    Take(core_->Start(now_));
  }

  void Restart() {
    CheckReplay();
    effects_.clear();
    suggestions_.clear();
    collections_.clear();
    open_.clear();
    Begin();
  }

  void Send(const Command& command) { Take(core_->Handle(++token_, command, now_)); }

  template <typename Request>
  void SendAsClient(const Request& request) {
    const uint64_t before = core_->state().sequence();
    Outcome outcome = core_->Handle(++token_, request, now_);
    for (const Reply& reply : outcome.replies) {
      if (reply.token != token_ || reply.status.ok()) continue;
      Require(outcome.records.empty() && core_->state().sequence() == before,
              absl::StrCat("what is refused changes nothing: ", reply.status.ToString()));
      Require(!reply.status.message().empty(), "a refusal says why");
    }
    open_.insert(token_);
    Take(std::move(outcome));
  }

  void SendRequest(const fuzz::Call& call) {
    switch (call.what_case()) {
      case fuzz::Call::kSubmit:
        return SendAsClient(call.submit());
      case fuzz::Call::kAddTrial:
        return SendAsClient(call.add_trial());
      case fuzz::Call::kFinishSearch:
        return SendAsClient(call.finish_search());
      case fuzz::Call::kList:
        return SendAsClient(call.list());
      case fuzz::Call::kGet:
        return SendAsClient(call.get());
      case fuzz::Call::kCancel:
        return SendAsClient(call.cancel());
      case fuzz::Call::kExtend:
        return SendAsClient(call.extend());
      case fuzz::Call::kRetry:
        return SendAsClient(call.retry());
      case fuzz::Call::kChangeLimits:
        return SendAsClient(call.change_limits());
      case fuzz::Call::kRemove:
        return SendAsClient(call.remove());
      case fuzz::Call::kCreateStudy:
        return SendAsClient(call.create_study());
      case fuzz::Call::kAsk:
        return SendAsClient(call.ask());
      case fuzz::Call::kReport:
        return SendAsClient(call.report());
      case fuzz::Call::kTell:
        return SendAsClient(call.tell());
      case fuzz::Call::kListStudies:
        return SendAsClient(call.list_studies());
      case fuzz::Call::kGetStudy:
        return SendAsClient(call.get_study());
      case fuzz::Call::kRemoveStudy:
        return SendAsClient(call.remove_study());
      case fuzz::Call::kRegister:
        return SendAsClient(call.register_());
      case fuzz::Call::kAcquire:
        return SendAsClient(call.acquire());
      case fuzz::Call::kHeartbeat:
        return SendAsClient(call.heartbeat());
      case fuzz::Call::kReportEpoch:
        return SendAsClient(call.report_epoch());
      case fuzz::Call::kPublish:
        return SendAsClient(call.publish());
      case fuzz::Call::kComplete:
        return SendAsClient(call.complete());
      case fuzz::Call::kFail:
        return SendAsClient(call.fail());
      case fuzz::Call::kQuarantine:
        return SendAsClient(call.quarantine());
      default:
        return;
    }
  }

  static void Resolve(const v1::ResolveRequest& request) {
    const absl::StatusOr<v1::SweepSpec> spec = ResolveSweep(request);
    if (!spec.ok()) return Require(!spec.status().message().empty(), "a refusal says why");
    Require(CheckSweepSpec(*spec).ok(), "what is resolved can be submitted");
  }

  void GetEnsemble(const v1::GetEnsembleRequest& request) {
    v1::GetRequest get;
    get.set_name(request.name());
    SendAsClient(get);
    std::vector<v1::Artifact> files(2);
    files[0].set_path("manifest.json");
    files[0].set_size(100);
    files[1].set_path("members/0.safetensors");
    const absl::StatusOr<EnsemblePosition> position = FindPosition(files, request);
    if (!position.ok()) {
      return Require(!position.status().message().empty(), "a refusal says why");
    }
    Require(position->file < files.size() && position->offset <= files[position->file].size(),
            "no byte outside a file is read");
  }

  void Watch(const v1::WatchRequest& request) {
    AskForPage(++token_, {.sweep = request.name(),
                          .from = request.from_sequence(),
                          .wait = true,
                          .progress = request.progress()});
  }

  // As a stream does, page by page, until it would have to wait.
  void AskForPage(uint64_t token, const FollowRequest& request) {
    watching_.insert(token);
    followers_->Follow(token, request, [=, this](const absl::StatusOr<JournalPage>& page) {
      Require(watching_.erase(token) == 1, "each watch has one answer");
      if (!page.ok() || page->records.empty()) return;
      FollowRequest next = request;
      for (const v1::JournalRecord& record : page->records) {
        Require(record.sweep() == request.sweep && record.sequence() >= next.from,
                "a watch tells of its sweep, in order");
        next.from = record.sequence() + 1;
      }
      AskForPage(token, next);
    });
  }

  void Commit(const std::vector<v1::JournalRecord>& records) {
    const absl::Status status = journal_->Commit(records);
    Require(status.ok(), status.ToString());
  }

  void EndEffect(bool well) {
    if (!collections_.empty()) return EndCollection(well);
    if (effects_.empty()) return;
    EffectDone done = SampleDone(effects_.front());
    if (!well)
      done = {.sweep = done.sweep, .status = absl::UnavailableError("it broke"), .result = {}};
    effects_.pop_front();
    Send(done);
  }

  void EndCollection(bool well) {
    const CollectGarbage plan = std::move(collections_.front());
    collections_.pop_front();
    Send(CollectionDone{.sweep = plan.sweep,
                        .status = well ? absl::OkStatus() : absl::UnavailableError("it broke"),
                        .collected = plan.collected});
  }

  void EndSuggestion() {
    if (suggestions_.empty()) return;
    const StudySuggested suggested = RunSuggestion(suggestions_.front());
    suggestions_.pop_front();
    Send(suggested);
  }

  void Take(Outcome outcome) {
    Commit(outcome.records);
    followers_->OnCommitted(outcome.records);
    for (const Reply& reply : outcome.replies) {
      Require(open_.erase(reply.token) == 1, "each call has one answer");
    }
    effects_.insert(effects_.end(), outcome.effects.begin(), outcome.effects.end());
    suggestions_.insert(suggestions_.end(), outcome.suggestions.begin(), outcome.suggestions.end());
    collections_.insert(collections_.end(), outcome.collections.begin(), outcome.collections.end());
    const absl::Status status = CheckInvariants(core_->state());
    Require(status.ok(), status.ToString());
  }

  Now now_{.lease_ms = 0, .unix_ms = 1'700'000'000'000};
  std::unique_ptr<CoordinatorCore> core_;
  const std::unique_ptr<Journal> journal_ = NewMemoryJournal();
  std::unique_ptr<JournalFollowers> followers_;
  std::deque<Effect> effects_;
  std::deque<SuggestForStudy> suggestions_;
  std::deque<CollectGarbage> collections_;
  std::set<uint64_t> open_;
  std::set<uint64_t> watching_;
  uint64_t token_ = 0;
};

// Calls by which a coordinator gets a prepared sweep ("digits", of two trials and two folds) of
// which "w1" trains a fold, and a study ("points") with a trial that runs.
constexpr char kBefore[] = R"pb(
  calls {
    register {
      worker_id: "w1"
      info { group_size: 1 fingerprint: "f" }
      store_uuid: "store-1"
    }
  }
  calls { acquire { request_id: "w1/1" worker_id: "w1" } }
  calls {
    complete {
      request_id: "w1/2"
      attempt { sweep: "digits" task: "prepare" attempt: 1 }
      result {
        prepare_data {
          datasets { split: "train" rows: 100 }
          datasets { split: "test" rows: 100 }
        }
      }
    }
  }
  calls { effect: true }
  calls { acquire { request_id: "w1/3" worker_id: "w1" } }
  calls {
    create_study {
      request_id: "c/1"
      name: "points"
      search {
        parameters {
          key: "x"
          uniform { min: 0 max: 1 }
        }
        max_trials: 4
        method { tpe { startup_trials: 1 } }
      }
    }
  }
  calls { ask { request_id: "c/2" study: "points" } }
)pb";

// Known to every coordinator that an input meets.
constexpr char kGroups[] = R"pb(
  calls {
    register {
      worker_id: "w1"
      info { group_size: 1 fingerprint: "f" }
      store_uuid: "store-1"
    }
  }
  calls {
    register {
      worker_id: "w2"
      info { group_size: 1 fingerprint: "f" }
      store_uuid: "store-1"
    }
  }
)pb";

fuzz::Calls ReadCalls(std::string_view text) {
  fuzz::Calls calls;
  Require(ParseForm(text, &calls), "the target's own calls can be read");
  return calls;
}

std::vector<v1::JournalRecord> JournalBefore() {
  fuzz::Call submit;
  submit.mutable_submit()->set_request_id("c/0");
  *submit.mutable_submit()->mutable_spec() = SmallSweep("digits", 2, 2);
  Coordinator coordinator({});
  coordinator.Handle(submit);
  const fuzz::Calls before = ReadCalls(kBefore);
  for (const fuzz::Call& call : before.calls()) coordinator.Handle(call);
  const State& state = coordinator.state();
  Require(state.held().contains("w1"), "a fold is being trained");
  Require(state.studies().studies().at("points").trials.size() == 1, "a trial of the study runs");
  return coordinator.Records();
}

void ServeCalls(std::string_view input) {
  static const std::vector<v1::JournalRecord> journal = JournalBefore();
  static const fuzz::Calls groups = ReadCalls(kGroups);
  fuzz::Calls calls;
  if (!ParseForm(input, &calls)) return;
  Coordinator coordinator(journal);
  for (const fuzz::Call& call : groups.calls()) coordinator.Handle(call);
  for (int i = 0; i < calls.calls_size() && i < kMostCalls; ++i) coordinator.Handle(calls.calls(i));
  coordinator.CheckReplay();
}

const RegisteredTarget kRpcTarget({.name = "rpc",
                                   .run = ServeCalls,
                                   .form = &fuzz::Calls::default_instance()});

}  // namespace
}  // namespace pleat
