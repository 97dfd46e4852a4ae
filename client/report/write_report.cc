#include "client/report/write_report.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "client/report/collect_report.h"
#include "client/report/html_report.h"
#include "client/report/inspection_link.h"
#include "client/report/row_images.h"
#include "client/summary_view.h"
#include "common/base/status_macros.h"
#include "common/store/atomic_file.h"

namespace pleat {

absl::StatusOr<SweepReport> FetchReport(Connection& connection, const std::string& sweep,
                                        double baseline, RowImages images) {
  PLEAT_ASSIGN_OR_RETURN(const ReportSource source, FetchReportSource(connection, sweep));
  PLEAT_ASSIGN_OR_RETURN(SweepReport report, MakeReport(source, baseline));
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::current_path(error);
  if (!error) report.inspection = FindInspection(folder.string(), source.sweep);
  if (images == RowImages::kNone) return report;
  report.images_note = std::string(AddRowImages(source.sweep, report).message());
  return report;
}

absl::Status WriteHtmlReport(SweepReport report, const std::string& path) {
  std::error_code error;
  const std::filesystem::path page = std::filesystem::absolute(path, error);
  if (!error && !report.inspection.empty()) {
    report.inspection_link = RelativeLink(page.string(), report.inspection);
  }
  return WriteFileAtomically(path, HtmlReport(report));
}

std::string ReportPath(const v1::GetResponse& sweep) {
  return absl::StrCat(EnsemblePath(sweep), "/report.html");
}

}  // namespace pleat
