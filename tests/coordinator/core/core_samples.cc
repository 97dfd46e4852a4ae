#include "tests/coordinator/core/core_samples.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/config/trial_config.h"
#include "common/folds/splitter.h"
#include "coordinator/core/study_view.h"
#include "tests/coordinator/read_sample.h"

namespace pleat {
namespace {

std::string SweepText(const std::string& name, absl::string_view test, uint32_t trials,
                      uint32_t folds, absl::string_view more) {
  std::string values;
  for (uint32_t i = 0; i < trials; ++i) absl::StrAppend(&values, i > 0 ? ", " : "", i + 1, "e-4");
  return absl::StrCat("name: ", name, "\ndata: {train: {synthetic_digits: {samples: 100}}", test,
                      "}\ncross_validation: {k_fold: {folds: ", folds,
                      "}}\ntraining: {optimizer: {adam_w: {}}}\nsearch:\n  parameters:\n"
                      "    training.optimizer.adam_w.lr: {values: [",
                      values, "]}\n", more);
}

v1::MembersSelected FoldsOfBestTrial(const SelectMembers& effect) {
  v1::MembersSelected members;
  const auto best =
      std::min_element(effect.scores.begin(), effect.scores.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  for (const FoldPrediction& prediction : effect.predictions) {
    if (prediction.trial != best->first) continue;
    v1::Member* member = members.add_members();
    member->set_trial(prediction.trial);
    member->set_fold(prediction.fold);
    member->set_weight(1);
  }
  for (const v1::MissingFold& missing : effect.missing) {
    const bool is_lost_trial = !effect.scores.contains(missing.trial());
    if (is_lost_trial || missing.trial() == best->first) *members.add_missing() = missing;
  }
  if (effect.spec.ensemble().tta().views_size() > 0) {
    members.add_views()->set_identity(true);
    members.add_views()->set_shift_x(0.25);
  }
  return members;
}

std::string VisitsText(const TaskState& task) {
  std::string text = task.host;
  for (const auto& [worker, visit] : task.visits) {
    absl::StrAppend(&text, " ", worker, "@", visit.host, ": ", visit.failure.value_or("audited"));
  }
  for (const HeldResult& held : task.held) {
    absl::StrAppend(&text, " ", held.worker, " gave ", DeterministicBytes(held.digest));
  }
  return text;
}

std::string TaskLine(const TaskKey& key, const TaskState& task) {
  return absl::StrCat(
      "  ", TaskId(key), " ", static_cast<int>(task.phase), " ", task.attempt, " ", task.worker,
      " ", task.failures, " ", task.retry_after_ms, " ", task.fruitless, " ", task.has_advanced,
      " ", task.furthest_epoch, " ", task.leased_unix_ms, " ", task.message, " ",
      task.checkpoint.has_value() ? DeterministicBytes(*task.checkpoint) : "", " ",
      task.previous_checkpoint.has_value() ? DeterministicBytes(*task.previous_checkpoint) : "",
      " ", task.waits_for, " ", VisitsText(task), " ",
      task.last_epoch.has_value() ? DeterministicBytes(*task.last_epoch) : "", " ",
      task.result.has_value() ? DeterministicBytes(*task.result) : "", "\n");
}

}  // namespace

v1::SweepSpec SmallSweep(const std::string& name, uint32_t trials, uint32_t folds,
                         absl::string_view more) {
  const char* test = ", test: {synthetic_digits: {samples: 100, seed: 1}}";
  return ReadSample(SweepText(name, test, trials, folds, more));
}

v1::SweepSpec SweepWithoutTestSet(const std::string& name, uint32_t trials, uint32_t folds,
                                  absl::string_view more) {
  return ReadSample(SweepText(name, "", trials, folds, more));
}

v1::AttemptId AttemptOf(const v1::Lease& lease) {
  v1::AttemptId id;
  id.set_sweep(lease.task().sweep());
  id.set_task(lease.task().id());
  id.set_attempt(lease.attempt());
  return id;
}

v1::TaskResult SampleResult(const v1::Lease& lease) {
  v1::TaskResult result;
  if (lease.task().has_prepare_data()) {
    result.mutable_prepare_data()->add_datasets()->set_split("train");
    if (lease.task().prepare_data().data().has_test()) {
      result.mutable_prepare_data()->add_datasets()->set_split("test");
    }
    for (auto& dataset : *result.mutable_prepare_data()->mutable_datasets()) dataset.set_rows(100);
  } else if (lease.task().has_train_fold()) {
    const v1::TrainFoldTask& work = lease.task().train_fold();
    result.mutable_train_fold()->mutable_oof()->set_path(lease.folder() + "/oof.npy");
    result.mutable_train_fold()->mutable_checkpoint()->mutable_weights()->set_path(
        lease.folder() + "/weights.safetensors");
    result.mutable_train_fold()->mutable_metrics()->set_val_log_loss(
        0.1 * (1 + work.config().trial()) + 0.01 * work.fold());
  } else {
    result.mutable_predict();
  }
  return result;
}

EffectDone SampleDone(const Effect& effect) {
  EffectDone done;
  std::visit([&](const auto& e) { done.sweep = e.sweep; }, effect);
  if (const auto* assign = std::get_if<AssignFolds>(&effect)) {
    v1::FoldsAssigned folds;
    const uint32_t count = FoldCount(assign->spec.cross_validation());
    const uint32_t per_repeat = count / RepeatCount(assign->spec.cross_validation());
    for (uint32_t fold = 0; fold < count; ++fold) folds.add_rows(100 / per_repeat);
    done.result = folds;
  } else if (const auto* suggest = std::get_if<SuggestTrial>(&effect)) {
    done.result = suggest->search->Suggest(suggest->trial, suggest->past);
  } else if (const auto* select = std::get_if<SelectMembers>(&effect)) {
    done.result = FoldsOfBestTrial(*select);
  } else if (const auto* build = std::get_if<BuildEnsemble>(&effect)) {
    v1::EnsembleBuilt built;
    built.set_version(build->version);
    done.result = built;
  }
  return done;
}

std::string StateText(const State& state) {
  std::string text = absl::StrCat("at ", state.sequence(), "\n");
  for (const auto& [name, record] : state.removing()) {
    absl::StrAppend(&text, "removing ", name, " ", record.sweep_removed().last_attempt(), "\n");
  }
  for (const auto& [name, sweep] : state.sweeps()) {
    absl::StrAppend(&text, name, " ", sweep.spec_sha256, " after ", sweep.attempts_before, " done ",
                    sweep.folds_done, " ended ", sweep.trials_ended, " open ",
                    sweep.open_predictions, " best ", sweep.best_trial.value_or(999), " trained ",
                    sweep.trained_rank_ms, " folds at ", sweep.folds_unix_ms, " search ended ",
                    sweep.search_ended.value_or(v1::SearchEnded()).reason(), " phase ",
                    sweep.folds.has_value(), sweep.execution.has_value(), sweep.members.has_value(),
                    sweep.ensemble.has_value(), sweep.ended.has_value(), "\n");
    for (const auto& [key, task] : sweep.tasks) text += TaskLine(key, task);
    for (const Trial& trial : sweep.trials) {
      absl::StrAppend(&text, "  trial ", trial.ended(), trial.is_retried, trial.recomputes, " ",
                      trial.race_end.has_value() ? trial.race_end->round + 1 : 0, "\n");
      for (const v1::StartWeights& start : trial.start_weights) {
        absl::StrAppend(&text, "  begins with ", DeterministicBytes(start), "\n");
      }
    }
    if (sweep.warm_start.has_value()) {
      absl::StrAppend(&text, "  learns from ", DeterministicBytes(*sweep.warm_start), "\n");
    }
    for (const v1::TrialGiven& given : sweep.given) {
      absl::StrAppend(&text, "  given ", DeterministicBytes(given), "\n");
    }
    absl::StrAppend(&text, "  finished ", sweep.search_finished, "\n");
    for (const auto& [worker, why] : sweep.kept_away) {
      absl::StrAppend(&text, "  without ", worker, ": ", why, "\n");
    }
    for (const RaceChange& change : sweep.race_changes) {
      absl::StrAppend(&text, "  races ", change.round, " ", change.size.trials, " ",
                      change.size.at_once, " ", change.size.is_breadth_first, " without ",
                      change.left.has_value() ? absl::StrCat(*change.left) : "nobody", "\n");
    }
    for (const TaskKey& key : sweep.retried) {
      absl::StrAppend(&text, "  again ", TaskId(key), " ", sweep.tasks.at(key).has_failed_race,
                      "\n");
    }
    for (const v1::SweepChange& change : sweep.changes) {
      absl::StrAppend(&text, "  changed ", DeterministicBytes(change), "\n");
    }
    absl::StrAppend(&text, "  version ", sweep.ensemble_version, " search ", sweep.search->size(),
                    " awaits repeats ", sweep.awaits_repeats, " spec ",
                    DeterministicBytes(sweep.spec), " before ",
                    sweep.earlier_ensemble.value_or(EarlierEnsemble()).built.version(), "\n");
    for (const TaskKey& key : sweep.ready) absl::StrAppend(&text, "  ready ", TaskId(key), "\n");
    for (const TaskKey& key : sweep.delayed)
      absl::StrAppend(&text, "  delayed ", TaskId(key), "\n");
    absl::StrAppend(&text, "  hold ", sweep.hold, "\n");
    if (sweep.effect_failed.has_value()) text += DeterministicBytes(*sweep.effect_failed);
  }
  for (const auto& [worker, task] : state.held()) absl::StrAppend(&text, "held ", worker, "\n");
  for (const auto& [name, study] : state.studies().studies()) {
    absl::StrAppend(&text, "study ", DeterministicBytes(DescribeStudy(study)), "\n");
    for (const AskedTrial& trial : study.trials) {
      absl::StrAppend(&text, "  loss ", trial.past->loss, "\n");
    }
  }
  return text;
}

std::string RepliesText(const State& state) {
  v1::StateSnapshot groups;
  state.groups().Save(&groups);
  std::string text = DeterministicBytes(groups);
  state.replies().ForEach([&](const v1::RecordedReply& reply) {
    absl::StrAppend(&text, reply.request_id(), " ", reply.response(), "\n");
  });
  return text;
}

}  // namespace pleat
