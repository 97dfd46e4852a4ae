// The report as one HTML file.
#pragma once

#include <string>

#include "client/report/sweep_report.h"

namespace pleat {

// A page that needs nothing else: style and drawings are inside, there is no script, and no link
// but to an inspection. It follows the reader's light or dark setting, fits a phone, and prints. A
// pure function: equal reports give equal bytes. All text of the report is escaped. What a report
// lacks (no ensemble yet, no groups) is left out.
std::string HtmlReport(const SweepReport& report);

}  // namespace pleat
