#include "coordinator/service/turn.h"

#include <iterator>
#include <utility>
#include <vector>

#include "common/base/failpoint.h"
#include "common/base/protections.h"
#include "common/base/status_macros.h"

namespace pleat {
namespace {

template <typename T>
void MoveAppend(std::vector<T>& to, std::vector<T>&& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

void Turn::Add(Outcome outcome) {
  MoveAppend(outcome_.records, std::move(outcome.records));
  MoveAppend(outcome_.replies, std::move(outcome.replies));
  MoveAppend(outcome_.effects, std::move(outcome.effects));
  MoveAppend(outcome_.suggestions, std::move(outcome.suggestions));
  MoveAppend(outcome_.collections, std::move(outcome.collections));
}

absl::Status Turn::Finish(Journal& journal, TurnListener& listener) {
  if (!IsOn(Protection::kCommitFirst)) {
    Tell(listener);
    return Commit(journal);
  }
  PLEAT_RETURN_IF_ERROR(Commit(journal));
  PLEAT_RETURN_IF_ERROR(FailPoint("coordinator.turn.before_replies"));
  Tell(listener);
  return absl::OkStatus();
}

absl::Status Turn::Commit(Journal& journal) const {
  return outcome_.records.empty() ? absl::OkStatus() : journal.Commit(outcome_.records);
}

void Turn::Tell(TurnListener& listener) {
  for (Reply& reply : outcome_.replies) listener.SendReply(std::move(reply));
  for (Effect& effect : outcome_.effects) listener.StartEffect(std::move(effect));
  for (SuggestForStudy& suggestion : outcome_.suggestions) {
    listener.StartSuggestion(std::move(suggestion));
  }
  for (CollectGarbage& collection : outcome_.collections) {
    listener.StartCollection(std::move(collection));
  }
  listener.OnCommitted(outcome_.records);
}

}  // namespace pleat
