// What a coordinator holds is bounded: beyond each bound clients get RESOURCE_EXHAUSTED, and
// nothing changes.
#include "coordinator/core/capacity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "tests/coordinator/core/core_harness.h"

namespace pleat {
namespace {

using testing::HasSubstr;

CoreOptions WithCapacity(const Capacity& capacity) {
  return {.store_uuid = "store-1", .store_location = "/store", .capacity = capacity};
}

class CapacityTest : public testing::Test {
 protected:
  template <typename Request>
  absl::Status Ask(CoreHarness& core, Request request) {
    request.set_request_id(core.NextId());
    return core.Ask(request).status;
  }

  // That it is refused for want of room, and changes nothing.
  template <typename Send>
  void ExpectFull(CoreHarness& core, Send send, const std::string& what) {
    const std::string before = StateText(core.state()) + RepliesText(core.state());
    const absl::Status status = send();
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(what));
    EXPECT_EQ(StateText(core.state()) + RepliesText(core.state()), before);
  }

  static v1::CreateStudyRequest StudyRequest(const std::string& name) {
    v1::CreateStudyRequest request;
    request.set_name(name);
    request.mutable_search()->mutable_method()->mutable_tpe()->set_startup_trials(1);
    request.mutable_search()->set_max_trials(100);
    v1::ParameterSpec& parameter = *request.mutable_search()->add_parameters();
    parameter.set_key("x");
    parameter.mutable_uniform()->set_min(-1);
    parameter.mutable_uniform()->set_max(1);
    return request;
  }
  static v1::AskRequest AskOf(const std::string& study) {
    v1::AskRequest request;
    request.set_study(study);
    return request;
  }
  static v1::ReportRequest ReportOf(uint64_t step) {
    v1::ReportRequest request;
    request.set_study("s");
    request.set_step(step);
    return request;
  }
};

absl::Status RegisterGroup(CoreHarness& core, const std::string& worker) {
  v1::RegisterRequest request;
  request.set_worker_id(worker);
  request.set_store_uuid("store-1");
  request.mutable_info()->set_group_size(1);
  return core.Ask(request).status;
}

TEST_F(CapacityTest, OfGroups) {
  CoreHarness core(WithCapacity({.workers = 2}));
  ASSERT_TRUE(RegisterGroup(core, "w1").ok());
  ASSERT_TRUE(RegisterGroup(core, "w2").ok());
  ExpectFull(
      core, [&] { return RegisterGroup(core, "w3"); },
      "has 2 registered groups, and takes at most 2");
  // Those that are known may say so again, and a silent one gives its place up.
  EXPECT_TRUE(RegisterGroup(core, "w1").ok());
  core.AdvanceMs(61'000);
  EXPECT_TRUE(RegisterGroup(core, "w3").ok());
}

TEST_F(CapacityTest, OfSweeps) {
  CoreHarness core(WithCapacity({.sweeps = 2}));
  ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 2)).ok());
  ASSERT_TRUE(core.Submit(SmallSweep("b", 1, 2)).ok());
  ExpectFull(
      core, [&] { return core.Submit(SmallSweep("c", 1, 2)); },
      "has 2 sweeps, and takes at most 2; remove");
  // The same again is no further one.
  EXPECT_TRUE(core.Submit(SmallSweep("a", 1, 2)).ok());
}

