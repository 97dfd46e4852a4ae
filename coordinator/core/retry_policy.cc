#include "coordinator/core/retry_policy.h"

#include <algorithm>

namespace pleat {
namespace {

constexpr uint32_t kLongestMs = 60'000;

uint32_t Doubled(uint32_t first_ms, uint32_t failures) {
  const uint32_t doublings = std::min(failures > 0 ? failures - 1 : 0, 6u);
  return std::min(first_ms << doublings, kLongestMs);
}

}  // namespace

uint32_t TaskRetryMs(v1::FailureKind kind, uint32_t failures) {
  const bool is_outage = kind == v1::FAILURE_KIND_RESOURCES || kind == v1::FAILURE_KIND_STORE;
  return Doubled(is_outage ? 8'000 : 1'000, failures);
}

uint32_t EffectRetryMs(uint32_t failures) { return Doubled(1'000, failures); }

bool IsPermanent(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kUnimplemented:
      return true;
    default:
      return false;
  }
}

}  // namespace pleat
