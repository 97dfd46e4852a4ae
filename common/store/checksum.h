// SHA-256, and CRC-32 for what is checked often.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace pleat {

// SHA-256 of bytes: lower-case hex, or 32 raw bytes.
std::string Sha256Hex(std::string_view bytes);
std::string Sha256Raw(std::string_view bytes);

// CRC-32 (IEEE 802.3), which tells bytes from damaged ones.
uint32_t Crc32(std::string_view bytes);

// SHA-256 of a stream of pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void Update(std::string_view piece);
  // Ends the stream; lower-case hex.
  std::string FinishHex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pleat
