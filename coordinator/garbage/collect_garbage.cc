#include "coordinator/garbage/collect_garbage.h"

#include <google/protobuf/util/json_util.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/failpoint.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "common/config/training_state_version.h"
#include "common/store/store_path.h"
#include "proto/training_state.pb.h"

namespace pleat {
namespace {

// One run of a plan, and what it has removed so far.
class Collector {
 public:
  Collector(const CollectGarbage& plan, Store& store) : plan_(plan), store_(store) {
    collected_ = plan.collected;
  }

  CollectionDone Run() {
    Note(FailPoint("coordinator.collect_garbage.begin"));
    if (status_.ok()) CollectAll();
    Note(FailPoint("coordinator.collect_garbage.end"));
    return {.sweep = plan_.sweep, .status = status_, .collected = std::move(collected_)};
  }

 private:
  void Note(absl::Status status) { status_.Update(std::move(status)); }

  void CollectAll() {
    for (const AttemptFolders& attempts : plan_.tasks) Note(CollectAttempts(attempts));
    if (!plan_.unfinished_ensemble.empty()) Note(RemoveFolder(plan_.unfinished_ensemble));
  }

  absl::Status CollectAttempts(AttemptFolders attempts) {
    for (const v1::Artifact& state : attempts.states) {
      const absl::Status kept = KeepBest(state, &attempts);
      if (kept.ok()) continue;
      if (!absl::IsDataLoss(kept) && !absl::IsNotFound(kept)) return kept;
      // A newer checkpoint may have taken its place meanwhile, or it is damaged, which whoever goes
      // on from it finds. The end of the task's next attempt brings the next collection.
      Log(LogLevel::kInfo, "a task's garbage stays for now",
          {{"folder", attempts.folder}, {"error", kept.message()}});
      return absl::OkStatus();
    }
    return CollectBelow(attempts.folder, attempts);
  }

  // Lets stay what a checkpoint's state.json names.
  absl::Status KeepBest(const v1::Artifact& file, AttemptFolders* attempts) {
    PLEAT_ASSIGN_OR_RETURN(const std::string json, store_.Read(file));
    v1::TrainingState state;
    if (!google::protobuf::util::JsonStringToMessage(json, &state).ok() ||
        state.format_version() != kTrainingStateVersion) {
      return absl::DataLossError(
          absl::StrCat(file.path(), " is of another version, or was never whole"));
    }
    VisitArtifacts(state, [attempts](const v1::Artifact& artifact) {
      attempts->named.insert(artifact.path());
    });
    return absl::OkStatus();
  }

  absl::Status CollectBelow(const std::string& folder, const AttemptFolders& attempts) {
    PLEAT_ASSIGN_OR_RETURN(const std::vector<StoreEntry> entries, store_.List(folder));
    bool has_leftovers = false;
    for (const StoreEntry& entry : entries) {
      const std::string path = absl::StrCat(folder, "/", entry.name);
      if (entry.name.starts_with(kTemporaryPrefix)) {
        has_leftovers = true;
        Count(entry);
        continue;
      }
      const Fate fate = FateOf(path, attempts);
      if (fate == Fate::kDiffers) PLEAT_RETURN_IF_ERROR(CollectBelow(path, attempts));
      if (fate != Fate::kGoes) continue;
      PLEAT_RETURN_IF_ERROR(FailPoint("coordinator.collect_garbage.before_removal"));
      if (entry.is_folder) {
        PLEAT_RETURN_IF_ERROR(RemoveFolder(path));
      } else {
        Count(entry);
        PLEAT_RETURN_IF_ERROR(store_.Remove(path));
      }
    }
    // Whoever writes here has lost its lease.
    return has_leftovers ? store_.RemoveLeftovers(folder) : absl::OkStatus();
  }

  absl::Status RemoveFolder(const std::string& path) {
    PLEAT_RETURN_IF_ERROR(CountBelow(path));
    return store_.Remove(path);
  }

  absl::Status CountBelow(const std::string& folder) {
    PLEAT_ASSIGN_OR_RETURN(const std::vector<StoreEntry> entries, store_.List(folder));
    for (const StoreEntry& entry : entries) {
      if (!entry.is_folder) {
        Count(entry);
      } else {
        PLEAT_RETURN_IF_ERROR(CountBelow(absl::StrCat(folder, "/", entry.name)));
      }
    }
    return absl::OkStatus();
  }

  void Count(const StoreEntry& file) {
    collected_.set_files(collected_.files() + 1);
    collected_.set_bytes(collected_.bytes() + file.size);
  }

  const CollectGarbage& plan_;
  Store& store_;
  v1::GarbageCollected collected_;
  absl::Status status_;
};

}  // namespace

CollectionDone RunCollection(const CollectGarbage& plan, Store& store) {
  return Collector(plan, store).Run();
}

}  // namespace pleat
