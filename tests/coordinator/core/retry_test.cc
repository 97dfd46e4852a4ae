// A request that is sent again gets its first answer, byte for byte, also from a coordinator that
// was restarted in between.
#include <gtest/gtest.h>

#include "tests/coordinator/core/core_harness.h"

namespace pleat {
namespace {

std::string ResponseBytes(const Reply& reply) {
  return std::visit(
      [](const auto& response) -> std::string {
        if constexpr (std::is_same_v<std::decay_t<decltype(response)>, std::monostate>) {
          return "no response";
        } else {
          return response.GetTypeName() + response.SerializeAsString();
        }
      },
      reply.response);
}

// Asks, asks again, restarts and asks once more; only the first may change anything.
template <typename Request>
void ExpectOneAnswer(CoreHarness& core, Request request) {
  request.set_request_id("client/1");
  const Reply first = core.Ask(request);
  ASSERT_TRUE(first.status.ok()) << first.status;
  const std::string state = StateText(core.state());
  const Reply second = core.Ask(request);
  ASSERT_TRUE(second.status.ok()) << second.status;
  core.Restart();
  const Reply third = core.Ask(request);
  ASSERT_TRUE(third.status.ok()) << third.status;
  EXPECT_EQ(ResponseBytes(second), ResponseBytes(first));
  EXPECT_EQ(ResponseBytes(third), ResponseBytes(first));
  EXPECT_EQ(StateText(core.state()), state);
}

class RetryTest : public testing::Test {
 protected:
  RetryTest() {
    EXPECT_TRUE(core.Submit(SmallSweep("a", 2, 2)).ok());
    core.Register("w1");
    core.Prepare("w1");
    lease = core.Acquire("w1").lease();
  }

  CoreHarness core;
  v1::Lease lease;
};

TEST_F(RetryTest, SubmitIsAnsweredOnce) {
  v1::SubmitRequest request;
  *request.mutable_spec() = SmallSweep("b", 1, 2);
  ExpectOneAnswer(core, request);
}

TEST_F(RetryTest, CancelIsAnsweredOnce) {
  v1::CancelRequest request;
  request.set_name("a");
  ExpectOneAnswer(core, request);
}

TEST_F(RetryTest, CancelOfATrialIsAnsweredOnce) {
  v1::CancelRequest request;
  request.set_name("a");
  request.set_trial(1);
  ExpectOneAnswer(core, request);
}

TEST_F(RetryTest, AcquireTaskIsAnsweredOnce) {
  core.Register("w2");
  v1::AcquireTaskRequest request;
  request.set_worker_id("w2");
  ExpectOneAnswer(core, request);
}

TEST_F(RetryTest, ReportEpochIsAnsweredOnce) {
  v1::ReportEpochRequest request;
  *request.mutable_attempt() = AttemptOf(lease);
  request.mutable_metrics()->set_epoch(1);
  ExpectOneAnswer(core, request);
}

TEST_F(RetryTest, PublishCheckpointIsAnsweredOnce) {
  v1::PublishCheckpointRequest request;
  *request.mutable_attempt() = AttemptOf(lease);
  request.mutable_checkpoint()->set_epoch(1);
  ExpectOneAnswer(core, request);
}

TEST_F(RetryTest, QuarantineCheckpointIsAnsweredOnce) {
  ASSERT_TRUE(core.Publish(lease, 1).ok());
  ASSERT_TRUE(core.Publish(lease, 2).ok());
  v1::QuarantineCheckpointRequest request;
  *request.mutable_attempt() = AttemptOf(lease);
  request.mutable_checkpoint()->set_epoch(2);
  ExpectOneAnswer(core, request);
}

TEST_F(RetryTest, CompleteTaskIsAnsweredOnce) {
  v1::CompleteTaskRequest request;
  *request.mutable_attempt() = AttemptOf(lease);
  *request.mutable_result() = SampleResult(lease);
  ExpectOneAnswer(core, request);
}

TEST_F(RetryTest, FailTaskIsAnsweredOnce) {
  v1::FailTaskRequest request;
  *request.mutable_attempt() = AttemptOf(lease);
  request.set_kind(v1::FAILURE_KIND_INTERNAL);
  ExpectOneAnswer(core, request);
}

TEST_F(RetryTest, ReleaseIsAnsweredOnce) {
  v1::FailTaskRequest request;
  *request.mutable_attempt() = AttemptOf(lease);
  request.set_released(true);
  ExpectOneAnswer(core, request);
}

TEST_F(RetryTest, RemoveIsAnsweredOnceEvenIfTheRestartCameBeforeItsFilesWereGone) {
  ASSERT_TRUE(core.Cancel("a").ok());
  v1::RemoveRequest request;
  request.set_request_id("client/1");
  request.set_name("a");
  EXPECT_FALSE(core.Ask(request).status.ok());
  core.Restart();
  core.RunEffect();
  EXPECT_TRUE(core.Ask(request).status.ok());
  core.Restart();
  EXPECT_TRUE(core.Ask(request).status.ok());
}

TEST_F(RetryTest, MayWaitForAnotherTime) {
  core.Register("w2");
  v1::AcquireTaskRequest request;
  request.set_request_id("w2/1");
  request.set_worker_id("w2");
  const Reply first = core.Ask(request);
  request.set_wait_ms(500);
  EXPECT_EQ(ResponseBytes(core.Ask(request)), ResponseBytes(first));
}

TEST_F(RetryTest, RefusesAnIdThatWasUsedForAnotherRequest) {
  core.Register("w2");
  v1::AcquireTaskRequest request;
  request.set_request_id("w2/1");
  request.set_worker_id("w2");
  ASSERT_TRUE(core.Ask(request).status.ok());
  request.set_worker_id("w1");
  EXPECT_EQ(core.Ask(request).status.code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(RetryTest, RefusesARequestWithoutAnId) {
  v1::AcquireTaskRequest request;
  request.set_worker_id("w1");
  EXPECT_EQ(core.Ask(request).status.code(), absl::StatusCode::kInvalidArgument);
  request.set_request_id("w1");
  EXPECT_EQ(core.Ask(request).status.code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(RetryTest, RefusesIdsThatAreTooLong) {
  v1::AcquireTaskRequest request;
  request.set_worker_id("w1");
  request.set_request_id("s/" + std::string(255, '1'));
  const absl::Status refused = core.Ask(request).status;
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(refused.message(), "request_id has 257 bytes; at most 256 are accepted");

  v1::RegisterRequest registration;
  registration.set_store_uuid("store-1");
  registration.mutable_info()->set_group_size(1);
  registration.set_worker_id(std::string(129, 'w'));
  EXPECT_EQ(core.Ask(registration).status.code(), absl::StatusCode::kInvalidArgument);
  registration.set_worker_id(std::string(128, 'w'));
  EXPECT_TRUE(core.Ask(registration).status.ok());
}

}  // namespace
}  // namespace pleat