TEST_F(CapacityTest, OfTheTextsOfSweeps) {
  CoreHarness core(WithCapacity({.sweep_bytes = 20'000}));
  v1::SubmitRequest request;
  *request.mutable_spec() = SmallSweep("a", 1, 2);
  request.set_source(std::string(15'000, '#'));
  ASSERT_TRUE(Ask(core, request).ok());
  request.mutable_spec()->set_name("b");
  ExpectFull(
      core, [&] { return Ask(core, request); }, "at most 20000 are kept");
}

// Of a grid of eight points, two folds each.
v1::SweepSpec GridSweep(const std::string& name, uint32_t trials) {
  v1::SweepSpec spec = SmallSweep(name, 8, 2);
  spec.mutable_search()->set_max_trials(trials);
  return spec;
}

TEST_F(CapacityTest, OfFoldsOfAllSweeps) {
  CoreHarness core(WithCapacity({.folds = 10}));
  ASSERT_TRUE(core.Submit(GridSweep("a", 3)).ok());
  ExpectFull(
      core, [&] { return core.Submit(GridSweep("b", 3)); },
      "sweep 'b' could come to 3 trials of 2 folds, beside 6 folds of other sweeps; the "
      "coordinator takes at most 10");
  ASSERT_TRUE(core.Submit(GridSweep("b", 2)).ok());
  // What a change would add counts like what a sweep begins with.
  const char kFull[] = "sweep 'a' could come to 4 trials of 2 folds, beside 4 folds";
  ExpectFull(
      core, [&] { return core.ChangeLimits("a", {"search.max_trials=4"}); }, kFull);
  ExpectFull(
      core, [&] { return core.ChangeLimits("a", {"search.max_trials=0"}); },
      "sweep 'a' could come to 8 trials of 2 folds, beside 4 folds");
  core.Register("w1");
  core.Prepare("w1");
  ExpectFull(
      core, [&] { return core.Extend("a", 1); }, kFull);
  ASSERT_TRUE(core.ChangeLimits("b", {"search.max_trials=1"}).ok());
  EXPECT_TRUE(core.Extend("a", 1).ok());
  // What adds none is no matter of room.
  EXPECT_TRUE(core.ChangeLimits("a", {"resources.max_failures=7"}).ok());
}

// Of a sweep that has ended no limit brings a trial, so none is a matter of room.
TEST_F(CapacityTest, OfFoldsLetsLimitsOfAnEndedSweepBeChanged) {
  CoreHarness core(WithCapacity({.folds = 6}));
  v1::SweepSpec spec = GridSweep("a", 3);
  spec.mutable_search()->mutable_budget()->set_fold_epochs(1);
  spec.mutable_resources()->set_max_concurrent_trials(1);
  ASSERT_TRUE(core.Submit(spec).ok());
  core.Register("w1");
  core.Prepare("w1");
  const v1::Lease lease = core.Acquire("w1").lease();
  ASSERT_TRUE(core.ReportEpoch(lease, 1).ok());
  ASSERT_TRUE(core.Complete(lease).ok());
  core.Finish("a", "w1");
  ASSERT_LT(core.sweep("a").trials.size(), 3u);
  ASSERT_TRUE(core.Submit(GridSweep("b", 2)).ok());
  EXPECT_TRUE(core.ChangeLimits("a", {"resources.max_failures=7"}).ok());
}

// As many as rows are ever cut into.
TEST_F(CapacityTest, OfFoldsThatOnlyTheDataCanTell) {
  CoreHarness core(WithCapacity({.folds = 2'500}));
  v1::SweepSpec spec = SmallSweep("a", 2, 2);
  spec.mutable_cross_validation()->mutable_leave_one_group_out();
  spec.mutable_data()->mutable_groups()->set_rows_per_group(10);
  ASSERT_TRUE(core.Submit(spec).ok()) << core.Submit(spec);
  spec.set_name("b");
  ExpectFull(
      core, [&] { return core.Submit(spec); },
      "could come to 2 trials of up to 1000 folds, beside 2000 folds");
}

// A journal that drops the records of what is removed, as the real ones do.
class DroppingJournal {
 public:
  explicit DroppingJournal(State& state) : state_(state) {}

  void Commit(v1::JournalRecord record) {
    record.set_sequence(state_.sequence() + 1);
    ASSERT_TRUE(state_.Apply(record).ok());
    std::vector<uint64_t>& own = of_[record.sweep()];
    if (record.has_sweep_removed()) {
      for (const uint64_t sequence : own) records_.erase(sequence);
      own.clear();
    }
    own.push_back(record.sequence());
    records_[record.sequence()] = std::move(record);
  }
  void Remove(const std::string& name, uint64_t last_attempt) {
    for (const bool files_gone : {false, true}) {
      v1::JournalRecord record;
      record.set_sweep(name);
      record.mutable_sweep_removed()->set_last_attempt(last_attempt);
      record.mutable_sweep_removed()->set_files_gone(files_gone);
      Commit(std::move(record));
    }
  }
  void Replay(State& state) const {
    for (const auto& [sequence, record] : records_) ASSERT_TRUE(state.Apply(record).ok());
  }

 private:
  State& state_;
  std::map<uint64_t, v1::JournalRecord> records_;
  std::map<std::string, std::vector<uint64_t>> of_;
};

// Of more than are told apart, all together; and the same after a start, though the journal then
// has fewer removals than there were.
TEST_F(CapacityTest, OfNamesOfRemovedSweeps) {
  State state{ReplyLimits()};
  DroppingJournal journal(state);
  v1::JournalRecord created;
  created.mutable_journal_created()->set_format(State::kFormat);
  created.mutable_journal_created()->set_store_uuid("store-1");
  journal.Commit(created);
  journal.Remove("gone-0", 50);
  for (uint64_t i = 0; i <= State::kMostRemovedNames; ++i) {
    journal.Remove("gone-" + std::to_string(i), i == 7 ? 99 : 51);
  }
  EXPECT_EQ(state.Snapshot().last_attempts_size(), 1);
  EXPECT_EQ(state.HighestAttempt(), 99u);
  EXPECT_EQ(state.AttemptsOfRemoved("gone-3"), 99u);
  v1::JournalRecord submitted;
  submitted.set_sweep("new");
  *submitted.mutable_sweep_submitted()->mutable_spec() = SmallSweep("new", 1, 2);
  submitted.mutable_sweep_submitted()->set_attempts_before(state.AttemptsOfRemoved("new"));
  journal.Commit(submitted);
  // A replay has one name less by then, and still tells them apart.
  journal.Remove("gone-7", 120);

  State replayed{ReplyLimits()};
  journal.Replay(replayed);
  State loaded{ReplyLimits()};
  ASSERT_TRUE(loaded.Load(state.Snapshot(), [](uint64_t) { return true; }).ok());
  for (const State* each : {&state, &replayed, &loaded}) {
    EXPECT_EQ(each->FindSweep("new")->attempts_before, 99u);
    EXPECT_EQ(each->AttemptsOfRemoved("gone-7"), 120u);
  }
}

TEST_F(CapacityTest, OfChangesOfASweep) {
  CoreHarness core(WithCapacity({.changes = 2}));
  ASSERT_TRUE(core.Submit(SmallSweep("a", 2, 2)).ok());
  ASSERT_TRUE(core.ChangeLimits("a", {"resources.max_failures=5"}).ok());
  ASSERT_TRUE(core.ChangeLimits("a", {"resources.max_failures=6"}).ok());
  ExpectFull(
      core, [&] { return core.ChangeLimits("a", {"resources.max_failures=7"}); },
      "has 2 changes of sweep 'a'");
}

TEST_F(CapacityTest, OfGivenTrialsThatWait) {
  CoreHarness core(WithCapacity({.given_trials = 2}));
  v1::SweepSpec spec = SmallSweep("a", 9, 2);
  spec.mutable_search()->mutable_method()->mutable_external();
  spec.mutable_search()->set_max_trials(9);
  ASSERT_TRUE(core.Submit(spec).ok());
  v1::AddTrialRequest request;
  request.set_name("a");
  v1::ParameterValue& value = *request.add_parameters();
  value.set_path("training.optimizer.adam_w.lr");
  value.set_value("3e-4");
  ASSERT_TRUE(Ask(core, request).ok());
  ASSERT_TRUE(Ask(core, request).ok());
  ExpectFull(
      core, [&] { return Ask(core, request); },
      "has 2 trials of sweep 'a' that wait for their turn");
}

TEST_F(CapacityTest, OfGroupsThatCannotReadASweepsData) {
  CoreHarness core(WithCapacity({.kept_away = 2}));
  ASSERT_TRUE(core.Submit(SmallSweep("a", 2, 2)).ok());
  core.Register("w0");
  core.Prepare("w0");
  core.Register("w1");
  ASSERT_TRUE(core.Fail(core.Acquire("w0").lease(), v1::FAILURE_KIND_DATA).ok());
  EXPECT_FALSE(core.sweep("a").ended.has_value());
  ASSERT_TRUE(core.Fail(core.Acquire("w1").lease(), v1::FAILURE_KIND_DATA).ok());
  ASSERT_TRUE(core.sweep("a").ended.has_value());
  EXPECT_THAT(core.sweep("a").ended->reason(), HasSubstr("the data do not hold"));
}

TEST_F(CapacityTest, OfRanksOfAGroup) {
  CoreHarness core;
  v1::RegisterRequest request;
  request.set_worker_id("w");
  request.set_store_uuid("store-1");
  request.mutable_info()->set_group_size(~uint32_t{0});
  const absl::Status status = core.Ask(request).status;
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("at most 65536 ranks are one group"));
}

TEST_F(CapacityTest, OfStudies) {
  CoreHarness core(WithCapacity({.studies = 1}));
  ASSERT_TRUE(Ask(core, StudyRequest("s")).ok());
  ExpectFull(
      core, [&] { return Ask(core, StudyRequest("t")); }, "has 1 studies, and takes at most 1");
  EXPECT_TRUE(Ask(core, StudyRequest("s")).ok());
}

TEST_F(CapacityTest, OfTrialsOfStudies) {
  CoreHarness core(WithCapacity({.study_trials = 1}));
  ASSERT_TRUE(Ask(core, StudyRequest("s")).ok());
  ASSERT_TRUE(Ask(core, AskOf("s")).ok());
  ExpectFull(
      core, [&] { return Ask(core, AskOf("s")); }, "has 1 trials of studies");
  // A study that is removed makes room.
  v1::RemoveStudyRequest remove;
  remove.set_name("s");
  ASSERT_TRUE(Ask(core, remove).ok());
  ASSERT_TRUE(Ask(core, StudyRequest("s")).ok());
  EXPECT_TRUE(Ask(core, AskOf("s")).ok());
}

TEST_F(CapacityTest, OfValuesInsideTrials) {
  CoreHarness core(WithCapacity({.study_values = 2}));
  ASSERT_TRUE(Ask(core, StudyRequest("s")).ok());
  ASSERT_TRUE(Ask(core, AskOf("s")).ok());
  ASSERT_TRUE(Ask(core, ReportOf(1)).ok());
  ASSERT_TRUE(Ask(core, ReportOf(2)).ok());
  ExpectFull(
      core, [&] { return Ask(core, ReportOf(3)); }, "has 2 values inside trials");
  EXPECT_TRUE(Ask(core, ReportOf(2)).ok());
}

TEST_F(CapacityTest, OfAsksThatWait) {
  CoreHarness core(WithCapacity({.asks = 1}));
  ASSERT_TRUE(Ask(core, StudyRequest("s")).ok());
  ASSERT_TRUE(Ask(core, AskOf("s")).ok());
  // The second trial is learned, so its answer comes later.
  EXPECT_EQ(Ask(core, AskOf("s")).code(), absl::StatusCode::kUnknown);
  const absl::Status status = Ask(core, AskOf("s"));
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;  // clients try it again by themselves
  EXPECT_THAT(std::string(status.message()), HasSubstr("has 1 calls that wait for a suggestion"));
  core.RunSuggestion();
  EXPECT_EQ(Ask(core, AskOf("s")).code(), absl::StatusCode::kUnknown);
}

}  // namespace
}  // namespace pleat
