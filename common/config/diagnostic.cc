#include "common/config/diagnostic.h"

#include "absl/strings/str_cat.h"

namespace pleat {
namespace {

std::string FormatDiagnostic(const Diagnostic& diagnostic) {
  std::string text = diagnostic.file;
  if (diagnostic.line > 0) absl::StrAppend(&text, ":", diagnostic.line, ":", diagnostic.column);
  if (!diagnostic.path.empty()) {
    absl::StrAppend(&text, diagnostic.file == kOverrideFile ? " " : ": ", diagnostic.path);
  }
  return absl::StrCat(text, ": ", diagnostic.message);
}

}  // namespace

std::string FormatDiagnostics(const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) {
    absl::StrAppend(&text, text.empty() ? "" : "\n", FormatDiagnostic(diagnostic));
  }
  return text;
}

}  // namespace pleat
