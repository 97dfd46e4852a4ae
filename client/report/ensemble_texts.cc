#include "client/report/ensemble_texts.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/store/checksum.h"
#include "common/store/ensemble_files.h"

namespace pleat {
namespace {

// Far above what Pleat writes.
constexpr uint64_t kLargestText = 64 << 20;

absl::StatusOr<std::string> FetchText(Connection& connection, const std::string& sweep,
                                      const std::string& path) {
  v1::GetEnsembleRequest request;
  request.set_name(sweep);
  request.set_path(path);
  std::string text;
  std::string sha256;
  bool is_complete = false;
  const absl::Status status =
      connection.GetEnsemble(request, [&](const v1::GetEnsembleResponse& chunk) -> absl::Status {
        if (chunk.path() != path || chunk.size() > kLargestText) {
          return absl::DataLossError(absl::StrCat(path, " cannot be read from the ensemble"));
        }
        text += chunk.data();
        sha256 = chunk.sha256();
        is_complete = text.size() >= chunk.size();
        // The files that follow are not wanted.
        return is_complete ? absl::CancelledError() : absl::OkStatus();
      });
  if (!is_complete) {
    return status.ok() ? absl::DataLossError(absl::StrCat(path, " ends too early")) : status;
  }
  if (Sha256Hex(text) != sha256) {
    return absl::DataLossError(absl::StrCat(path, " in the store is damaged"));
  }
  return text;
}

bool IsWanted(const std::string& path) {
  return absl::StartsWith(path, "reports/") ||
         (absl::StartsWith(path, "members/") && absl::EndsWith(path, ".csv"));
}

}  // namespace

absl::StatusOr<EnsembleTexts> FetchEnsembleTexts(Connection& connection, const std::string& sweep) {
  PLEAT_ASSIGN_OR_RETURN(const std::string manifest, FetchText(connection, sweep, "manifest.json"));
  PLEAT_ASSIGN_OR_RETURN(const std::vector<v1::Artifact> files, ParseEnsembleFiles(manifest));
  EnsembleTexts texts;
  for (const v1::Artifact& file : files) {
    if (!IsWanted(file.path())) continue;
    PLEAT_ASSIGN_OR_RETURN(texts[file.path()], FetchText(connection, sweep, file.path()));
  }
  return texts;
}

}  // namespace pleat
