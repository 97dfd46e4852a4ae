// What people may type after `pleat-worker`.
#pragma once

#include <functional>
#include <string>
#include <variant>

#include "worker/inspect/inspect_command.h"
#include "worker/predict/predict_command.h"
#include "worker/session/rows_command.h"

namespace pleat {

// Trains folds for a coordinator.
struct WorkerOptions {
  std::string coordinator = "127.0.0.1:7070";
  std::string store;
  std::string data_root;  // empty: as the sweep says
  int group_size = 1;
  int collective_timeout_s = 300;
  int progress_timeout_s = 300;
  int first_gpu = 0;
};

// What a command line asks for; an exit code if nothing is left to do.
using WorkerCommand = std::variant<int, WorkerOptions, PredictOptions, InspectOptions, RowsOptions>;

// Prints help, or `version` when that is asked for; a command line that does not hold is bad input,
// after a message on stderr.
WorkerCommand ParseCommandLine(int argc, char** argv, const std::function<std::string()>& version);

}  // namespace pleat
