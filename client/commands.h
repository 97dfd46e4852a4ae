// The subcommands of `pleat`. Each function adds one to the command line; when the user calls it,
// it runs and puts its exit code into `exit_code`.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace pleat {

void AddRunCommand(CLI::App& app, int& exit_code);
void AddValidateCommand(CLI::App& app, int& exit_code);
void AddInspectCommand(CLI::App& app, int& exit_code);
void AddSchemaCommand(CLI::App& app, int& exit_code);
void AddSubmitCommand(CLI::App& app, int& exit_code);
void AddListCommand(CLI::App& app, int& exit_code);
void AddStatusCommand(CLI::App& app, int& exit_code);
void AddWatchCommand(CLI::App& app, int& exit_code);
void AddExplainCommand(CLI::App& app, int& exit_code);
void AddCancelCommand(CLI::App& app, int& exit_code);
void AddRemoveCommand(CLI::App& app, int& exit_code);
void AddReportCommand(CLI::App& app, int& exit_code);
void AddPullCommand(CLI::App& app, int& exit_code);
void AddPredictCommand(CLI::App& app, int& exit_code);

// --coordinator, with PLEAT_COORDINATOR and the default address.
void AddCoordinatorOption(CLI::App* command, std::string& address);

// Refuses an empty argument.
CLI::Validator NonEmpty();

}  // namespace pleat
