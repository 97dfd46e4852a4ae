#include "client/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace pleat {
namespace {

constexpr char kHideCursor[] = "\x1b[?25l";
constexpr char kShowCursor[] = "\x1b[?25h";
constexpr char kClearToEndOfLine[] = "\x1b[K";
constexpr char kClearBelow[] = "\x1b[J";
// A terminal that was made narrower cuts lines instead of breaking them.
constexpr char kCutLines[] = "\x1b[?7l";
constexpr char kBreakLines[] = "\x1b[?7h";

void Write(std::FILE* file, const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), file);
  std::fflush(file);
}

}  // namespace

bool Terminal::CanRedraw(std::FILE* file) {
  const char* term = std::getenv("TERM");
  return isatty(fileno(file)) && term != nullptr && std::strcmp(term, "dumb") != 0;
}

bool Terminal::HasColor(std::FILE* file) {
  const char* no_color = std::getenv("NO_COLOR");
  return CanRedraw(file) && (no_color == nullptr || *no_color == '\0');
}

TerminalSize Terminal::SizeOf(std::FILE* file) {
  winsize size{};
  if (ioctl(fileno(file), TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) {
    return {};
  }
  return {.width = size.ws_col, .height = size.ws_row};
}

Terminal::Terminal(std::FILE* file) : file_(file) {
  Write(file_, absl::StrCat(kHideCursor, kCutLines));
}

Terminal::~Terminal() { Write(file_, absl::StrCat(kBreakLines, kShowCursor)); }

void Terminal::Draw(const std::vector<std::string>& lines) {
  std::string text = "\r";
  if (drawn_lines_ > 0) absl::StrAppend(&text, "\x1b[", drawn_lines_, "A");
  // Cleared first: after a line as wide as the terminal the cursor stands on its last letter.
  for (const std::string& line : lines) absl::StrAppend(&text, kClearToEndOfLine, line, "\n");
  absl::StrAppend(&text, kClearBelow);
  drawn_lines_ = lines.size();
  Write(file_, text);
}

}  // namespace pleat
