#include "common/base/log.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <optional>

#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "common/base/clock.h"

namespace pleat {
namespace {

constexpr std::array<const char*, 5> kLevelNames = {"debug", "info", "warning", "error", "off"};

std::atomic<LogLevel> lowest_level{LogLevel::kWarning};

std::string& ProgramName() {
  // Never destroyed: threads may log while the process ends.
  static auto* name = new std::string("pleat");
  return *name;
}

std::optional<LogLevel> ParseLevel(std::string_view text) {
  for (size_t i = 0; i < kLevelNames.size(); ++i) {
    if (text == kLevelNames[i]) return static_cast<LogLevel>(i);
  }
  return std::nullopt;
}

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

bool NeedsQuotes(std::string_view value) {
  if (value.empty()) return true;
  for (char c : value) {
    if (c == ' ' || c == '=' || c == '"' || c == '\\' || IsControl(c)) return true;
  }
  return false;
}

// Escapes keep a line one line, whatever the value holds.
void AppendQuoted(std::string_view value, std::string* line) {
  line->push_back('"');
  for (char c : value) {
    if (c == '"' || c == '\\') {
      line->push_back('\\');
      line->push_back(c);
    } else if (c == '\n') {
      line->append("\\n");
    } else if (c == '\t') {
      line->append("\\t");
    } else if (IsControl(c)) {
      absl::StrAppendFormat(line, "\\x%02x", static_cast<unsigned char>(c));
    } else {
      line->push_back(c);
    }
  }
  line->push_back('"');
}

void AppendField(const LogField& field, std::string* line) {
  absl::StrAppend(line, " ", std::string(field.key), "=");
  if (NeedsQuotes(field.value)) {
    AppendQuoted(field.value, line);
  } else {
    line->append(field.value);
  }
}

void WriteToStderr(std::string_view line) {
  while (!line.empty()) {
    const ssize_t written = write(STDERR_FILENO, line.data(), line.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    line.remove_prefix(static_cast<size_t>(written));
  }
}

}  // namespace

void InitLog(std::string_view program, LogLevel default_level) {
  ProgramName() = std::string(program);
  lowest_level = default_level;
  const char* wanted = std::getenv("PLEAT_LOG");
  if (wanted == nullptr) return;
  if (const std::optional<LogLevel> level = ParseLevel(wanted)) {
    lowest_level = *level;
  } else {
    Log(LogLevel::kWarning, "PLEAT_LOG is not debug, info, warning, error or off; ignored",
        {{"value", wanted}});
  }
}

void Log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  if (level < lowest_level.load(std::memory_order_relaxed)) return;
  const absl::Time now = absl::FromUnixMillis(SystemClock().UnixMs());
  std::string line = absl::StrCat(
      absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", now, absl::UTCTimeZone()), " ",
      kLevelNames[static_cast<size_t>(level)], " ", ProgramName(), ": ", std::string(event));
  for (const LogField& field : fields) AppendField(field, &line);
  line.push_back('\n');
  // One write, so that lines of threads and processes that share stderr do not mix.
  WriteToStderr(line);
}

}  // namespace pleat
