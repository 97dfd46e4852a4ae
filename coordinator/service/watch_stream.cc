#include "coordinator/service/watch_stream.h"

#include <utility>

#include "common/base/grpc_status.h"

namespace pleat {
namespace {

// One that ended may have been extended since.
bool IsLast(const v1::WatchResponse& response) { return response.record().has_sweep_removed(); }

}  // namespace

WatchStream::WatchStream(CoordinatorLoop& loop, const v1::WatchRequest& request,
                         OpenSlots::Slot slot)
    : slot_(std::move(slot)),
      loop_(loop),
      next_{request.name(), request.from_sequence(), true, request.progress()},
      unwritten_(1) {
  WriteNext();
}

void WatchStream::AskForPage() {
  asked_ =
      loop_.Follow(next_, [this](absl::StatusOr<JournalPage> page) { OnPage(std::move(page)); });
  // OnCancel may have run while there was no token to forget.
  if (cancelled_) loop_.Forget(asked_);
}

void WatchStream::OnPage(absl::StatusOr<JournalPage> page) {
  if (!page.ok()) return Finish(ToGrpcStatus(page.status()));
  for (v1::JournalRecord& record : page->records) {
    next_.from = record.sequence() + 1;
    *unwritten_.emplace_back().mutable_record() = std::move(record);
  }
  for (v1::TaskProgress& progress : page->progress) {
    *unwritten_.emplace_back().mutable_progress() = std::move(progress);
  }
  if (unwritten_.empty()) return Finish(grpc::Status::OK);
  WriteNext();
}

void WatchStream::WriteNext() { StartWrite(&unwritten_.front()); }

void WatchStream::OnWriteDone(bool ok) {
  if (!ok) return Finish(grpc::Status::CANCELLED);
  if (IsLast(unwritten_.front())) return Finish(grpc::Status::OK);
  unwritten_.pop_front();
  if (unwritten_.empty()) return AskForPage();
  WriteNext();
}

void WatchStream::OnCancel() {
  cancelled_ = true;
  loop_.Forget(asked_);
}

}  // namespace pleat
