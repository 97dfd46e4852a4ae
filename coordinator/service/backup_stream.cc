#include "coordinator/service/backup_stream.h"

#include <utility>

#include "common/base/failpoint.h"
#include "common/base/grpc_status.h"

namespace pleat {

BackupStream::BackupStream(CoordinatorLoop& loop, const Store& store) : loop_(loop), store_(store) {
  AskForPage();
}

void BackupStream::AskForPage() {
  loop_.ReadPage(next_, kPageBytes,
                 [this](absl::StatusOr<RecordPage> page) { OnPage(std::move(page)); });
}

void BackupStream::OnPage(absl::StatusOr<RecordPage> page) {
  absl::Status status = page.status();
  if (status.ok()) status = FailPoint("coordinator.backup.before_page");
  if (!status.ok()) return Finish(ToGrpcStatus(status));
  response_.Clear();
  records_ += page->bodies.size();
  for (std::string& body : page->bodies) response_.add_records(std::move(body));
  next_ = page->next;
  if (page->is_last) {
    v1::BackupEnd& end = *response_.mutable_end();
    end.set_records(records_);
    end.set_sequence(next_ - 1);
    end.set_store_uuid(store_.uuid());
    end.set_store(store_.location());
  }
  StartWrite(&response_);
}

void BackupStream::OnWriteDone(bool ok) {
  if (!ok) return Finish(grpc::Status::CANCELLED);
  if (response_.has_end()) return Finish(grpc::Status::OK);
  AskForPage();
}

}  // namespace pleat
