#include "tests/simulation/named_files.h"

namespace pleat::simulation {
namespace {

class Names {
 public:
  void Add(const v1::Artifact& artifact) {
    if (!artifact.path().empty()) files_.emplace(artifact.path(), &artifact);
  }

  void AddTask(const TaskState& task) {
    if (task.checkpoint.has_value()) Add(task.checkpoint->weights());
    if (task.previous_checkpoint.has_value()) Add(task.previous_checkpoint->weights());
    if (!task.result.has_value()) return;
    Add(task.result->train_fold().checkpoint().weights());
    Add(task.result->train_fold().oof());
    for (const auto& dataset : task.result->prepare_data().datasets()) Add(dataset.labels());
    for (const auto& split : task.result->predict().predictions()) Add(split.prediction());
  }

  void AddSweep(const Sweep& sweep) {
    for (const auto& [key, task] : sweep.tasks) AddTask(task);
    if (sweep.folds.has_value()) Add(sweep.folds->folds());
    if (sweep.ensemble.has_value()) Add(sweep.ensemble->manifest());
    if (sweep.earlier_ensemble.has_value()) Add(sweep.earlier_ensemble->built.manifest());
  }

  std::map<std::string, const v1::Artifact*> Take() { return std::move(files_); }

 private:
  std::map<std::string, const v1::Artifact*> files_;
};

}  // namespace

std::map<std::string, const v1::Artifact*> NamedFiles(const State& state) {
  Names names;
  for (const auto& [name, sweep] : state.sweeps()) names.AddSweep(sweep);
  return names.Take();
}

}  // namespace pleat::simulation
