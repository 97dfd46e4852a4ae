// PNG files of a test, also such that no program writes.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace pleat {

// Four bytes, the highest first.
inline std::string BigEndianBytes(uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
  return bytes;
}

inline uint32_t ReadBigEndian(std::string_view bytes) {
  uint32_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<uint8_t>(byte);
  return value;
}

inline uint32_t ChunkSum(std::string_view name_and_data) {
  return static_cast<uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(name_and_data.data()), name_and_data.size()));
}

inline std::string PngChunk(const std::string& name, std::string_view data) {
  const std::string body = name + std::string(data);
  return BigEndianBytes(static_cast<uint32_t>(data.size())) + body + BigEndianBytes(ChunkSum(body));
}

// Makes the sums of a file's chunks right again, as far as their lengths are.
inline void WriteChunkSums(std::string& png) {
  for (size_t begin = 8; begin + 12 <= png.size();) {
    const size_t size = ReadBigEndian(std::string_view(png).substr(begin, 4));
    if (size > png.size() - begin - 12) return;
    const uint32_t sum = ChunkSum(std::string_view(png).substr(begin + 4, size + 4));
    png.replace(begin + 8 + size, 4, BigEndianBytes(sum));
    begin += size + 12;
  }
}

inline std::string Deflated(std::string_view bytes) {
  uLongf size = compressBound(bytes.size());
  std::string packed(size, '\0');
  compress(reinterpret_cast<Bytef*>(packed.data()), &size,
           reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
  packed.resize(size);
  return packed;
}

// An 8-bit PNG whose header says height x width and `channels` (1, 2, 3 or 4), and whose lines are
// `samples`, as many as there are.
inline std::string PngBytes(uint32_t height, uint32_t width, uint32_t channels,
                            std::string_view samples) {
  const char colour_type[] = {0, 0, 4, 2, 6};
  const std::string header = BigEndianBytes(width) + BigEndianBytes(height) + '\x08' +
                             colour_type[channels] + std::string(3, '\0');
  std::string lines;
  const size_t line = size_t{width} * channels;
  for (size_t begin = 0; begin < samples.size(); begin += line) {
    lines += '\0' + std::string(samples.substr(begin, line));
  }
  return "\x89PNG\r\n\x1a\n" + PngChunk("IHDR", header) + PngChunk("IDAT", Deflated(lines)) +
         PngChunk("IEND", "");
}

// A grey image of one value.
inline std::string GreyPng(uint32_t height, uint32_t width, char value) {
  return PngBytes(height, width, 1, std::string(size_t{height} * width, value));
}

}  // namespace pleat
