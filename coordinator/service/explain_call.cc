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

// NOT_FOUND: the sweep will never have the trial that is asked for.
absl::Status CheckTrial(const v1::ExplainRequest& request, const v1::SweepSpec& spec) {
  const uint64_t trials = TrialCount(spec);
  if (request.has_trial() && request.trial() >= trials) {
    return absl::NotFoundError(absl::StrCat("sweep '", request.name(), "' has no trial ",
                                            request.trial(), "; it has ", trials,
                                            ", counted from 0"));
  }
  return absl::OkStatus();
}

// NOT_FOUND: the sweep will never have the fold that is asked for. `folds`: their number; 0: not
// known yet.
absl::Status CheckFold(const v1::ExplainRequest& request, uint32_t folds) {
  if (folds == 0 || !request.has_fold() || request.fold() < folds) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat("sweep '", request.name(), "' has no fold ",
                                          request.fold(), "; it has ", folds, ", counted from 0"));
}

// NOT_FOUND: `record` tells that the sweep will never have what is asked for.
absl::Status CheckTarget(const v1::ExplainRequest& request, const v1::JournalRecord& record) {
  if (record.has_folds_assigned()) {
    return CheckFold(request, static_cast<uint32_t>(record.folds_assigned().rows_size()));
  }
  if (!record.has_sweep_submitted()) return absl::OkStatus();
  const v1::SweepSpec& spec = record.sweep_submitted().spec();
  PLEAT_RETURN_IF_ERROR(CheckTrial(request, spec));
  return CheckFold(request, FoldCount(spec.cross_validation()));
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
    const absl::Status found = CheckTarget(request_, record);
    if (!found.ok()) return Finish(ToGrpcStatus(found));
    early_ends_.Follow(record);
    std::optional<v1::Decision> decision = ExplainRecord(record, request_, early_ends_);
    if (decision) *decisions->Add() = *std::move(decision);
    next_.from = record.sequence() + 1;
  }
  const int excess = std::max(0, decisions->size() - kMostDecisions);
  decisions->DeleteSubrange(0, excess);
  response_->set_omitted(response_->omitted() + excess);
  if (!page->records.empty()) return AskForPage();
  Finish(grpc::Status::OK);
}

}  // namespace pleat
