// Structured log lines on stderr: `time level program: event key=value …`, quiet by default
// (warnings and errors). PLEAT_LOG=debug|info|warning|error|off in the environment, read once by
// InitLog, sets the level.
#pragma once

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"

namespace pleat {

enum class LogLevel { kDebug, kInfo, kWarning, kError, kOff };

// One key=value of a log line; numbers and strings convert.
struct LogField {
  LogField(std::string_view key, const absl::AlphaNum& value) : key(key), value(value.Piece()) {}
  // Apart, because absl's own string_view is not std's here.
  LogField(std::string_view key, std::same_as<std::string_view> auto value)
      : key(key), value(value) {}
  std::string_view key;
  std::string value;
};

// Sets the program's name, and the level from PLEAT_LOG or else `default_level`. Call once at the
// start of main.
void InitLog(std::string_view program, LogLevel default_level = LogLevel::kWarning);

// Writes one line. Thread-safe. `event` is a short fixed phrase; what varies belongs in fields.
void Log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});

}  // namespace pleat
