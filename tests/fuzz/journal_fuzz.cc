// Journal records, each as well-formed as a message can be: a coordinator that starts from them
// says what does not fit, and never crashes.
#include "absl/strings/str_cat.h"
#include "coordinator/core/coordinator_core.h"
#include "coordinator/core/status_view.h"
#include "coordinator/core/study_view.h"
#include "coordinator/service/explain.h"
#include "tests/fuzz/fuzz_forms.pb.h"
#include "tests/fuzz/fuzz_target.h"

namespace pleat {
namespace {

void ReplayJournal(std::string_view input) {
  fuzz::Journal journal;
  if (!ParseForm(input, &journal)) return;
  CoordinatorCore core({.store_uuid = "store-1", .store_location = "/store"});
  for (const v1::JournalRecord& record : journal.records()) {
    const absl::Status status = core.Restore(record);
    if (!status.ok()) return Require(!status.message().empty(), "a refusal says why");
    (void)ExplainRecord(record, {});
    (void)ListSweeps(core.state());
    (void)ListStudies(core.state().studies());
  }
}

const RegisteredTarget kJournalTarget({.name = "journal",
                                       .run = ReplayJournal,
                                       .form = &fuzz::Journal::default_instance()});

}  // namespace
}  // namespace pleat
