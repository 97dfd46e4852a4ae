// pleat report: what a sweep came to, as a page or as text.
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "client/commands.h"
#include "client/connection.h"
#include "client/exit_code.h"
#include "client/report/text_report.h"
#include "client/report/write_report.h"
#include "client/run_folder.h"
#include "common/base/status_macros.h"

namespace pleat {
namespace {

absl::Status Report(const ReportOptions& options, Connection& connection) {
  PLEAT_ASSIGN_OR_RETURN(const SweepReport report,
                         FetchReport(connection, options.name, options.baseline,
                                     options.text ? RowImages::kNone : RowImages::kIfDataAreHere));
  if (options.text) {
    std::printf("%s", TextReport(report).c_str());
    return absl::OkStatus();
  }
  const std::string out =
      options.out.empty() ? absl::StrCat(options.name, "-report.html") : options.out;
  PLEAT_RETURN_IF_ERROR(WriteHtmlReport(report, out));
  std::printf("%s: open it in a browser\n", out.c_str());
  return absl::OkStatus();
}

}  // namespace

ExitCode ReportSweep(const ReportOptions& options) {
  return WithFolderOrAddress(options.dir, options.coordinator,
                             [&](Connection& connection) { return Report(options, connection); });
}

}  // namespace pleat
