// The Explain rpc.
#pragma once

#include <grpcpp/support/server_callback.h>

#include "coordinator/service/coordinator_loop.h"
#include "coordinator/service/early_ends.h"
#include "proto/coordinator.pb.h"

namespace pleat {

// Reads the sweep's journal page by page, so that nobody else waits for a long one. Deletes itself.
class ExplainCall final : public grpc::ServerUnaryReactor {
 public:
  // What fits into one message; of more, the newest are told, and how many were left out.
  static constexpr int kMostDecisions = 10'000;

  // `loop` must outlive it.
  ExplainCall(CoordinatorLoop& loop, const v1::ExplainRequest& request,
              v1::ExplainResponse* response);

  void OnDone() override { delete this; }

 private:
  void AskForPage();
  void OnPage(const absl::StatusOr<JournalPage>& page);
  // Counts what trials and folds there are.
  void Count(const v1::JournalRecord& record);
  // NOT_FOUND: the sweep has, and will have, no such trial or fold.
  absl::Status CheckTarget() const;

  CoordinatorLoop& loop_;
  const v1::ExplainRequest request_;
  v1::ExplainResponse* const response_;
  FollowRequest next_;
  EarlyEnds early_ends_;
  uint64_t trials_ = 0;  // 0: not known yet
  uint32_t folds_ = 0;   // 0: not known yet
};

}  // namespace pleat
