#include "coordinator/core/lease_message.h"

#include "common/store/store_layout.h"

namespace pleat {
namespace {

// What is read of the data.
template <typename Work>
void FillData(const Sweep& sweep, Work* work) {
  *work->mutable_data() = sweep.spec.data();
  const v1::CrossValidationSpec& splitter = sweep.spec.cross_validation();
  if (splitter.has_predefined()) *work->mutable_predefined() = splitter.predefined();
}

// The parts that training and predicting share.
template <typename Work>
void FillCommon(const Sweep& sweep, const TaskKey& key, Work* work) {
  FillData(sweep, work);
  *work->mutable_datasets() = sweep.prepared().datasets();
  *work->mutable_folds() = sweep.folds->folds();
  *work->mutable_config() = sweep.trials[key.trial].config;
  work->set_fold(key.fold);
  work->set_threads(sweep.spec.resources().threads());
}

void FillTraining(const Sweep& sweep, const TaskKey& key, v1::TrainFoldTask* work) {
  FillCommon(sweep, key, work);
  *work->mutable_metric() = sweep.spec.search().metric();
  const std::vector<v1::StartWeights>& start = sweep.trials[key.trial].start_weights;
  if (!start.empty()) *work->mutable_start_weights() = start[key.fold];
  const std::optional<v1::Checkpoint>& checkpoint = sweep.tasks.at(key).checkpoint;
  if (checkpoint.has_value()) *work->mutable_resume_from() = *checkpoint;
  work->set_recompute_activations(sweep.trials[key.trial].recomputes);
}

void FillPrediction(const Sweep& sweep, const TaskKey& key, v1::PredictTask* work) {
  FillCommon(sweep, key, work);
  const TaskState& trained = sweep.tasks.at({TaskKind::kTrainFold, key.trial, key.fold});
  *work->mutable_weights() = trained.result->train_fold().checkpoint().weights();
  *work->mutable_views() = sweep.members->views();
  for (const std::string& split : PredictedSplits(sweep)) work->add_splits(split);
  work->set_out_of_fold(sweep.members->views_size() > 0);
  work->set_blend(sweep.spec.ensemble().blend());
}

}  // namespace

v1::Lease MakeLease(const Sweep& sweep, const TaskKey& key, uint64_t attempt, uint32_t ttl_ms,
                    const std::string& reason) {
  v1::Lease lease;
  v1::Task* task = lease.mutable_task();
  task->set_sweep(sweep.name);
  task->set_id(TaskId(key));
  switch (key.kind) {
    case TaskKind::kPrepareData:
      FillData(sweep, task->mutable_prepare_data());
      break;
    case TaskKind::kTrainFold:
      FillTraining(sweep, key, task->mutable_train_fold());
      break;
    case TaskKind::kPredict:
      FillPrediction(sweep, key, task->mutable_predict());
      break;
  }
  lease.set_attempt(attempt);
  lease.set_ttl_ms(ttl_ms);
  lease.set_folder(layout::AttemptFolder(sweep.name, task->id(), attempt));
  lease.set_reason(reason);
  return lease;
}

}  // namespace pleat
