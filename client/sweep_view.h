// A sweep as people see it: folded from the events of a watch. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "proto/coordinator.pb.h"

namespace pleat {

// One cell of the trial x fold matrix.
struct FoldView {
  v1::FoldState state = v1::FOLD_STATE_WAITING;
  uint64_t attempt = 0;
  std::optional<v1::EpochMetrics> last_epoch;
  v1::Progress progress;        // inside the running epoch; live only
  std::optional<double> score;  // the metric of the weights that count, once done
  std::string message;          // the last failure
};

// One row of it.
struct TrialView {
  std::vector<v1::ParameterValue> parameters;
  std::vector<FoldView> folds;
  std::optional<v1::TrialFinished> finished;
  bool cancelled = false;
};

class SweepView {
 public:
  // Takes in one event of a watch.
  void Apply(const v1::WatchResponse& event);
  // What an event means, in one line for people; nothing for events that are not worth one. Ask
  // before Apply.
  std::optional<std::string> EventLine(const v1::WatchResponse& event) const;

  const std::string& name() const { return name_; }
  const v1::SweepSpec& spec() const { return spec_; }
  const std::map<uint32_t, TrialView>& trials() const { return trials_; }
  uint32_t fold_count() const { return fold_count_; }
  uint32_t epochs() const { return spec_.training().epochs(); }
  // What it does now: "prepares the data", "trains", "predicts", "done".
  const std::string& phase() const { return phase_; }
  const std::optional<v1::SweepEnded>& ended() const { return ended_; }
  // Sequence number of the last record taken in.
  uint64_t sequence() const { return sequence_; }
  int64_t submitted_unix_ms() const { return submitted_unix_ms_; }
  // Tasks of the Predict kind: done, of how many.
  uint32_t predictions_done() const { return predictions_done_; }
  uint32_t members() const { return members_; }
  // The finished trial with the best score.
  std::optional<uint32_t> best_trial() const;

 private:
  void ApplyRecord(const v1::JournalRecord& record);
  FoldView* FindFold(const std::string& task);

  std::string name_;
  v1::SweepSpec spec_;
  std::map<uint32_t, TrialView> trials_;
  uint32_t fold_count_ = 0;
  std::string phase_ = "waits for workers";
  std::optional<v1::SweepEnded> ended_;
  uint64_t sequence_ = 0;
  int64_t submitted_unix_ms_ = 0;
  uint32_t predictions_done_ = 0;
  uint32_t members_ = 0;
};

// "trial 2 fold 1", "data preparation", "prediction of trial 2 fold 1".
std::string TaskText(const std::string& task_id);

}  // namespace pleat
