// The last replies, kept so that a retried request gets its first answer again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "proto/journal.pb.h"

namespace pleat {

// Bounds of the memory that replies take. The session that recorded least recently is forgotten
// first.
struct ReplyLimits {
  uint32_t per_session = 64;
  uint32_t sessions = 4'096;
};

// The session of a request id "<session>/<number>"; empty if it is not one.
std::string_view SessionOf(std::string_view request_id);

// Part of the state: filled by journal records only, so it is the same after a replay.
class ReplyBook {
 public:
  explicit ReplyBook(ReplyLimits limits) : limits_(limits) {}

  void Record(const v1::RecordedReply& reply);
  // The reply of this request, or null. Valid until the next Record.
  const v1::RecordedReply* Find(std::string_view request_id) const;

  // Visits all replies: sessions from the most to the least recent, replies from old to new.
  template <typename Visitor>
  void ForEach(Visitor visit) const {
    for (const std::string& session : recency_) {
      for (const v1::RecordedReply& reply : sessions_.at(session).replies) visit(reply);
    }
  }

 private:
  struct Session {
    std::deque<v1::RecordedReply> replies;  // oldest first
    std::list<std::string>::iterator in_recency;
  };

  ReplyLimits limits_;
  std::unordered_map<std::string, Session> sessions_;
  std::list<std::string> recency_;  // most recent first
};

}  // namespace pleat
