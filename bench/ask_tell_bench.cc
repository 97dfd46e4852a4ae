// How many trials a second a study gives to clients that ask, evaluate nothing and tell.
//
// Everything is real: gRPC over loopback TCP, the SQLite journal on disk (each answer is durable
// before it is sent), the coordinator's core. Each client has a connection and a thread of its own,
// and one call in flight. Then the time of one suggestion after 1,000 trials, by each method.
#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bench/loopback_coordinator.h"
#include "common/base/grpc_status.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/config/study_search.h"
#include "proto/study.grpc.pb.h"

namespace pleat {
namespace {

using SteadyClock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

// Of random search, with 1 and with 8 clients; the run fails below.
constexpr double kTrialsPerSecondTarget = 500;
// Of one suggestion of random or Sobol search after kPastTrials trials; the run fails above.
constexpr double kSuggestionTargetMs = 1;
constexpr uint32_t kPastTrials = 1'000;
constexpr int kSuggestions = 20;

v1::SearchSpec Space(const std::string& method) {
  v1::SearchSpec search;
  if (method == "tpe") search.mutable_method()->mutable_tpe();
  if (method == "sobol") search.mutable_method()->mutable_sobol();
  if (method == "random") search.mutable_method()->mutable_random();
  search.set_max_trials(1'000'000);
  for (int i = 0; i < 5; ++i) {
    v1::ParameterSpec& parameter = *search.add_parameters();
    parameter.set_key(absl::StrCat("x", i));
    parameter.mutable_uniform()->set_min(-5);
    parameter.mutable_uniform()->set_max(5);
  }
  return search;
}

class Client {
 public:
  explicit Client(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(v1::SearchService::NewStub(channel)), ids_(NewSessionId()) {}

  absl::Status Create(const std::string& study, const v1::SearchSpec& search) {
    v1::CreateStudyRequest request;
    request.set_request_id(ids_.Next());
    request.set_name(study);
    *request.mutable_search() = search;
    v1::CreateStudyResponse response;
    grpc::ClientContext context;
    return FromGrpcStatus(stub_->CreateStudy(&context, request, &response));
  }

  // Asks, and tells some value; keeps how long the ask took.
  absl::Status RunTrial(const std::string& study) {
    v1::AskRequest ask;
    ask.set_request_id(ids_.Next());
    ask.set_study(study);
    v1::AskResponse asked;
    grpc::ClientContext ask_context;
    const SteadyClock::time_point begin = SteadyClock::now();
    PLEAT_RETURN_IF_ERROR(FromGrpcStatus(stub_->Ask(&ask_context, ask, &asked)));
    ask_ms.push_back(Milliseconds(SteadyClock::now() - begin).count());
    v1::TellRequest tell;
    tell.set_request_id(ids_.Next());
    tell.set_study(study);
    tell.set_trial(asked.trial());
    tell.set_value(asked.trial() % 97);
    v1::TellResponse told;
    grpc::ClientContext tell_context;
    return FromGrpcStatus(stub_->Tell(&tell_context, tell, &told));
  }

  std::vector<double> ask_ms;

 private:
  const std::unique_ptr<v1::SearchService::Stub> stub_;
  RequestIds ids_;
};

// Trials a second.
absl::StatusOr<double> RunClients(const LoopbackCoordinator& coordinator, const std::string& method,
                                  int client_count, double seconds) {
  const std::string study = absl::StrCat(method, "-", client_count);
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < client_count; ++i) {
    clients.push_back(std::make_unique<Client>(coordinator.Connect()));
  }
  PLEAT_RETURN_IF_ERROR(clients.front()->Create(study, Space(method)));
  std::vector<absl::Status> statuses(client_count);
  const SteadyClock::time_point begin = SteadyClock::now();
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < client_count; ++i) {
      threads.emplace_back([&, i] {
        while (statuses[i].ok() &&
               SteadyClock::now() - begin < std::chrono::duration<double>(seconds)) {
          statuses[i] = clients[i]->RunTrial(study);
        }
      });
    }
  }
  const std::chrono::duration<double> took = SteadyClock::now() - begin;
  std::vector<double> ask_ms;
  for (int i = 0; i < client_count; ++i) {
    PLEAT_RETURN_IF_ERROR(statuses[i]);
    ask_ms.insert(ask_ms.end(), clients[i]->ask_ms.begin(), clients[i]->ask_ms.end());
  }
  std::sort(ask_ms.begin(), ask_ms.end());
  const double rate = static_cast<double>(ask_ms.size()) / took.count();
  std::printf("%-7s %d client%s  %6.0f trials/s  ask p50 %.2f ms  p99 %.2f ms\n", method.c_str(),
              client_count, client_count == 1 ? " " : "s", rate, Percentile(ask_ms, 0.5),
              Percentile(ask_ms, 0.99));
  return rate;
}

