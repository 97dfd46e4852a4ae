// The look at a sweep's data as one HTML file.
#pragma once

#include <string>

#include "worker/inspect/inspection.h"

namespace pleat {

// A page that needs nothing else, as HtmlPage; it links duplicates.csv, if there are any. A pure
// function: equal inspections give equal bytes. All text is escaped. What an inspection lacks
// (groups, augmentation) is left out.
std::string InspectionHtml(const Inspection& inspection);

}  // namespace pleat
