// The sections of a page. Each is a pure function of the report, and empty if the report has
// nothing for it.
#pragma once

#include <string>

#include "client/report/sweep_report.h"

namespace pleat {

// Scores of the ensemble on each split, against its members, and what the views gained.
std::string ScoresSection(const SweepReport& report);
// Loss and accuracy over the epochs, of the members' trials.
std::string CurvesSection(const SweepReport& report);
// Each class against the baseline: folds at the end, and over the epochs.
std::string ClassesSection(const SweepReport& report);
// Confusion matrices and the pairs most often confused.
std::string ConfusionSection(const SweepReport& report);
// Confidence against accuracy.
std::string CalibrationSection(const SweepReport& report);
// Folds and groups side by side.
std::string SpreadSection(const SweepReport& report);
// The most confident of the wrong predictions.
std::string MistakesSection(const SweepReport& report);
// What the search found: its history, which parameters matter, and what the winner's score is
// worth.
std::string SearchSection(const SweepReport& report);
// What the search tried.
std::string TrialsSection(const SweepReport& report);
// Data, machine and settings.
std::string SettingsSection(const SweepReport& report);

}  // namespace pleat
