// `pleat report` without its command line.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/connection.h"
#include "client/report/sweep_report.h"
#include "proto/coordinator.pb.h"

namespace pleat {

// Whether a report shows rows, for which a pleat-worker must read the data on this machine.
enum class RowImages { kNone, kIfDataAreHere };

// The report of a sweep as it stands, with its inspection if one lies in the current folder. Errors
// as FetchReportSource and MakeReport.
absl::StatusOr<SweepReport> FetchReport(Connection& connection, const std::string& sweep,
                                        double baseline, RowImages images);

// Writes the page, replacing an older one; it links report.inspection. NOT_FOUND,
// PERMISSION_DENIED, …: it cannot be written.
absl::Status WriteHtmlReport(SweepReport report, const std::string& path);

// Beside the ensemble in the store that the coordinator sees: ".../ensemble/1/report.html".
std::string ReportPath(const v1::GetResponse& sweep);

}  // namespace pleat
