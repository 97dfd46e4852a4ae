#include "coordinator/service/ensemble_stream.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "common/base/failpoint.h"
#include "common/base/grpc_status.h"
#include "common/base/status_macros.h"
#include "common/store/store_layout.h"

namespace pleat {

EnsembleStream::EnsembleStream(CoordinatorLoop& loop, const Store& store, ThreadPool& readers,
                               const v1::GetEnsembleRequest& request, OpenSlots::Slot slot)
    : slot_(std::move(slot)), store_(store), readers_(readers), request_(request) {
  v1::GetRequest get;
  get.set_name(request.name());
  loop.Send(get,
            [this](const absl::Status& status, const Response& reply) { OnSweep(status, reply); });
}

void EnsembleStream::OnSweep(const absl::Status& status, const Response& reply) {
  if (!status.ok()) return Finish(ToGrpcStatus(status));
  const auto& sweep = std::get<v1::GetResponse>(reply);
  if (!sweep.has_ensemble()) {
    return Finish(ToGrpcStatus(absl::FailedPreconditionError(
        absl::StrCat("sweep ", request_.name(), " has no ensemble: ", sweep.summary().phase()))));
  }
  ensemble_ = sweep.ensemble();
  folder_ = layout::EnsembleFolder(request_.name(), ensemble_.version());
  Continue(&EnsembleStream::Open);
}

absl::Status EnsembleStream::Open() {
  PLEAT_ASSIGN_OR_RETURN(files_, ListEnsembleFiles(store_, folder_, ensemble_.manifest()));
  PLEAT_ASSIGN_OR_RETURN(next_, FindPosition(files_, request_));
  return ReadChunk();
}

absl::Status EnsembleStream::ReadChunk() {
  // As a connection that breaks.
  if (!FailPoint("coordinator.send_ensemble.before_chunk").ok()) {
    return absl::UnavailableError("failpoint");
  }
  const v1::Artifact& file = files_[next_.file];
  const uint64_t size = std::min(kChunkBytes, file.size() - next_.offset);
  PLEAT_ASSIGN_OR_RETURN(
      *chunk_.mutable_data(),
      store_.ReadRange(absl::StrCat(folder_, "/", file.path()), next_.offset, size));
  if (chunk_.data().size() != size) {
    return absl::DataLossError(absl::StrCat(
        file.path(),
        " in the store is shorter than the ensemble's manifest says: the store is damaged; "
        "remove the sweep and run it again"));
  }
  chunk_.set_path(file.path());
  chunk_.set_offset(next_.offset);
  chunk_.set_size(file.size());
  chunk_.set_sha256(file.sha256());
  return absl::OkStatus();
}

void EnsembleStream::Continue(absl::Status (EnsembleStream::*step)()) {
  readers_.Submit([this, step] {
    const absl::Status status = (this->*step)();
    if (!status.ok()) return Finish(ToGrpcStatus(status));
    StartWrite(&chunk_);
  });
}

void EnsembleStream::OnWriteDone(bool ok) {
  if (!ok) return Finish(grpc::Status::CANCELLED);
  next_.offset += chunk_.data().size();
  if (next_.offset >= files_[next_.file].size()) {
    next_ = {.file = next_.file + 1, .offset = 0};
  }
  if (next_.file == files_.size()) return Finish(grpc::Status::OK);
  Continue(&EnsembleStream::ReadChunk);
}

}  // namespace pleat