// Milliseconds of one suggestion.
absl::StatusOr<double> TimeSuggestion(const std::string& method) {
  v1::SweepSpec spec;
  PLEAT_ASSIGN_OR_RETURN(*spec.mutable_search(), ResolveStudySearch(Space(method)));
  PLEAT_ASSIGN_OR_RETURN(const std::unique_ptr<SearchMethod> search, MakeSearchMethod(spec));
  v1::SweepSpec random_spec;
  PLEAT_ASSIGN_OR_RETURN(*random_spec.mutable_search(), ResolveStudySearch(Space("random")));
  PLEAT_ASSIGN_OR_RETURN(const std::unique_ptr<SearchMethod> random, MakeSearchMethod(random_spec));
  std::vector<PastTrial> past(kPastTrials);
  for (uint32_t trial = 0; trial < kPastTrials; ++trial) {
    past[trial].parameters = random->Suggest(trial, {}).parameters;
    past[trial].outcome = PastTrial::Outcome::kScored;
    past[trial].loss = trial % 97;
  }
  const SteadyClock::time_point begin = SteadyClock::now();
  for (int i = 0; i < kSuggestions; ++i) search->Suggest(kPastTrials, past);
  const double took_ms = Milliseconds(SteadyClock::now() - begin).count() / kSuggestions;
  std::printf("%-7s a suggestion after %u trials: %.3f ms\n", method.c_str(), kPastTrials, took_ms);
  return took_ms;
}

absl::Status Run(double seconds, const std::string& folder) {
  bool is_met = true;
  PLEAT_ASSIGN_OR_RETURN(const std::unique_ptr<LoopbackCoordinator> coordinator,
                         LoopbackCoordinator::Start(folder));
  for (const char* method : {"random", "sobol", "tpe"}) {
    for (const int clients : {1, 8}) {
      PLEAT_ASSIGN_OR_RETURN(const double rate, RunClients(*coordinator, method, clients, seconds));
      is_met = is_met && (method != std::string("random") || rate >= kTrialsPerSecondTarget);
    }
  }
  coordinator->Stop();
  std::printf("resident memory  %.0f MiB\n", ResidentMiB());
  PLEAT_RETURN_IF_ERROR(coordinator->Replay());
  for (const char* method : {"random", "sobol", "tpe"}) {
    PLEAT_ASSIGN_OR_RETURN(const double took_ms, TimeSuggestion(method));
    is_met = is_met && (method == std::string("tpe") || took_ms < kSuggestionTargetMs);
  }
  if (is_met) return absl::OkStatus();
  return absl::DeadlineExceededError(
      absl::StrCat("target missed: ", kTrialsPerSecondTarget, " trials/s of random search, ",
                   kSuggestionTargetMs, " ms a suggestion of random and sobol"));
}

int Main(int argc, char** argv) {
  CLI::App app("Trials a second that a study gives over loopback gRPC, ask and tell.");
  double seconds = 5;
  std::string folder = absl::StrCat("ask_tell_bench.", getpid());
  app.add_option("--seconds", seconds, "how long each method and number of clients runs")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 3600.0));
  app.add_option("--folder", folder, "folder for journal and store, removed at the end");
  CLI11_PARSE(app, argc, argv);
  const absl::Status status = Run(seconds, folder);
  std::filesystem::remove_all(folder);
  if (status.ok()) return 0;
  std::cerr << "ask_tell_bench: " << status.message() << std::endl;
  return 1;
}

}  // namespace
}  // namespace pleat

int main(int argc, char** argv) { return pleat::Main(argc, argv); }
