// What is remembered of groups and hosts: which of them fail what others complete.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "proto/journal.pb.h"
#include "proto/snapshot.pb.h"

namespace pleat {

// A task that fails everywhere is the task's fault. One that failed in a group and was completed by
// another is that group's, so only then it is counted, against the group and its host; a task that
// they complete wipes the count out. Changed by State only. Not thread-safe.
class GroupBook {
 public:
  // A group, or a host.
  struct Name {
    bool is_host = false;
    std::string name;

    auto operator<=>(const Name&) const = default;
  };
  struct Entry {
    uint32_t failures = 0;     // in a row, of tasks that were completed elsewhere
    uint64_t aside_until = 0;  // set aside while fewer tasks have been completed
    std::string message;       // how the last of them failed
  };

  // Notes that tasks may have to be kept from it, so that it is told apart from others.
  void Remember(const Name& name) { At(name); }
  bool Remembers(const Name& name) const { return entries_.contains(name); }

  // A task that failed there was completed elsewhere.
  void Blame(const Name& name, const std::string& message);
  // A task was completed, by whomever.
  void CountCompleted() { ++completed_; }
  // The group, on the host, has done one well.
  void Clear(const std::string& worker, const std::string& host);
  void SetAside(const v1::GroupSetAside& update);

  // Tasks that were ever completed.
  uint64_t completed() const { return completed_; }
  // As it stands; nothing is known of most.
  Entry Find(const Name& name) const;
  bool IsAside(const Entry& entry) const { return entry.aside_until > completed_; }
  // Null if the group may have tasks as any other, else why it, or its host, is set aside.
  const Entry* FindAside(const std::string& worker, const std::string& host) const;

  void Save(v1::StateSnapshot* snapshot) const;
  void Load(const v1::StateSnapshot& snapshot);

 private:
  // Groups come and go under ever new ids; so many are remembered.
  static constexpr size_t kMostEntries = 4'096;

  Entry& At(const Name& name);

  std::map<Name, Entry> entries_;
  uint64_t completed_ = 0;
};

// Tasks in a row that a group fails and others complete before it is set aside; a host, with all
// its groups, after twice as many.
inline constexpr uint32_t kMostFailuresOfGroup = 3;
inline constexpr uint32_t kMostFailuresOfHost = 6;
// Tasks that others complete before a group that was set aside gets its next try.
inline constexpr uint32_t kTasksBetweenTries = 20;

}  // namespace pleat
