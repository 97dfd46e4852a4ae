// From what the coordinator tells to what a report shows.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "client/report/ensemble_texts.h"
#include "client/report/sweep_report.h"
#include "proto/coordinator.pb.h"

namespace pleat {

struct ReportSource {
  v1::GetResponse sweep;
  std::vector<v1::JournalRecord> epochs;  // the EpochReported ones, oldest first
  EnsembleTexts texts;                    // empty without an ensemble
};

// Asks the coordinator for everything. NOT_FOUND: no such sweep; others as FetchEnsembleTexts.
absl::StatusOr<ReportSource> FetchReportSource(Connection& connection, const std::string& sweep);

// Pure. DATA_LOSS: a text is not what Pleat writes.
absl::StatusOr<SweepReport> MakeReport(const ReportSource& source, double baseline);

}  // namespace pleat
