// Macros that pass errors on: a function that returns absl::Status or absl::StatusOr stops at the
// first failed step.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

// Returns from the enclosing function if `expr`, a Status, is not OK.
#define PLEAT_RETURN_IF_ERROR(expr)                \
  do {                                             \
    absl::Status pleat_status_ = (expr);           \
    if (!pleat_status_.ok()) return pleat_status_; \
  } while (false)

#define PLEAT_CONCAT_INNER_(a, b) a##b
#define PLEAT_CONCAT_(a, b) PLEAT_CONCAT_INNER_(a, b)

// Evaluates `expr`, a StatusOr: assigns its value to `lhs` or returns its error.
#define PLEAT_ASSIGN_OR_RETURN(lhs, expr) \
  PLEAT_ASSIGN_OR_RETURN_IMPL_(PLEAT_CONCAT_(pleat_status_or_, __LINE__), lhs, expr)
#define PLEAT_ASSIGN_OR_RETURN_IMPL_(statusor, lhs, expr) \
  auto statusor = (expr);                                 \
  if (!statusor.ok()) return statusor.status();           \
  lhs = std::move(statusor).value()

namespace pleat {

// The same error with "context: " before its message; OK stays OK.
inline absl::Status Annotate(const absl::Status& status, std::string_view context) {
  if (status.ok()) return status;
  // Debian's absl::string_view is not std::string_view.
  const absl::string_view prefix(context.data(), context.size());
  return absl::Status(status.code(), absl::StrCat(prefix, ": ", status.message()));
}

}  // namespace pleat
