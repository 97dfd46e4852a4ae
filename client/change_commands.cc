// pleat extend, retry, limits: what changes a sweep that exists.
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/commands.h"
#include "client/connection.h"
#include "client/json_output.h"
#include "client/run_folder.h"
#include "common/base/status_macros.h"

namespace pleat {
namespace {

// How to see what follows; a folder has no workers until its run goes on.
void PrintNext(const std::string& name, const std::string& dir) {
  if (dir.empty()) {
    std::printf("  pleat watch %s\n", name.c_str());
  } else {
    std::printf("  go on with the `pleat run FILE --dir %s` that made it, its FILE as it was\n",
                dir.c_str());
  }
}

void Print(const ExtendOptions& options, const v1::ExtendResponse& response) {
  const bool has_repeats = response.repeats() != response.repeats_before();
  std::printf("%s: %u %s, %u before%s\n", options.name.c_str(),
              has_repeats ? response.repeats() : response.trials(),
              has_repeats ? "repeats" : "trials",
              has_repeats ? response.repeats_before() : response.trials_before(),
              response.reopened() ? "; it goes on" : "");
  PrintNext(options.name, options.dir);
}

void Print(const RetryOptions& options, const v1::RetryResponse& response) {
  if (response.folds().empty()) {
    std::printf("%s: trial %u counts with all its folds\n", options.name.c_str(), options.trial);
    return PrintNext(options.name, options.dir);
  }
  std::printf(
      "%s: trial %u %s %s %s trained again%s\n", options.name.c_str(), options.trial,
      response.folds_size() == 1 ? "fold" : "folds", absl::StrJoin(response.folds(), ", ").c_str(),
      response.folds_size() == 1 ? "is" : "are", response.reopened() ? "; the sweep goes on" : "");
  PrintNext(options.name, options.dir);
}

void Print(const LimitsOptions& options, const v1::ChangeLimitsResponse& response) {
  for (const v1::LimitChange& change : response.changes()) {
    std::printf("%s: %s is %s now, %s before\n", options.name.c_str(), change.path().c_str(),
                change.to().c_str(), change.from().c_str());
  }
}

// Sends `request` by `call`, and prints the answer.
template <typename Options, typename Request, typename Response>
ExitCode Change(const Options& options, const Request& request,
                absl::StatusOr<Response> (Connection::*call)(Request)) {
  return WithFolderOrAddress(
      options.dir, options.coordinator, [&](Connection& connection) -> absl::Status {
        PLEAT_ASSIGN_OR_RETURN(const Response response, (connection.*call)(request));
        if (options.json) {
          std::printf("%s", ToJsonText(response).c_str());
        } else {
          Print(options, response);
        }
        return absl::OkStatus();
      });
}

}  // namespace

ExitCode ExtendSweep(const ExtendOptions& options) {
  v1::ExtendRequest request;
  request.set_name(options.name);
  request.set_trials(options.trials);
  request.set_repeats(options.repeats);
  return Change(options, request, &Connection::Extend);
}

ExitCode RetryTrial(const RetryOptions& options) {
  v1::RetryRequest request;
  request.set_name(options.name);
  request.set_trial(options.trial);
  if (options.fold) request.set_fold(*options.fold);
  request.set_fresh(options.fresh);
  return Change(options, request, &Connection::Retry);
}

ExitCode ChangeLimits(const LimitsOptions& options) {
  v1::ChangeLimitsRequest request;
  request.set_name(options.name);
  request.mutable_limits()->Assign(options.limits.begin(), options.limits.end());
  return Change(options, request, &Connection::ChangeLimits);
}

}  // namespace pleat
