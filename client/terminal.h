// A block of lines on a terminal that is drawn again in place.
#pragma once

#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

namespace pleat {

struct TerminalSize {
  size_t width = 80;
  size_t height = 24;
};

// Hides the cursor while it lives, and leaves the last block on the screen. Signals are their
// handlers' business: they must let the destructor run. Not thread-safe.
class Terminal {
 public:
  // True if `file` is a terminal that can redraw (TERM is set and not "dumb").
  static bool CanRedraw(std::FILE* file);
  // True if `file` is a terminal and NO_COLOR is not set.
  static bool HasColor(std::FILE* file);
  // Its size now; 80 x 24 if it is no terminal.
  static TerminalSize SizeOf(std::FILE* file);

  explicit Terminal(std::FILE* file);
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  // Replaces the block. Lines must fit the terminal's size.
  void Draw(const std::vector<std::string>& lines);

 private:
  std::FILE* const file_;
  size_t drawn_lines_ = 0;
};

}  // namespace pleat
