#include "worker/inspect/inspect_command.h"

#include <cstdio>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/status_macros.h"
#include "common/config/sweep_file.h"
#include "worker/exit_code.h"
#include "worker/inspect/inspect_sweep.h"
#include "worker/inspect/inspection_folder.h"

namespace pleat {
namespace {

void PrintSummary(const Inspection& inspection, const std::string& folder) {
  absl::PrintF("%s: %d classes, images of %dx%dx%d\n", inspection.name,
               inspection.class_names.size(), inspection.shape.height, inspection.shape.width,
               inspection.shape.channels);
  for (const SplitFacts& split : inspection.splits) {
    absl::PrintF(
        "  %s: %d rows%s%s\n", split.name, split.rows, split.is_labelled ? "" : " without labels",
        split.group_rows.empty() ? "" : absl::StrCat(" of ", split.group_rows.size(), " groups"));
  }
  if (inspection.duplicates.sets.empty()) absl::PrintF("  no image stands in two rows\n");
  for (const std::string& finding : inspection.findings) absl::PrintF("  ! %s\n", finding);
  absl::PrintF("%s/index.html: open it in a browser\n", folder);
}

absl::Status Inspect(const InspectOptions& options, const v1::SweepSpec& spec) {
  const std::string out = options.out.empty() ? absl::StrCat(spec.name(), "-inspect") : options.out;
  PLEAT_ASSIGN_OR_RETURN(const std::unique_ptr<InspectionFolder> folder,
                         InspectionFolder::Create(out, spec.name()));
  PLEAT_ASSIGN_OR_RETURN(const Inspection inspection, InspectSweep(spec));
  PLEAT_RETURN_IF_ERROR(folder->Write(inspection));
  PrintSummary(inspection, out);
  return absl::OkStatus();
}

}  // namespace

int RunInspectCommand(const InspectOptions& options) {
  const absl::StatusOr<SweepFile> sweep = ReadSweepFile(options.file, options.overrides);
  if (!sweep.ok()) {
    absl::FPrintF(stderr, "%s\n", sweep.status().message());
    return ExitCodeOf(sweep.status());
  }
  const absl::Status status = Inspect(options, sweep->spec);
  if (!status.ok()) absl::FPrintF(stderr, "pleat inspect: %s\n", status.message());
  return ExitCodeOf(status);
}

}  // namespace pleat
