// Bounds of what clients send, whatever it says: looked at before anything reads the content.
#pragma once

#include <google/protobuf/message.h>

#include <cstddef>

#include "absl/status/status.h"

namespace pleat {

// Bytes of a request: a sweep's, and any other's.
inline constexpr size_t kMostSubmitBytes = size_t{4} << 20;
inline constexpr size_t kMostRequestBytes = size_t{256} << 10;
// Bytes of a text: the YAML of a sweep, a value of a sweep's spec or of a parameter, why something
// failed, and any other.
inline constexpr size_t kMostSourceBytes = size_t{1} << 20;
inline constexpr size_t kMostValueBytes = size_t{64} << 10;
inline constexpr size_t kMostReasonBytes = size_t{16} << 10;
inline constexpr size_t kMostTextBytes = 1'024;
// Messages inside a request: an empty one is two bytes to send, and a hundred to keep.
inline constexpr size_t kMostParts = 50'000;

// INVALID_ARGUMENT names the first field that is too long, that this program does not know, or that
// holds a number or a name that is none: NaN and infinity (but of a study's values), or an enum's
// value without a meaning.
absl::Status CheckRequest(const google::protobuf::Message& request);

}  // namespace pleat
