#include "common/base/grpc_status.h"

#include <gtest/gtest.h>

namespace pleat {
namespace {

TEST(GrpcStatus, EveryCodeAndMessageSurvivesTheRoundTrip) {
  for (int code = 0; code <= 16; ++code) {
    const absl::Status status(static_cast<absl::StatusCode>(code), code == 0 ? "" : "why");
    const grpc::Status sent = ToGrpcStatus(status);
    EXPECT_EQ(static_cast<int>(sent.error_code()), code);
    EXPECT_EQ(FromGrpcStatus(sent), status);
  }
}

TEST(GrpcStatus, CodesKeepTheirMeaning) {
  EXPECT_EQ(ToGrpcStatus(absl::FailedPreconditionError("stale")).error_code(),
            grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_TRUE(
      absl::IsUnavailable(FromGrpcStatus(grpc::Status(grpc::StatusCode::UNAVAILABLE, "gone"))));
}

}  // namespace
}  // namespace pleat
