// pleat backup, pleat restore: the coordinator's state as one file, and back.
#include <cstdio>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "client/commands.h"
#include "client/connection.h"
#include "client/exit_code.h"
#include "client/programs.h"
#include "client/run_folder.h"
#include "common/base/clock.h"
#include "common/base/status_macros.h"
#include "common/store/backup_file.h"

namespace pleat {
namespace {

// In a folder the file is named by the time.
std::string FileFor(const std::string& to) {
  if (!std::filesystem::is_directory(to)) return to;
  const absl::Time now = absl::FromUnixMillis(SystemClock().UnixMs());
  const std::string name = absl::StrCat(
      "pleat-", absl::FormatTime("%Y%m%dT%H%M%SZ", now, absl::UTCTimeZone()), ".backup");
  return (std::filesystem::path(to) / name).string();
}

absl::Status BackUpTo(const std::string& file, Connection& connection) {
  // Waits for a coordinator that is just starting.
  PLEAT_RETURN_IF_ERROR(connection.List().status());
  PLEAT_ASSIGN_OR_RETURN(BackupWriter writer, BackupWriter::Create(file));
  PLEAT_RETURN_IF_ERROR(
      connection.Backup([&](const v1::BackupResponse& message) { return writer.Add(message); }));
  PLEAT_RETURN_IF_ERROR(writer.Finish());
  std::printf("%s: %lu records, %.1f MB; the files of store %s at %s are not part of it\n",
              file.c_str(), writer.end().records(), static_cast<double>(writer.bytes()) * 1e-6,
              writer.end().store_uuid().c_str(), writer.end().store().c_str());
  return absl::OkStatus();
}

}  // namespace

ExitCode BackUp(const BackupOptions& options) {
  return WithFolderOrAddress(options.dir, options.coordinator, [&](Connection& connection) {
    return BackUpTo(FileFor(options.to), connection);
  });
}

ExitCode Restore(const RestoreOptions& options) {
  return BecomeProgram("pleat-coordinator", {"restore", options.file, "--state", options.state});
}

}  // namespace pleat
