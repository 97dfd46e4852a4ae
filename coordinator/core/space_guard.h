// What the coordinator still takes, by the space that the journal's disk has.
#pragma once

#include <cstdint>
#include <string>

#include "common/store/store.h"

namespace pleat {

// Below the mark no new work is taken, so that what runs can be brought to its end; below a quarter
// of it nothing is journaled that can wait. Work goes on at a quarter above the mark, so that it
// does not stop and go around it.
class SpaceGuard {
 public:
  // `min_free_bytes`: the mark, but no more than half a percent of the disk: a journal grows
  // slowly, and a store on the same disk is to hold back tasks before.
  void Report(const StoreSpace& space, uint64_t min_free_bytes);

  bool IsShort() const { return level_ != Level::kAmple; }
  bool IsSpent() const { return level_ == Level::kSpent; }
  // Why no new work is taken, and the way out; empty: it is.
  const std::string& reason() const { return reason_; }

 private:
  enum class Level { kAmple, kShort, kSpent };

  Level level_ = Level::kAmple;
  std::string reason_;
};

}  // namespace pleat
