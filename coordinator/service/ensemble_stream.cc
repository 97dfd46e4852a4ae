#include "coordinator/service/ensemble_stream.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "common/base/failpoint.h"
#include "common/base/grpc_status.h"
#include "common/base/status_macros.h"
#include "common/store/store_layout.h"
#include "coordinator/service/ensemble_listing.h"

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
  if (!request_.path().empty()) {
    const auto wanted = std::find_if(files_.begin(), files_.end(), [&](const v1::Artifact& file) {
      return file.path() == request_.path();
    });
    if (wanted == files_.end()) {
      return absl::InvalidArgumentError(absl::StrCat("the ensemble has no file ", request_.path()));
    }
    if (request_.offset() > wanted->size()) {
      return absl::OutOfRangeError(absl::StrCat(request_.path(), " has ", wanted->size(),
                                                " bytes, not ", request_.offset()));
    }
    file_ = wanted - files_.begin();
    offset_ = request_.offset();
  }
  return ReadChunk();
}

absl::Status EnsembleStream::ReadChunk() {
  // As a connection that breaks.
  if (!FailPoint("coordinator.send_ensemble.before_chunk").ok()) {
    return absl::UnavailableError("failpoint");
  }
  const v1::Artifact& file = files_[file_];
  const uint64_t size = std::min(kChunkBytes, file.size() - offset_);
  PLEAT_ASSIGN_OR_RETURN(*chunk_.mutable_data(),
                         store_.ReadRange(absl::StrCat(folder_, "/", file.path()), offset_, size));
  if (chunk_.data().size() != size) {
    return absl::DataLossError(absl::StrCat(
        file.path(),
        " in the store is shorter than the ensemble's manifest says: the store is damaged; "
        "remove the sweep and run it again"));
  }
  chunk_.set_path(file.path());
  chunk_.set_offset(offset_);
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
  offset_ += chunk_.data().size();
  if (offset_ >= files_[file_].size()) {
    ++file_;
    offset_ = 0;
  }
  if (file_ == files_.size()) return Finish(grpc::Status::OK);
  Continue(&EnsembleStream::ReadChunk);
}

}  // namespace pleat
