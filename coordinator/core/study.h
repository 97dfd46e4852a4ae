// Studies in memory: Pleat suggests points of a space, somebody else evaluates them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "coordinator/search/search_method.h"
#include "proto/journal.pb.h"
#include "proto/snapshot.pb.h"

namespace pleat {

// The most steps of a trial that have a value.
inline constexpr size_t kMostStudySteps = 10'000;

// A trial as the method knows it, and what people get to see.
struct AskedTrial {
  // Shared with suggestions that are being computed; replaced when the trial ends.
  std::shared_ptr<const PastTrial> past;
  std::optional<double> value;
  std::string failure;
  std::map<uint64_t, double> steps;

  bool ended() const { return past->outcome != PastTrial::Outcome::kRunning; }
};

struct Study {
  std::string name;
  v1::SearchSpec search;  // resolved
  std::shared_ptr<const SearchMethod> method;
  uint64_t created = 0;  // sequence number of its first record: tells it from others of its name
  bool is_maximized = false;
  std::vector<AskedTrial> trials;  // by number
  uint32_t scored = 0;
  uint32_t failed = 0;
  std::optional<uint32_t> best;

  // Number of the next trial; below method->size() there is one.
  uint32_t next() const { return static_cast<uint32_t>(trials.size()); }
};

// All studies. Holds, and does not decide, as State, whose part it is. Not thread-safe.
class StudyBook {
 public:
  // Takes in a record that names a study. DATA_LOSS: it does not fit what came before.
  absl::Status Apply(const v1::JournalRecord& record);

  // See State.
  void Save(google::protobuf::RepeatedPtrField<v1::StudySnapshot>* snapshots) const;
  absl::Status Load(const v1::StudySnapshot& snapshot);

  const std::map<std::string, Study>& studies() const { return studies_; }
  // Of all studies: trials, and values inside them.
  size_t trials() const { return trials_; }
  size_t values() const { return values_; }
  // Null: no such study.
  const Study* Find(const std::string& name) const;

 private:
  absl::Status Create(const v1::JournalRecord& record);
  void Erase(std::map<std::string, Study>::iterator study);
  absl::Status Add(Study& study, const v1::StudyTrialAsked& update);
  absl::Status Report(Study& study, const v1::StudyValueReported& update);
  absl::Status Tell(Study& study, const v1::StudyTrialTold& update);
  // The ends of its trials. Of equals the best is the one that was told first, which is not known
  // any more, so it is told apart.
  absl::Status TellAgain(Study& study, const v1::StudySnapshot& snapshot);

  std::map<std::string, Study> studies_;
  size_t trials_ = 0;
  size_t values_ = 0;
};

}  // namespace pleat
