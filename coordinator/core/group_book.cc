#include "coordinator/core/group_book.h"

#include <algorithm>

namespace pleat {

GroupBook::Entry& GroupBook::At(const Name& name) {
  if (entries_.size() >= kMostEntries && !entries_.contains(name)) {
    const auto blameless = std::ranges::find_if(
        entries_, [](const auto& entry) { return entry.second.failures == 0; });
    entries_.erase(blameless == entries_.end() ? entries_.begin() : blameless);
  }
  return entries_[name];
}

void GroupBook::Blame(const Name& name, const std::string& message) {
  Entry& entry = At(name);
  ++entry.failures;
  entry.message = message;
}

void GroupBook::Clear(const std::string& worker, const std::string& host) {
  for (const Name& name : {Name{false, worker}, Name{true, host}}) {
    if (const auto entry = entries_.find(name); entry != entries_.end()) entry->second = {};
  }
}

void GroupBook::SetAside(const v1::GroupSetAside& update) {
  const bool is_host = update.worker().empty();
  At({is_host, is_host ? update.host() : update.worker()}).aside_until =
      completed_ + update.tasks_elsewhere();
}

GroupBook::Entry GroupBook::Find(const Name& name) const {
  const auto entry = entries_.find(name);
  return entry == entries_.end() ? Entry() : entry->second;
}

const GroupBook::Entry* GroupBook::FindAside(const std::string& worker,
                                             const std::string& host) const {
  if (entries_.empty()) return nullptr;
  for (const Name& name : {Name{false, worker}, Name{true, host}}) {
    const auto entry = entries_.find(name);
    if (entry != entries_.end() && IsAside(entry->second)) return &entry->second;
  }
  return nullptr;
}

void GroupBook::Save(v1::StateSnapshot* snapshot) const {
  snapshot->set_tasks_completed(completed_);
  for (const auto& [name, entry] : entries_) {
    v1::GroupSnapshot& saved = *snapshot->add_groups();
    saved.set_name(name.name);
    saved.set_is_host(name.is_host);
    saved.set_failures(entry.failures);
    saved.set_aside_until(entry.aside_until);
    saved.set_message(entry.message);
  }
}

void GroupBook::Load(const v1::StateSnapshot& snapshot) {
  completed_ = snapshot.tasks_completed();
  for (const v1::GroupSnapshot& saved : snapshot.groups()) {
    entries_[{saved.is_host(), saved.name()}] = {.failures = saved.failures(),
                                                 .aside_until = saved.aside_until(),
                                                 .message = saved.message()};
  }
}

}  // namespace pleat
