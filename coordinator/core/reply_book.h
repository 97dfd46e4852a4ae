// The last replies, kept so that a retried request gets its first answer again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "proto/journal.pb.h"

namespace pleat {

// Bounds of the memory that replies take. The session that recorded least recently is forgotten
// first; the newest reply of all is always kept. So the book takes at most `bytes`, or one reply,
// plus the bookkeeping of `sessions * per_session` entries (some 100 bytes each).
struct ReplyLimits {
  uint32_t per_session = 64;
  uint32_t sessions = 4'096;
  uint64_t bytes = uint64_t{64} << 20;  // serialized
};

// The session of a request id "<session>/<number>"; empty if it is not one.
std::string_view SessionOf(std::string_view request_id);

// Part of the state: filled by journal records only, so it is the same after a replay.
class ReplyBook {
 public:
  explicit ReplyBook(ReplyLimits limits) : limits_(limits) {}
  // Not copied: the index points to the replies.
  ReplyBook(ReplyBook&&) = default;
  ReplyBook& operator=(ReplyBook&&) = default;

  const ReplyLimits& limits() const { return limits_; }

  // Of two with one id the later is kept.
  void Record(const v1::RecordedReply& reply);
  // The reply of this request, or null. Valid until the next Record.
  const v1::RecordedReply* Find(std::string_view request_id) const;

  // All replies, such that to record them in this order gives the same book.
  void Save(google::protobuf::RepeatedPtrField<v1::RecordedReply>* replies) const;

  // Visits all replies: sessions from the most to the least recent, replies from old to new.
  template <typename Visitor>
  void ForEach(Visitor visit) const {
    for (const std::string& session : recency_) {
      for (const auto& reply : sessions_.at(session).replies) visit(*reply);
    }
  }

 private:
  struct Session {
    std::deque<std::unique_ptr<v1::RecordedReply>> replies;  // oldest first
    std::list<std::string>::iterator in_recency;
  };

  Session& MostRecent(std::string_view name);
  // Forgets the oldest reply of a session, and the session with its last.
  void ForgetOldest(const std::string& name);

  ReplyLimits limits_;
  std::unordered_map<std::string, Session> sessions_;
  std::unordered_map<std::string_view, v1::RecordedReply*> by_id_;  // the ids are the replies' own
  std::list<std::string> recency_;                                  // most recent first
  uint64_t bytes_ = 0;                                              // of all replies
};

}  // namespace pleat
