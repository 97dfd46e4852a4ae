#include "tests/simulation/scenario.h"

#include <utility>
#include <variant>

#include "tests/coordinator/core/core_samples.h"

namespace pleat::simulation {
namespace {

v1::SweepSpec Small(v1::SweepSpec spec, uint32_t epochs, uint32_t at_once) {
  spec.mutable_training()->set_epochs(epochs);
  spec.mutable_resources()->set_max_concurrent_trials(at_once);
  return spec;
}

UserStep Submit(const v1::SweepSpec& spec) {
  v1::SubmitRequest request;
  *request.mutable_spec() = spec;
  return {.request = request};
}

UserStep Await(const std::string& name, std::function<bool(const v1::GetResponse&)> what) {
  v1::GetRequest request;
  request.set_name(name);
  return {.request = request, .awaits = [what = std::move(what)](const Response& response) {
            return what(std::get<v1::GetResponse>(response));
          }};
}

UserStep AwaitEnd(const std::string& name) {
  return Await(name, [](const v1::GetResponse& sweep) { return sweep.has_ended(); });
}

UserStep AwaitTrials(const std::string& name, int trials) {
  return Await(name,
               [trials](const v1::GetResponse& sweep) { return sweep.trials_size() >= trials; });
}

UserStep Extend(const std::string& name, uint32_t trials) {
  v1::ExtendRequest request;
  request.set_name(name);
  request.set_trials(trials);
  return {.request = request};
}

UserStep Limit(const std::string& name, const std::string& limit) {
  v1::ChangeLimitsRequest request;
  request.set_name(name);
  request.add_limits(limit);
  return {.request = request};
}

// Of a trial that is there. One that has ended already stays; one that is cancelled is trained
// again in the next step.
UserStep Cancel(const std::string& name, uint32_t trial) {
  v1::CancelRequest request;
  request.set_name(name);
  request.set_trial(trial);
  return {.request = request, .if_refused = UserStep::IfRefused::kSkipNext};
}

UserStep Retry(const std::string& name, uint32_t trial) {
  v1::RetryRequest request;
  request.set_name(name);
  request.set_trial(trial);
  return {.request = request};
}

UserStep Remove(const std::string& name) {
  v1::RemoveRequest request;
  request.set_name(name);
  return {.request = request};
}

v1::SweepSpec Plain(const std::string& name) { return Small(SmallSweep(name, 4, 2), 3, 2); }

v1::SweepSpec Racing(const std::string& pruning) {
  const std::string search =
      absl::StrCat("  pruning: {", pruning, "}\n  metric: {name: val_accuracy}\n");
  return Small(SmallSweep("a", 8, 3, search), 4, 3);
}

v1::SweepSpec Keeping(v1::SweepSpec spec, const std::string& what) {
  spec.mutable_resources()->set_keep(what);
  return spec;
}

v1::SweepSpec Learning() {
  v1::SweepSpec spec = Small(SmallSweep("a", 1, 2), 1, 2);
  v1::SearchSpec& search = *spec.mutable_search();
  search.mutable_method()->mutable_tpe()->set_startup_trials(2);
  search.mutable_method()->mutable_tpe()->set_candidates(8);
  search.set_max_trials(8);
  search.mutable_parameters(0)->mutable_uniform()->set_min(1e-4);
  search.mutable_parameters(0)->mutable_uniform()->set_max(1e-2);
  return spec;
}

// The last of its trials come by an extension.
v1::SweepSpec Extensible() {
  v1::SweepSpec spec = Plain("a");
  spec.mutable_search()->set_max_trials(3);
  return spec;
}

std::vector<Scenario> MakeScenarios() {
  const v1::SweepSpec views =
      Small(SweepWithoutTestSet("a", 3, 3, "ensemble: {tta: {views: [identity: {}]}}\n"), 2, 2);
  const v1::SweepSpec tiny = Small(SweepWithoutTestSet("b", 1, 2), 1, 1);
  v1::SweepSpec audited = Racing("fold_racing: {}, most_ahead: 1");
  audited.mutable_verify()->set_audit_fraction(1);
  return {
      {"plain", {{Submit(Plain("a"))}}},
      {"views", {{Submit(views)}}},
      {"halving", {{Submit(Racing("asha: {eta: 2}"))}}},
      {"racing", {{Submit(Racing("fold_racing: {}, most_ahead: 1"))}}},
      {"audited", {{Submit(audited)}}, /*is_audited=*/true},
      {"learning", {{Submit(Learning())}}},
      {"changes",
       {{Submit(Extensible()), Limit("a", "resources.max_concurrent_trials=3"), Extend("a", 1)},
        {AwaitTrials("a", 2), Cancel("a", 0), Retry("a", 0), Cancel("a", 1), Retry("a", 1)}}},
      {"retention",
       {{Submit(Keeping(Plain("a"), "members"))}, {Submit(Keeping(Plain("b"), "best"))}}},
      {"removal",
       {{Submit(tiny), AwaitEnd("b"), Remove("b"), Submit(tiny), AwaitEnd("b")},
        {Submit(Plain("a"))}}},
  };
}

}  // namespace

const std::vector<Scenario>& Scenarios() {
  static const std::vector<Scenario> scenarios = MakeScenarios();
  return scenarios;
}

}  // namespace pleat::simulation
