#include "coordinator/core/request_ids.h"

#include "absl/strings/str_cat.h"
#include "coordinator/core/reply_book.h"

namespace pleat {
namespace {

constexpr size_t kLongestRequestId = 256;
constexpr size_t kLongestWorkerId = 128;

absl::Status TooLong(const char* what, size_t length, size_t most) {
  return absl::InvalidArgumentError(
      absl::StrCat(what, " has ", length, " bytes; at most ", most, " are accepted"));
}

}  // namespace

absl::Status CheckRequestId(std::string_view request_id) {
  if (request_id.size() > kLongestRequestId) {
    return TooLong("request_id", request_id.size(), kLongestRequestId);
  }
  if (SessionOf(request_id).empty()) {
    return absl::InvalidArgumentError("request_id is missing; it must be '<session>/<number>'");
  }
  return absl::OkStatus();
}

absl::Status CheckWorkerId(std::string_view worker_id) {
  if (worker_id.empty()) return absl::InvalidArgumentError("worker_id is missing");
  if (worker_id.size() > kLongestWorkerId) {
    return TooLong("worker_id", worker_id.size(), kLongestWorkerId);
  }
  return absl::OkStatus();
}

}  // namespace pleat
