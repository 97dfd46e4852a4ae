#include "worker/session/patient_store.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/common/store/wrapped_store.h"

namespace pleat {
namespace {

// Without space for the next writes.
class ShortOfSpace final : public WrappedStore {
 public:
  int refusals = 0;
  absl::Status refusal = absl::ResourceExhaustedError("the disk is full");

  absl::StatusOr<v1::Artifact> Write(const std::string& path, std::string_view bytes) override {
    if (refusals-- > 0) return refusal;
    return WrappedStore::Write(path, bytes);
  }
};

class PatientStoreTest : public testing::Test {
 protected:
  ShortOfSpace full_;
  std::vector<std::string> waits_;
  absl::Status keep_going_;
  PatientStore store_{full_, [this](const std::string& reason) { waits_.push_back(reason); },
                      [this] { return keep_going_; }};
};

TEST_F(PatientStoreTest, WritesOnceThereIsSpaceAgain) {
  full_.refusals = 2;
  const v1::Artifact artifact = store_.Write("a", "bytes").value();
  EXPECT_EQ(store_.Read(artifact).value(), "bytes");
  const std::string full = "no space: the disk is full";
  EXPECT_EQ(waits_, (std::vector<std::string>{full, full, ""}));
}

TEST_F(PatientStoreTest, SaysNothingWhenThereIsSpace) {
  ASSERT_TRUE(store_.Write("a", "bytes").ok());
  EXPECT_TRUE(waits_.empty());
}

TEST_F(PatientStoreTest, GivesUpWhenItIsToldTo) {
  full_.refusals = 1'000;
  keep_going_ = absl::CancelledError("leaving");
  EXPECT_EQ(store_.Write("a", "bytes").status(), keep_going_);
  EXPECT_EQ(waits_.back(), "");
}

TEST_F(PatientStoreTest, WaitsForNothingElse) {
  full_.refusals = 1;
  full_.refusal = absl::UnavailableError("no such host");
  EXPECT_EQ(store_.Write("a", "bytes").status(), full_.refusal);
  EXPECT_TRUE(waits_.empty());
}

}  // namespace
}  // namespace pleat
