#include "common/base/ids.h"

#include <sys/random.h>

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace pleat {
namespace {

std::string RandomBytes(size_t size) {
  std::string bytes(size, '\0');
  // Requests of at most 256 bytes are never cut short; they fail only while a signal arrives early
  // in the machine's boot.
  while (getrandom(bytes.data(), size, 0) != static_cast<ssize_t>(size)) {
  }
  return bytes;
}

}  // namespace

std::string NewSessionId() { return absl::BytesToHexString(RandomBytes(8)); }

std::string NewUuid() {
  std::string bytes = RandomBytes(16);
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  const std::string hex = absl::BytesToHexString(bytes);
  return absl::StrCat(hex.substr(0, 8), "-", hex.substr(8, 4), "-", hex.substr(12, 4), "-",
                      hex.substr(16, 4), "-", hex.substr(20));
}

RequestIds::RequestIds(std::string session) : session_(std::move(session)) {}

std::string RequestIds::Next() { return absl::StrCat(session_, "/", ++last_); }

}  // namespace pleat
