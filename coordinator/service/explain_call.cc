#include "coordinator/service/explain_call.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/grpc_status.h"
#include "common/base/status_macros.h"
#include "common/config/search_summary.h"
#include "common/folds/splitter.h"
#include "coordinator/service/explain.h"

namespace pleat {
namespace {

// NOT_FOUND: `number` is none of `count`.
absl::Status CheckNumber(const v1::ExplainRequest& request, const char* what, uint64_t number,
                         uint64_t count) {
  if (number < count) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat("sweep '", request.name(), "' has no ", what, " ", number,
                                          "; it has ", count, ", counted from 0"));
}

}  // namespace

ExplainCall::ExplainCall(CoordinatorLoop& loop, const v1::ExplainRequest& request,
                         v1::ExplainResponse* response)
    : loop_(loop), request_(request), response_(response), next_{request.name(), 0, false, false} {
  AskForPage();
}

void ExplainCall::AskForPage() {
  loop_.Follow(next_, [this](const absl::StatusOr<JournalPage>& page) { OnPage(page); });
}

void ExplainCall::OnPage(const absl::StatusOr<JournalPage>& page) {
  if (!page.ok()) return Finish(ToGrpcStatus(page.status()));
  auto* decisions = response_->mutable_decisions();
  for (const v1::JournalRecord& record : page->records) {
    Count(record);
    early_ends_.Follow(record);
    std::optional<v1::Decision> decision = ExplainRecord(record, request_, early_ends_);
    if (decision) *decisions->Add() = *std::move(decision);
    next_.from = record.sequence() + 1;
  }
  const int excess = std::max(0, decisions->size() - kMostDecisions);
  decisions->DeleteSubrange(0, excess);
  response_->set_omitted(response_->omitted() + excess);
  if (!page->records.empty()) return AskForPage();
  Finish(ToGrpcStatus(CheckTarget()));
}

void ExplainCall::Count(const v1::JournalRecord& record) {
  if (record.has_sweep_submitted()) {
    const v1::SweepSpec& spec = record.sweep_submitted().spec();
    trials_ = TrialCount(spec);
    folds_ = FoldCount(spec.cross_validation());
  } else if (record.has_folds_assigned()) {
    folds_ = static_cast<uint32_t>(record.folds_assigned().rows_size());
  } else if (record.has_sweep_extended()) {
    trials_ = record.sweep_extended().trials();
  } else if (record.has_trial_added()) {
    // Limits that were changed may have allowed more.
    trials_ = std::max<uint64_t>(trials_, record.trial_added().trial() + 1);
  }
}

absl::Status ExplainCall::CheckTarget() const {
  if (request_.has_trial() && trials_ > 0) {
    PLEAT_RETURN_IF_ERROR(CheckNumber(request_, "trial", request_.trial(), trials_));
  }
  if (!request_.has_fold() || folds_ == 0) return absl::OkStatus();
  return CheckNumber(request_, "fold", request_.fold(), folds_);
}

}  // namespace pleat
