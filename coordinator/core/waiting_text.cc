#include "coordinator/core/waiting_text.h"

#include "absl/strings/str_cat.h"

namespace pleat {

std::string RetryText(const Sweep& sweep, const TaskState& task) {
  return absl::StrCat("waiting ", task.retry_after_ms / 1000, " s after failure ", task.failures,
                      " of ", sweep.spec.resources().max_failures(), ": ", task.message);
}

std::string EffectFailedText(const v1::EffectFailed& failed) {
  return absl::StrCat(failed.effect(), " failed, waiting ", failed.retry_after_ms() / 1000,
                      " s after failure ", failed.failures(), ": ", failed.message());
}

}  // namespace pleat
