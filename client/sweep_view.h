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
  bool cancelled = false;          // by somebody
  bool stopped = false;            // by the race
  bool paused = false;             // by the race: at a rung, or after a fold
  uint32_t epochs = 0;             // of each of its folds
  bool only_uses_weights = false;  // they do not train

  // A trial all of whose folds were given up has none.
  bool has_score() const { return finished && finished->folds_size() > 0 && !cancelled; }
};

class SweepView {
 public:
  // A sweep as the coordinator describes it; go on with the events after its sequence number.
  static SweepView FromStatus(const v1::GetResponse& status);

  // Takes in one event of a watch.
  void Apply(const v1::WatchResponse& event);

  const std::string& name() const { return name_; }
  const v1::SweepSpec& spec() const { return spec_; }
  // Trials that the search has: TrialCount, or fewer once it has ended before.
  uint64_t trial_count() const { return trial_count_; }
  const std::map<uint32_t, TrialView>& trials() const { return trials_; }
  // Of each trial; 0: not known before the rows are cut.
  uint32_t fold_count() const { return fold_count_; }
  // What it does now: "prepares the data", "trains", "waits for trials from outside", "predicts",
  // "done"; or why it is held up.
  const std::string& phase() const;
  const std::optional<v1::SweepEnded>& ended() const { return ended_; }
  // Sequence number of the last record taken in.
  uint64_t sequence() const { return sequence_; }
  // Wall-clock labels; 0: not yet.
  int64_t submitted_unix_ms() const { return submitted_unix_ms_; }
  int64_t ended_unix_ms() const { return ended_unix_ms_; }
  // Members chosen, and predictions by them done since the watch began.
  uint32_t predictions_done() const { return predictions_done_; }
  uint32_t members() const { return members_; }
  // The finished trial with the best score.
  std::optional<uint32_t> best_trial() const;

 private:
  void EndSearch(const v1::SearchEnded& ended);
  // Of a sweep that goes on after its end, if it had ended.
  void Reopen();
  // To the trials of a sweep that was extended to more repeats.
  void AddFolds();
  void RetryTrial(const v1::TrialRetried& retried);
  void SetSpec(const v1::SweepSpec& spec);
  void ApplyRecord(const v1::JournalRecord& record);
  bool AwaitsTrials() const;
  FoldView* FindFold(const std::string& task);

  std::string name_;
  v1::SweepSpec spec_;
  std::map<uint32_t, TrialView> trials_;
  uint64_t trial_count_ = 0;  // kept, since large spaces take a while to count
  uint32_t fold_count_ = 0;
  std::string phase_ = "waits for workers";
  std::string hold_;           // why no tasks are handed out; empty: they are
  std::string effect_failed_;  // how what the sweep waits for failed last; empty: it has not
  std::optional<v1::SweepEnded> ended_;
  uint64_t sequence_ = 0;
  int64_t submitted_unix_ms_ = 0;
  int64_t ended_unix_ms_ = 0;
  uint32_t predictions_done_ = 0;
  uint32_t members_ = 0;
};

}  // namespace pleat
