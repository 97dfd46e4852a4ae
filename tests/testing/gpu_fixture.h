// For tests that need a GPU: elsewhere they are skipped, and say why.
#pragma once

#include <gtest/gtest.h>

#include "worker/distributed/device.h"

namespace pleat {

// Makes the first GPU the current one; `device()` is it.
class GpuFixture : public testing::Test {
 protected:
  void SetUp() override {
    const absl::StatusOr<ComputeDevice> selected = SelectDevice(/*place=*/0);
    ASSERT_TRUE(selected.ok()) << selected.status();
    device_ = *selected;
#ifdef PLEAT_CUDA
    if (!device_.is_gpu) GTEST_SKIP() << "no GPU is visible";
#else
    GTEST_SKIP() << "built without PLEAT_CUDA";
#endif
  }

  const ComputeDevice& device() const { return device_; }

 private:
  ComputeDevice device_;
};

}  // namespace pleat
