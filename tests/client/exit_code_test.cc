#include "client/exit_code.h"

#include <gtest/gtest.h>

namespace pleat {
namespace {

ExitCode CodeOfEnd(v1::SweepState state, v1::FailureKind failure = v1::FAILURE_KIND_UNSPECIFIED) {
  v1::SweepEnded ended;
  ended.set_state(state);
  ended.set_failure(failure);
  return ExitCodeOf(ended);
}

TEST(ExitCode, TellsHowASweepEnded) {
  EXPECT_EQ(CodeOfEnd(v1::SWEEP_STATE_FINISHED), 0);
  EXPECT_EQ(CodeOfEnd(v1::SWEEP_STATE_DEGRADED), 5);
  EXPECT_EQ(CodeOfEnd(v1::SWEEP_STATE_CANCELLED), 6);
  EXPECT_EQ(CodeOfEnd(v1::SWEEP_STATE_FAILED), 1);
}

TEST(ExitCode, CallsDataThatDoNotHoldBadInput) {
  EXPECT_EQ(CodeOfEnd(v1::SWEEP_STATE_FAILED, v1::FAILURE_KIND_DATA), 2);
  EXPECT_EQ(CodeOfEnd(v1::SWEEP_STATE_FAILED, v1::FAILURE_KIND_CONFIG), 2);
  EXPECT_EQ(CodeOfEnd(v1::SWEEP_STATE_FAILED, v1::FAILURE_KIND_STORE), 1);
}

TEST(ExitCode, TellsErrorsApart) {
  EXPECT_EQ(ExitCodeOf(absl::OkStatus()), 0);
  EXPECT_EQ(ExitCodeOf(absl::InvalidArgumentError("")), 2);
  EXPECT_EQ(ExitCodeOf(absl::NotFoundError("")), 2);
  EXPECT_EQ(ExitCodeOf(absl::UnavailableError("")), 3);
  EXPECT_EQ(ExitCodeOf(absl::AlreadyExistsError("")), 4);
  EXPECT_EQ(ExitCodeOf(absl::FailedPreconditionError("")), 4);
  EXPECT_EQ(ExitCodeOf(absl::CancelledError("")), 130);
  EXPECT_EQ(ExitCodeOf(absl::InternalError("")), 1);
}

}  // namespace
}  // namespace pleat
