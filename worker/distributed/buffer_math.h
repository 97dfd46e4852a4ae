// Sizes and sums of untyped buffers in host memory.
#pragma once

#include <cstdint>

#include "worker/distributed/communicator.h"

namespace pleat {

// Bytes of one number.
int64_t ElementBytes(Buffer::Type type);

// Bytes of the whole buffer.
int64_t BufferBytes(const Buffer& buffer);

// sum[i] += addend[i]. The type is one that can be summed (not kByte); `addend` has sum.count
// numbers of it.
void AddTo(const Buffer& sum, const void* addend);

// INVALID_ARGUMENT if the buffer cannot be summed.
absl::Status CheckSummable(const Buffer& buffer);

}  // namespace pleat
