// What is wrong with a configuration, and where.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace pleat {

// A place in a text, counted from 1; 0: no place.
struct Position {
  int line = 0;
  int column = 0;
};

// The `file` of a diagnostic about an override.
inline constexpr char kOverrideFile[] = "--set";

// What is wrong at one place. `line` and `column` count from 1; 0: no place (an override, a missing
// section).
struct Diagnostic {
  std::string file;
  int line = 0;
  int column = 0;
  std::string path;     // "training.optimizer.rmsprop.lr"
  std::string message;  // what, and what to do
  bool unread = false;  // nothing below the path was read
};

// What is wrong with a field of a message, before its place in a text is known.
struct Problem {
  std::string path;
  std::string message;
  bool at_key = false;  // it is the key that is wrong, not the value
  // Where it stands in the text, if not at `path`: see NodePath. Empty: at `path`.
  std::string place = {};
  // Letters into the value's text at which it stands; the quote before them does not count.
  std::optional<int> offset = {};
};

// "file:line:column: path: message", one per line; "--set path: message" for overrides.
std::string FormatDiagnostics(const std::vector<Diagnostic>& diagnostics);

}  // namespace pleat
