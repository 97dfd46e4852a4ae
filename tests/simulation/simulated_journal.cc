#include "tests/simulation/simulated_journal.h"

#include <cstring>
#include <unordered_map>

#include "common/base/status_macros.h"

namespace pleat::simulation {
namespace {

struct Header {
  uint32_t mark;
  uint32_t size;  // of the body
  uint64_t checksum;
};
constexpr uint32_t kMark = 0x706c6561;

// FNV-1a over words; a flip of any bit changes it.
uint64_t ChecksumOf(std::string_view bytes) {
  uint64_t hash = 0xcbf29ce484222325;
  const auto mix = [&hash](uint64_t word) {
    hash = (hash ^ word) * 0x100000001b3;
    hash ^= hash >> 32;
  };
  while (bytes.size() >= sizeof(uint64_t)) {
    uint64_t word;
    std::memcpy(&word, bytes.data(), sizeof word);
    mix(word);
    bytes.remove_prefix(sizeof word);
  }
  for (const char c : bytes) mix(static_cast<unsigned char>(c));
  return hash;
}

std::string_view AsBytes(const auto& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

// The body of the transaction at `at`; nothing if there is no whole one.
std::optional<std::string_view> BodyAt(std::string_view bytes, size_t at) {
  Header header;
  if (at + sizeof header > bytes.size()) return std::nullopt;
  std::memcpy(&header, bytes.data() + at, sizeof header);
  if (header.mark != kMark || header.size > bytes.size() - at - sizeof header) return std::nullopt;
  const std::string_view body = bytes.substr(at + sizeof header, header.size);
  if (ChecksumOf(body) != header.checksum) return std::nullopt;
  return body;
}

bool HasWholeOneAfter(std::string_view bytes, size_t at) {
  for (size_t next = bytes.find(AsBytes(kMark), at + 1); next != std::string_view::npos;
       next = bytes.find(AsBytes(kMark), next + 1)) {
    if (BodyAt(bytes, next).has_value()) return true;
  }
  return false;
}

absl::Status Damaged() { return absl::DataLossError("the journal is damaged"); }

}  // namespace

absl::Status SimulatedJournal::Commit(std::span<const v1::JournalRecord> records) {
  std::string body;
  for (const v1::JournalRecord& record : records) {
    const uint32_t size = static_cast<uint32_t>(record.ByteSizeLong());
    body += AsBytes(size);
    record.AppendToString(&body);
  }
  last_begin_ = disk_.bytes().size();
  const Header header{kMark, static_cast<uint32_t>(body.size()), ChecksumOf(body)};
  PLEAT_RETURN_IF_ERROR(disk_.Write(AsBytes(header)));
  PLEAT_RETURN_IF_ERROR(disk_.Write(std::string_view(body).substr(0, body.size() / 2)));
  PLEAT_RETURN_IF_ERROR(disk_.Write(std::string_view(body).substr(body.size() / 2)));
  PLEAT_RETURN_IF_ERROR(disk_.Sync());
  settled_ = last_begin_;
  return absl::OkStatus();
}

absl::StatusOr<std::vector<v1::JournalRecord>> SimulatedJournal::ReadAll() {
  const std::string_view bytes = disk_.bytes();
  std::vector<v1::JournalRecord> records;
  size_t at = 0;
  while (const std::optional<std::string_view> body = BodyAt(bytes, at)) {
    std::string_view rest = *body;
    while (!rest.empty()) {
      uint32_t size;
      if (rest.size() < sizeof size) return Damaged();
      std::memcpy(&size, rest.data(), sizeof size);
      rest.remove_prefix(sizeof size);
      if (size > rest.size() ||
          !records.emplace_back().ParseFromArray(rest.data(), static_cast<int>(size))) {
        return Damaged();
      }
      rest.remove_prefix(size);
    }
    settled_ = at;
    at += sizeof(Header) + body->size();
  }
  if (at < bytes.size()) {
    if (HasWholeOneAfter(bytes, at)) return Damaged();
    disk_.Truncate(at);
  }
  // The last one may be whole and yet not synced, if its writer died just then.
  PLEAT_RETURN_IF_ERROR(disk_.Sync());
  return records;
}

absl::Status SimulatedJournal::ReplayFrom(uint64_t from, const ApplyRecord& apply) {
  PLEAT_ASSIGN_OR_RETURN(const std::vector<v1::JournalRecord> records, ReadAll());
  std::unordered_map<std::string, uint64_t> removals;  // the last of each owner
  for (const v1::JournalRecord& record : records) {
    if (TellsOfRemoval(record)) removals[JournalOwner(record)] = record.sequence();
  }
  for (const v1::JournalRecord& record : records) {
    if (record.sequence() < from) continue;
    if (!removals.empty()) {
      const auto removal = removals.find(JournalOwner(record));
      if (removal != removals.end() && record.sequence() < removal->second) continue;
    }
    PLEAT_RETURN_IF_ERROR(apply(record));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<v1::JournalRecord>> SimulatedJournal::Read(const std::string&, uint64_t,
                                                                      size_t) {
  return absl::UnimplementedError("nobody watches a simulation");
}

absl::StatusOr<RecordPage> SimulatedJournal::ReadPage(uint64_t, size_t) {
  return absl::UnimplementedError("nobody copies a simulation");
}

absl::StatusOr<bool> SimulatedJournal::Has(uint64_t) {
  return absl::UnimplementedError("a simulation takes no snapshots");
}

}  // namespace pleat::simulation
