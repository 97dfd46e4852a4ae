// Groups and hosts that fail what others complete are set aside.
#include "coordinator/core/core_impl.h"

namespace pleat {

void CoordinatorCore::Impl::JudgeGroups(const Sweep& sweep, const HostOfGroup& groups) {
  std::set<GroupBook::Name> names;
  for (const auto& [worker, host] : groups) {
    names.insert({.is_host = false, .name = worker});
    names.insert({.is_host = true, .name = host});
  }
  for (const GroupBook::Name& name : names) {
    const GroupBook::Entry entry = state.groups().Find(name);
    const uint32_t most = name.is_host ? kMostFailuresOfHost : kMostFailuresOfGroup;
    if (entry.failures < most || state.groups().IsAside(entry)) continue;
    v1::JournalRecord record = RecordFor(sweep);
    v1::GroupSetAside* update = record.mutable_group_set_aside();
    (name.is_host ? update->mutable_host() : update->mutable_worker())->assign(name.name);
    update->set_failures(entry.failures);
    update->set_tasks_elsewhere(kTasksBetweenTries);
    update->set_message(entry.message);
    Emit(std::move(record));
  }
}

}  // namespace pleat
