#include "worker/distributed/buffer_math.h"

namespace pleat {
namespace {

template <typename T>
void AddArrays(void* sum, const void* addend, int64_t count) {
  T* to = static_cast<T*>(sum);
  const T* from = static_cast<const T*>(addend);
  for (int64_t i = 0; i < count; ++i) to[i] += from[i];
}

}  // namespace

int64_t ElementBytes(Buffer::Type type) {
  switch (type) {
    case Buffer::Type::kFloat32:
      return 4;
    case Buffer::Type::kFloat64:
    case Buffer::Type::kInt64:
      return 8;
    case Buffer::Type::kByte:
      break;
  }
  return 1;
}

int64_t BufferBytes(const Buffer& buffer) { return buffer.count * ElementBytes(buffer.type); }

void AddTo(const Buffer& sum, const void* addend) {
  switch (sum.type) {
    case Buffer::Type::kFloat32:
      return AddArrays<float>(sum.data, addend, sum.count);
    case Buffer::Type::kFloat64:
      return AddArrays<double>(sum.data, addend, sum.count);
    case Buffer::Type::kInt64:
      return AddArrays<int64_t>(sum.data, addend, sum.count);
    case Buffer::Type::kByte:
      return;
  }
}

absl::Status CheckSummable(const Buffer& buffer) {
  if (buffer.type == Buffer::Type::kByte) {
    return absl::InvalidArgumentError("all-reduce: bytes cannot be summed");
  }
  return absl::OkStatus();
}

}  // namespace pleat
