#include "worker/distributed/gradient_reducer.h"

#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>

#include <utility>

namespace pleat {

class GradientReducer::ReadyHook final : public torch::autograd::PostAccumulateGradHook {
 public:
  ReadyHook(GradientReducer* reducer, size_t bucket) : reducer_(reducer), bucket_(bucket) {}
  void operator()(const at::Tensor& /*parameter*/) override { reducer_->OnGradientReady(bucket_); }

 private:
  GradientReducer* reducer_;
  size_t bucket_;
};

GradientReducer::GradientReducer(FlatParameters& parameters, Communicator& channel,
                                 int64_t bucket_bytes)
    : parameters_(parameters), channel_(channel) {
  CutBuckets(bucket_bytes);
  for (size_t i = 0; i < bucket_of_.size(); ++i) {
    torch::autograd::impl::set_post_acc_grad_hooks(
        parameters_.parameters()[i].tensor, std::make_unique<ReadyHook>(this, bucket_of_[i]));
  }
}

GradientReducer::~GradientReducer() {
  for (const FlatEntry& entry : parameters_.parameters()) {
    torch::autograd::impl::set_post_acc_grad_hooks(entry.tensor, nullptr);
  }
}

void GradientReducer::CutBuckets(int64_t bucket_bytes) {
  const std::vector<FlatEntry>& entries = parameters_.parameters();
  const int64_t limit = bucket_bytes / parameters_.gradient().element_size();
  bucket_of_.resize(entries.size());
  int64_t end = parameters_.gradient().numel();
  Bucket bucket;
  for (size_t i = entries.size(); i-- > 0;) {
    bucket_of_[i] = buckets_.size();
    ++bucket.parameters;
    if (end - entries[i].offset < limit && i > 0) continue;
    bucket.begin = entries[i].offset;
    bucket.count = end - bucket.begin;
    end = bucket.begin;
    buckets_.push_back(std::exchange(bucket, Bucket{}));
  }
}

void GradientReducer::Arm() {
  for (Bucket& bucket : buckets_) {
    bucket.missing = bucket.parameters;
    bucket.sum.reset();
  }
  next_ = 0;
  status_ = absl::OkStatus();
  armed_ = true;
}

void GradientReducer::OnGradientReady(size_t bucket) {
  if (!armed_) return;
  --buckets_[bucket].missing;
  while (status_.ok() && next_ < bucket_count() && buckets_[next_].missing == 0) StartNext();
}

void GradientReducer::StartNext() {
  Bucket& bucket = buckets_[next_++];
  const at::Tensor range = parameters_.gradient().narrow(0, bucket.begin, bucket.count);
  const Buffer::Type type =
      range.scalar_type() == at::kDouble ? Buffer::Type::kFloat64 : Buffer::Type::kFloat32;
  absl::StatusOr<std::unique_ptr<PendingCollective>> sum =
      channel_.StartAllReduceSum({range.data_ptr(), bucket.count, type});
  if (!sum.ok()) {
    status_ = sum.status();
    return;
  }
  bucket.sum = *std::move(sum);
}

absl::Status GradientReducer::Finish() {
  armed_ = false;
  while (status_.ok() && next_ < bucket_count()) StartNext();
  return WaitForStarted();
}

absl::Status GradientReducer::Drop() {
  armed_ = false;
  return WaitForStarted();
}

absl::Status GradientReducer::WaitForStarted() {
  for (Bucket& bucket : buckets_) {
    if (!status_.ok()) break;
    if (bucket.sum == nullptr) continue;
    status_ = bucket.sum->Wait();
    bucket.sum.reset();
  }
  return status_;
}

}  // namespace pleat
