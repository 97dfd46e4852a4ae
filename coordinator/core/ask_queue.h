// Asks of studies that wait for their suggestions.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include "proto/study.pb.h"

namespace pleat {

// An Ask whose answer is open.
struct PendingAsk {
  uint64_t token = 0;
  v1::AskRequest request;
};

// The asks of each study, served one by one in the order of their arrival, so that each trial is
// suggested from those before it. Not journaled: after a restart clients ask again.
class AskQueue {
 public:
  struct OfStudy {
    std::deque<PendingAsk> waiting;
    bool is_suggesting = false;  // a suggestion for the first is being computed
  };

  OfStudy& Of(const std::string& study) { return studies_[study]; }
  // Takes the queue out if it is empty and nothing is being computed for it.
  void EraseIfIdle(const std::string& study);
  // Asks of all studies that wait.
  size_t waiting() const;
  // The client of this token went away.
  void Forget(uint64_t token);

 private:
  std::map<std::string, OfStudy> studies_;
};

}  // namespace pleat
