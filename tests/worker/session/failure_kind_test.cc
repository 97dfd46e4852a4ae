#include "worker/session/failure_kind.h"

#include <gtest/gtest.h>

namespace pleat {
namespace {

TEST(FailureKind, TellsMemoryFromDisks) {
  EXPECT_EQ(FailureKindOf(absl::ResourceExhaustedError("out of memory while training: …")),
            v1::FAILURE_KIND_OUT_OF_MEMORY);
  // As a rank reports it of another.
  EXPECT_EQ(FailureKindOf(absl::ResourceExhaustedError("rank 1: out of memory in train/0000/1")),
            v1::FAILURE_KIND_OUT_OF_MEMORY);
  EXPECT_EQ(FailureKindOf(absl::ResourceExhaustedError("no space left to write sweeps/a/x")),
            v1::FAILURE_KIND_RESOURCES);
  EXPECT_EQ(FailureKindOf(absl::UnavailableError("the store is away")), v1::FAILURE_KIND_RESOURCES);
}

TEST(FailureKind, TellsDataConfigurationAndTheRest) {
  EXPECT_EQ(FailureKindOf(absl::FailedPreconditionError("other data")), v1::FAILURE_KIND_DATA);
  EXPECT_EQ(FailureKindOf(absl::InvalidArgumentError("no such layer")), v1::FAILURE_KIND_CONFIG);
  EXPECT_EQ(FailureKindOf(absl::OutOfRangeError("the loss is NaN")), v1::FAILURE_KIND_NAN);
  EXPECT_EQ(FailureKindOf(absl::DataLossError("torn")), v1::FAILURE_KIND_STORE);
  EXPECT_EQ(FailureKindOf(absl::NotFoundError("gone")), v1::FAILURE_KIND_STORE);
  EXPECT_EQ(FailureKindOf(absl::InternalError("a bug")), v1::FAILURE_KIND_INTERNAL);
}

}  // namespace
}  // namespace pleat
