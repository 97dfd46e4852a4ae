#include "client/ensemble_download.h"

#include <chrono>
#include <filesystem>
#include <thread>

#include "absl/strings/str_cat.h"
#include "client/ensemble_check.h"
#include "client/file_sink.h"
#include "common/base/clock.h"
#include "common/base/failpoint.h"
#include "common/base/status_macros.h"
#include "common/store/file_error.h"
#include "common/store/partial_folder.h"

namespace pleat {
namespace {

namespace fs = std::filesystem;

// How long a coordinator that starts again is waited for, since it last sent something.
constexpr int64_t kDownloadPatienceMs = 60'000;
constexpr int64_t kPauseMs = 250;

// True if the folder holds something: this ensemble. False if it is absent or empty.
absl::StatusOr<bool> HoldsEnsemble(const fs::path& target, const std::string& manifest_sha256) {
  const std::string folder = target.string();
  std::error_code error;
  const fs::file_status status = fs::status(folder, error);
  if (status.type() == fs::file_type::not_found) return false;
  if (error) return FileError(error.value(), "read", folder);
  if (status.type() != fs::file_type::directory) {
    return absl::AlreadyExistsError(
        absl::StrCat(folder, " exists and is no folder: choose another --to"));
  }
  const bool is_empty = fs::is_empty(folder, error);
  if (error) return FileError(error.value(), "read", folder);
  if (is_empty) {
    // The new folder takes its place: the shell would stand in one that is gone.
    if (!fs::equivalent(folder, fs::current_path(error), error)) return false;
    return absl::InvalidArgumentError(
        absl::StrCat("--to ", folder, " is the current folder: name a new one, as ./ensemble"));
  }
  PLEAT_RETURN_IF_ERROR(CheckEnsembleFolder(folder, manifest_sha256));
  return true;
}

absl::Status PullInto(Connection& connection, const std::string& name, FileSink& sink) {
  v1::GetEnsembleRequest request;
  request.set_name(name);
  int64_t heard_ms = SystemClock().SteadyMs();
  while (true) {
    request.set_path(sink.path());
    request.set_offset(sink.offset());
    const uint64_t before = sink.bytes() + sink.offset();
    const absl::Status status = connection.GetEnsemble(
        request, [&](const v1::GetEnsembleResponse& chunk) { return sink.Take(chunk); });
    if (!absl::IsUnavailable(status)) return status;
    if (sink.bytes() + sink.offset() > before) heard_ms = SystemClock().SteadyMs();
    if (SystemClock().SteadyMs() - heard_ms > kDownloadPatienceMs) return status;
    std::this_thread::sleep_for(std::chrono::milliseconds(kPauseMs));
  }
}

}  // namespace

absl::StatusOr<Download> DownloadEnsemble(Connection& connection, const v1::GetResponse& sweep,
                                          const std::string& folder) {
  const std::string& name = sweep.summary().name();
  if (!sweep.has_ensemble()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "sweep ", name, " has no ensemble", sweep.has_ended() ? ": it ended without one" : " yet",
        "; `pleat status ", name, "` tells more"));
  }
  const std::string& manifest = sweep.ensemble().manifest().sha256();
  PLEAT_ASSIGN_OR_RETURN(const fs::path target, ResolveFolder(folder));
  PLEAT_ASSIGN_OR_RETURN(const bool existed, HoldsEnsemble(target, manifest));
  if (existed) return Download{.existed = true};

  PartialFolder partial(target, name + ".pull");
  PLEAT_RETURN_IF_ERROR(partial.Create());
  FileSink sink(partial.path());
  PLEAT_RETURN_IF_ERROR(PullInto(connection, name, sink));
  PLEAT_RETURN_IF_ERROR(FailPoint("client.pull.before_check"));
  if (sink.manifest_sha256() != manifest) {
    return absl::DataLossError("the manifest arrived damaged; pull again");
  }
  PLEAT_RETURN_IF_ERROR(FailPoint("client.pull.before_rename"));
  PLEAT_RETURN_IF_ERROR(partial.Publish());
  PLEAT_RETURN_IF_ERROR(FailPoint("client.pull.after_rename"));
  return Download{.files = sink.files(), .bytes = sink.bytes()};
}

}  // namespace pleat
