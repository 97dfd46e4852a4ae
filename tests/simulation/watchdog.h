// What a simulation has seen: faults that came to pass, a history for people, the first violation.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/simulation/event_queue.h"

namespace pleat::simulation {

class Watchdog {
 public:
  Watchdog(const EventQueue& events, bool traces) : events_(events), traces_(traces) {}

  // Counts something that came to pass; it stands in the history too.
  template <typename... Parts>
  void Count(const char* what, const Parts&... parts) {
    ++counts_[what];
    Trace(what, " ", parts...);
  }
  template <typename... Parts>
  void Trace(const Parts&... parts) {
    if (traces_) history_.push_back(absl::StrCat(events_.now_ms(), " ms  ", parts...));
  }
  // Something that must never be. The first one counts.
  template <typename... Parts>
  void Violate(const Parts&... parts) {
    Trace("VIOLATION ", parts...);
    if (violation_.empty()) {
      violation_ = absl::StrCat("at ", events_.now_ms(), " ms: ", parts...);
    }
  }

  bool traces() const { return traces_; }
  const std::string& violation() const { return violation_; }
  const std::map<std::string, uint64_t>& counts() const { return counts_; }
  const std::vector<std::string>& history() const { return history_; }

 private:
  const EventQueue& events_;
  const bool traces_;
  std::map<std::string, uint64_t> counts_;
  std::vector<std::string> history_;
  std::string violation_;
};

}  // namespace pleat::simulation
