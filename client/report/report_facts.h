// Data, machine and settings of a sweep in a few words.
#pragma once

#include <vector>

#include "client/report/sweep_report.h"
#include "proto/coordinator.pb.h"

namespace pleat {

// What is not known yet is left out. Pure but for the local time zone.
std::vector<FactReport> ReportFacts(const v1::GetResponse& sweep);

}  // namespace pleat
