// Which folds of a sweep ended before their last epoch, as its journal tells.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "proto/journal.pb.h"
#include "proto/sweep.pb.h"

namespace pleat {

// In words.
struct EarlyEnd {
  std::string what;  // "ended early after epoch 5 of 30"
  std::string why;   // "val_loss made no progress for 3 epochs"
};

// Not thread-safe.
class EarlyEnds {
 public:
  // Takes in the sweep's next record; all of them, in order.
  void Follow(const v1::JournalRecord& record);
  // Of a task that is done, by what was followed so far; nothing if it went on to its last epoch,
  // or trains no fold.
  std::optional<EarlyEnd> Of(const std::string& task) const;

 private:
  // What a trial with early stopping was to do.
  struct Plan {
    uint32_t epochs = 0;
    v1::EarlyStoppingSpec early_stopping;
  };

  v1::SweepSpec spec_;
  std::map<uint32_t, Plan> plans_;               // by trial
  std::map<std::string, uint32_t> last_epochs_;  // by task; of trials with a plan
};

}  // namespace pleat
