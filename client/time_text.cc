#include "client/time_text.h"

#include "absl/strings/str_format.h"
#include "absl/time/time.h"

namespace pleat {

std::string LocalTimeText(int64_t unix_ms) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", absl::FromUnixMillis(unix_ms),
                          absl::LocalTimeZone());
}

std::string DurationText(int64_t ms) {
  const int64_t s = ms / 1000;
  if (s < 60) return absl::StrFormat("%d s", s);
  if (s < 3600) return absl::StrFormat("%d:%02d min", s / 60, s % 60);
  return absl::StrFormat("%d:%02d:%02d h", s / 3600, s / 60 % 60, s % 60);
}

}  // namespace pleat
