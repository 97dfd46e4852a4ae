#include "coordinator/service/explain_call.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/base/grpc_status.h"
#include "coordinator/service/explain.h"

namespace pleat {

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
    std::optional<v1::Decision> decision = ExplainRecord(record, request_);
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
