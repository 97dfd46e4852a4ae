// A checkpoint's state.json: what is read and fits a training can be gone on from.
#include "tests/fuzz/fuzz_target.h"
#include "worker/train/training_state.h"

namespace pleat {
namespace {

v1::TrainingSpec Training(bool best) {
  v1::TrainingSpec training;
  training.set_train(true);
  training.set_epochs(4);
  training.set_checkpoint(best ? "best" : "last");
  return training;
}

void ReadState(std::string_view input) {
  const absl::StatusOr<v1::TrainingState> state = TrainingStateFromJson(input);
  if (!state.ok()) return Require(!state.status().message().empty(), "a refusal says why");
  v1::MetricSpec metric;
  metric.set_name("accuracy");
  for (const bool best : {false, true}) {
    const absl::Status status =
        CheckResumable(*state, Training(best), /*steps_per_epoch=*/5, /*group_size=*/1);
    if (!status.ok() || state->history_size() == 0) continue;
    const int counting = CountingEpoch(*state, Training(best), metric);
    Require(counting >= 0 && counting < state->history_size(),
            "the epoch that counts is one of them");
    (void)EpochsCsv(*state);
    (void)ClassesCsv(*state);
  }
  const absl::StatusOr<v1::TrainingState> again =
      TrainingStateFromJson(TrainingStateToJson(*state));
  Require(again.ok(), "what is read can be written: " + again.status().ToString());
}

const RegisteredTarget kTrainingStateTarget({.name = "training_state", .run = ReadState});

}  // namespace
}  // namespace pleat
