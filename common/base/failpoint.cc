#include "common/base/failpoint.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"

namespace pleat {
namespace {

constexpr int kExitBadInput = 2;

struct CountedFailPoint {
  explicit CountedFailPoint(const ArmedFailPoint& point) : point(point) {}
  const ArmedFailPoint point;
  std::atomic<uint64_t> visits{0};
};

// Never destroyed: threads may pass points while the process ends.
std::deque<CountedFailPoint>& Armed() {
  static auto* points = new std::deque<CountedFailPoint>();
  return *points;
}

absl::Status Unreadable(absl::string_view entry, const char* what) {
  return absl::InvalidArgumentError(
      absl::StrCat("PLEAT_FAILPOINTS: '", entry, "' ", what,
                   "; each entry is name=kill, stop, error or delay:<n>ms, with @n for the n-th "
                   "visit, and entries are separated by ';'"));
}

absl::StatusOr<ArmedFailPoint> ParseEntry(absl::string_view entry) {
  ArmedFailPoint point;
  const size_t equals = entry.find('=');
  if (equals == 0) return Unreadable(entry, "names no point");
  if (equals == entry.npos) return Unreadable(entry, "has no action");
  point.name = std::string(entry.substr(0, equals));
  const std::vector<absl::string_view> parts = absl::StrSplit(entry.substr(equals + 1), '@');
  if (parts.size() > 2 || (parts.size() == 2 &&
                           (!absl::SimpleAtoi(parts[1], &point.at_visit) || point.at_visit == 0))) {
    return Unreadable(entry, "does not say which visit");
  }
  absl::string_view action = parts[0];
  if (action == "kill") {
    point.action = FailPointAction::kKill;
  } else if (action == "stop") {
    point.action = FailPointAction::kStop;
  } else if (action == "error") {
    point.action = FailPointAction::kError;
  } else if (absl::ConsumePrefix(&action, "delay:") && absl::ConsumeSuffix(&action, "ms") &&
             absl::SimpleAtoi(action, &point.delay_ms) && point.delay_ms >= 0) {
    point.action = FailPointAction::kDelay;
  } else {
    return Unreadable(entry, "has no action that is known");
  }
  return point;
}

const char* NameOf(FailPointAction action) {
  switch (action) {
    case FailPointAction::kKill:
      return "kill";
    case FailPointAction::kStop:
      return "stop";
    case FailPointAction::kError:
      return "error";
    case FailPointAction::kDelay:
      return "delay";
  }
  return "";
}

absl::Status Act(const ArmedFailPoint& point) {
  // The line is complete before the signal comes.
  Log(LogLevel::kError, "failpoint", {{"name", point.name}, {"action", NameOf(point.action)}});
  switch (point.action) {
    case FailPointAction::kKill:
      kill(getpid(), SIGKILL);
      break;
    case FailPointAction::kStop:
      kill(getpid(), SIGSTOP);
      break;
    case FailPointAction::kError:
      return absl::InternalError(absl::StrCat("failpoint ", point.name));
    case FailPointAction::kDelay:
      std::this_thread::sleep_for(std::chrono::milliseconds(point.delay_ms));
      break;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<ArmedFailPoint>> ParseFailPoints(std::string_view text) {
  std::vector<ArmedFailPoint> points;
  for (const absl::string_view entry :
       absl::StrSplit(absl::string_view(text.data(), text.size()), ';', absl::SkipEmpty())) {
    PLEAT_ASSIGN_OR_RETURN(points.emplace_back(), ParseEntry(entry));
  }
  return points;
}

void ArmFailPoints(const std::vector<ArmedFailPoint>& points) {
  Armed().clear();
  for (const ArmedFailPoint& point : points) Armed().emplace_back(point);
  failpoint_internal::any_is_armed = !points.empty();
}

void InitFailPoints() {
  const char* text = std::getenv("PLEAT_FAILPOINTS");
  if (text == nullptr) return;
  const absl::StatusOr<std::vector<ArmedFailPoint>> points = ParseFailPoints(text);
  if (!points.ok()) {
    std::fprintf(stderr, "%s\n", std::string(points.status().message()).c_str());
    std::exit(kExitBadInput);
  }
  ArmFailPoints(*points);
}

absl::Status failpoint_internal::Visit(std::string_view name) {
  for (CountedFailPoint& armed : Armed()) {
    if (armed.point.name == name && ++armed.visits == armed.point.at_visit) {
      return Act(armed.point);
    }
  }
  return absl::OkStatus();
}

}  // namespace pleat
