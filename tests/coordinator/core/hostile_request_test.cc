// Requests that no client means well with: each is refused with one clear line and changes nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "coordinator/core/report_check.h"
#include "coordinator/core/request_check.h"
#include "tests/coordinator/core/core_harness.h"

namespace pleat {
namespace {

using absl::StatusCode;
using testing::HasSubstr;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// A sweep of two trials and two folds, of which a group trains the first; and a study with a trial
// that runs.
class HostileRequestTest : public testing::Test {
 protected:
  HostileRequestTest() {
    core_.Register("w");
    v1::SweepSpec spec = SmallSweep("a", 2, 2);
    spec.mutable_training()->set_epochs(9);
    EXPECT_TRUE(core_.Submit(spec).ok());
    core_.Prepare("w");
    lease_ = core_.Acquire("w").lease();
    EXPECT_EQ(lease_.task().id(), "train/0000/0");
  }

  // That the request is refused so, and leaves everything as it was.
  template <typename Request>
  void ExpectRefused(Request request, StatusCode code, const std::string& what) {
    if constexpr (requires { request.set_request_id(""); }) {
      if (request.request_id().empty()) request.set_request_id(core_.NextId());
    }
    const std::string before = Digest();
    const size_t records = core_.journal.size();
    const Reply reply = core_.Ask(request);
    EXPECT_EQ(reply.status.code(), code) << reply.status << "\n"
                                         << request.ShortDebugString().substr(0, 500);
    EXPECT_THAT(std::string(reply.status.message()), HasSubstr(what));
    EXPECT_EQ(reply.status.message().find('\n'), std::string::npos);
    EXPECT_LT(reply.status.message().size(), 2'000u);
    EXPECT_EQ(Digest(), before);
    EXPECT_EQ(core_.journal.size(), records);
  }
  template <typename Request>
  void ExpectInvalid(const Request& request, const std::string& what) {
    ExpectRefused(request, StatusCode::kInvalidArgument, what);
  }

  std::string Digest() const { return StateText(core_.state()) + RepliesText(core_.state()); }

  v1::ReportEpochRequest EpochOf(uint32_t epoch) const {
    v1::ReportEpochRequest request;
    *request.mutable_attempt() = AttemptOf(lease_);
    request.mutable_metrics()->set_epoch(epoch);
    return request;
  }
  v1::PublishCheckpointRequest CheckpointAt(const std::string& path) const {
    v1::PublishCheckpointRequest request;
    *request.mutable_attempt() = AttemptOf(lease_);
    request.mutable_checkpoint()->set_epoch(1);
    request.mutable_checkpoint()->mutable_weights()->set_path(path);
    return request;
  }
  v1::CompleteTaskRequest Completion() const {
    v1::CompleteTaskRequest request;
    *request.mutable_attempt() = AttemptOf(lease_);
    *request.mutable_result() = SampleResult(lease_);
    return request;
  }
  v1::FailTaskRequest Failure() const {
    v1::FailTaskRequest request;
    *request.mutable_attempt() = AttemptOf(lease_);
    request.set_kind(v1::FAILURE_KIND_INTERNAL);
    return request;
  }

  CoreHarness core_;
  v1::Lease lease_;
};

TEST_F(HostileRequestTest, FieldsThatNobodyKnowsAreRefused) {
  v1::FailTaskRequest fail = Failure();
  fail.GetReflection()->MutableUnknownFields(&fail)->AddVarint(77, 1);
  ExpectInvalid(fail,
                "FailTaskRequest has a field of number 77, which this coordinator does not know");

  // Deep inside too: what is in a spec would be journaled.
  v1::SubmitRequest submit;
  *submit.mutable_spec() = SmallSweep("b", 1, 2);
  v1::ModelSpec& model = *submit.mutable_spec()->mutable_model();
  model.GetReflection()->MutableUnknownFields(&model)->AddLengthDelimited(999,
                                                                          std::string(10'000, 'x'));
  ExpectInvalid(submit, "ModelSpec has a field of number 999");
}

TEST_F(HostileRequestTest, LongTextsAreRefused) {
  v1::RegisterRequest group;
  group.set_worker_id("other");
  group.set_store_uuid("store-1");
  group.mutable_info()->set_group_size(1);
  group.mutable_info()->set_host(std::string(kMostTextBytes + 1, 'h'));
  ExpectInvalid(group, "WorkerInfo.host has 1025 bytes; at most 1024 are accepted");
  group.mutable_info()->set_host(std::string(kMostTextBytes, 'h'));
  EXPECT_TRUE(core_.Ask(group).status.ok());

  v1::FailTaskRequest fail = Failure();
  fail.set_message(std::string(kMostReasonBytes + 1, 'm'));
  ExpectInvalid(fail, "FailTaskRequest.message has 16385 bytes; at most 16384 are accepted");

  v1::GetRequest get;
  get.set_name(std::string(kMostTextBytes + 1, 'n'));
  ExpectInvalid(get, "GetRequest.name has 1025 bytes");

  v1::AddTrialRequest add;
  add.set_name("a");
  add.add_parameters()->set_value(std::string(kMostValueBytes + 1, 'v'));
  ExpectInvalid(add, "ParameterValue.value has 65537 bytes");

  v1::SubmitRequest submit;
  *submit.mutable_spec() = SmallSweep("b", 1, 2);
  submit.set_source(std::string(kMostSourceBytes + 1, '#'));
  ExpectInvalid(submit, "SubmitRequest.source has 1048577 bytes");
}

TEST_F(HostileRequestTest, LargeRequestsAreRefused) {
  v1::CompleteTaskRequest complete = Completion();
  while (complete.ByteSizeLong() <= kMostRequestBytes) {
    complete.mutable_result()->mutable_train_fold()->mutable_transfer()->add_taken(
        std::string(1'000, 't'));
  }
  ExpectInvalid(complete, "at most 262144 are accepted");

  v1::SubmitRequest submit;
  *submit.mutable_spec() = SmallSweep("b", 1, 2);
  while (submit.ByteSizeLong() <= kMostSubmitBytes) {
    submit.mutable_spec()->mutable_search()->add_constraints(std::string(60'000, '1'));
  }
  ExpectInvalid(submit, "at most 4194304 are accepted");
}

TEST_F(HostileRequestTest, ManySmallPartsAreRefused) {
  v1::SubmitRequest submit;
  *submit.mutable_spec() = SmallSweep("b", 1, 2);
  for (size_t i = 0; i <= kMostParts; ++i)
    submit.mutable_spec()->mutable_search()->add_parameters();
  ExpectInvalid(submit, "the request has more than 50000 parts");
}

TEST_F(HostileRequestTest, NumbersThatAreNoneAreRefused) {
  for (const double none :
       {kNan, std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()}) {
    v1::ReportEpochRequest report = EpochOf(1);
    report.mutable_metrics()->mutable_validation()->set_ece(none);
    ExpectInvalid(report, "ClassMetrics.ece is ");
    v1::CompleteTaskRequest complete = Completion();
    complete.mutable_result()->mutable_train_fold()->set_seconds(none);
    ExpectInvalid(complete, "TrainFoldResult.seconds is ");
    v1::SubmitRequest submit;
    *submit.mutable_spec() = SmallSweep("b", 1, 2);
    submit.mutable_spec()->mutable_search()->mutable_budget()->set_gpu_hours(none);
    ExpectInvalid(submit, "BudgetSpec.gpu_hours is ");
  }
}

TEST_F(HostileRequestTest, KindsWithoutAMeaningAreRefused) {
  v1::FailTaskRequest fail = Failure();
  fail.set_kind(static_cast<v1::FailureKind>(77));
  ExpectInvalid(fail, "FailTaskRequest.kind is 77, which has no meaning to this coordinator");
}

TEST_F(HostileRequestTest, FilesThatAreNotTheAttemptsAreRefused) {
  const std::string own = lease_.folder();
  ASSERT_EQ(own, "sweeps/a/trials/0000/fold_0/attempt_1");
  for (const std::string& path :
       {std::string("../x"), std::string("/etc/passwd"), std::string(), std::string("x"), own,
        own + "/", own + "/../x", own + "//x", own + "/.tmp-x", std::string("sweeps/a/folds.npy"),
        std::string("sweeps/a/trials/0000/fold_0/attempt_2/x"),
        std::string("sweeps/a/trials/0000/fold_0/attempt_01/x"),
        std::string("sweeps/a/trials/0000/fold_0/attempt_0/x"),
        std::string("sweeps/a/trials/0000/fold_0/attempt_18446744073709551617/x"),
        std::string("sweeps/a/trials/0000/fold_1/attempt_1/x"),
        std::string("sweeps/a/trials/0000/fold_0/predict/attempt_1/x"),
        std::string("sweeps/b/trials/0000/fold_0/attempt_1/x"), own + std::string("/\0x", 3)}) {
    ExpectInvalid(CheckpointAt(path), "is no file of attempt 1 of trial 0 fold 0");
    v1::CompleteTaskRequest complete = Completion();
    complete.mutable_result()
        ->mutable_train_fold()
        ->mutable_checkpoint()
        ->mutable_state()
        ->set_path(path);
    ExpectInvalid(complete, "is no file of attempt 1 of trial 0 fold 0");
  }
}

TEST_F(HostileRequestTest, FilesThatCannotBeAreRefused) {
  v1::PublishCheckpointRequest large = CheckpointAt(lease_.folder() + "/weights.safetensors");
  large.mutable_checkpoint()->mutable_weights()->set_size(~uint64_t{0});
  ExpectInvalid(large, "is said to have 18446744073709551615 bytes");
  v1::PublishCheckpointRequest wrong = CheckpointAt(lease_.folder() + "/weights.safetensors");
  for (const std::string& sha256 :
       {std::string(64, 'A'), std::string(63, 'a'), std::string(64, 'g'), std::string("x")}) {
    wrong.mutable_checkpoint()->mutable_weights()->set_sha256(sha256);
    ExpectInvalid(wrong, "is not 64 lower-case hex digits");
  }
}

TEST_F(HostileRequestTest, AnAttemptMayNameWhatAnEarlierOneOfItsTaskWrote) {
  ASSERT_TRUE(core_.Release(lease_).ok());
  const v1::Lease second = core_.Acquire("w").lease();
  ASSERT_EQ(second.attempt(), 2u);
  v1::CompleteTaskRequest complete = Completion();
  *complete.mutable_attempt() = AttemptOf(second);
  complete.set_request_id(core_.NextId());
  EXPECT_TRUE(core_.Ask(complete).status.ok());
}

TEST_F(HostileRequestTest, EpochsOutOfOrderAreRefused) {
  ExpectInvalid(EpochOf(7), "trial 0 fold 0 has come to epoch 0; epoch 7 cannot be the next");
  ExpectInvalid(EpochOf(0), "has epochs 1 to 9; epoch 0 is none");
  ExpectInvalid(EpochOf(~uint32_t{0}), "has epochs 1 to 9; epoch 4294967295 is none");
  for (uint32_t epoch = 1; epoch <= 9; ++epoch) ASSERT_TRUE(core_.ReportEpoch(lease_, epoch).ok());
  ExpectInvalid(EpochOf(10), "epoch 10 is none");
  // An attempt that begins anew reports the first ones again.
  EXPECT_TRUE(core_.ReportEpoch(lease_, 1).ok());
}

TEST_F(HostileRequestTest, CheckpointsBeyondTheirTrainingAreRefused) {
  v1::PublishCheckpointRequest request = CheckpointAt(lease_.folder() + "/weights.safetensors");
  request.mutable_checkpoint()->set_epoch(10);
  ExpectInvalid(request, "a checkpoint after epoch 10 of trial 0 fold 0, which has 9 epochs");
}

TEST_F(HostileRequestTest, ForgedAttemptsAreRefused) {
  const v1::AttemptId own = AttemptOf(lease_);
  for (const uint64_t attempt : {uint64_t{0}, uint64_t{2}, ~uint64_t{0}}) {
    v1::CompleteTaskRequest request = Completion();
    request.mutable_attempt()->set_attempt(attempt);
    ExpectRefused(request, StatusCode::kFailedPrecondition, "is stale");
  }
  // Tasks that were never leased, that do not exist, or that are no tasks.
  for (const std::string& task :
       {std::string("train/0000/1"), std::string("train/0001/0"), std::string("predict/0000/0"),
        std::string("train/4294967295/4294967295"), std::string("../prepare"),
        std::string("train/0000/00"), std::string()}) {
    v1::ReportEpochRequest report = EpochOf(1);
    report.mutable_attempt()->set_task(task);
    ExpectRefused(report, StatusCode::kFailedPrecondition, "is stale");
    v1::PublishCheckpointRequest publish = CheckpointAt(lease_.folder() + "/weights.safetensors");
    publish.mutable_attempt()->set_task(task);
    ExpectRefused(publish, StatusCode::kFailedPrecondition, "is stale");
    v1::FailTaskRequest fail = Failure();
    fail.mutable_attempt()->set_task(task);
    ExpectRefused(fail, StatusCode::kFailedPrecondition, "is stale");
    v1::HeartbeatRequest beat;
    *beat.mutable_attempt() = own;
    beat.mutable_attempt()->set_task(task);
    ExpectRefused(beat, StatusCode::kFailedPrecondition, "is stale");
  }
  v1::CompleteTaskRequest other = Completion();
  other.mutable_attempt()->set_sweep("b");
  ExpectRefused(other, StatusCode::kFailedPrecondition, "is stale");
}

TEST_F(HostileRequestTest, ResultsOfAnotherKindAreRefused) {
  v1::CompleteTaskRequest request = Completion();
  request.mutable_result()->mutable_predict();
  ExpectInvalid(request, "the result is of another kind");
  request.mutable_result()->clear_result();
  ExpectInvalid(request, "the result is of another kind");
}

}  // namespace
}  // namespace pleat
