#include "coordinator/core/reply_book.h"

namespace pleat {

std::string_view SessionOf(std::string_view request_id) {
  const size_t slash = request_id.rfind('/');
  if (slash == std::string_view::npos || slash + 1 == request_id.size()) return {};
  return request_id.substr(0, slash);
}

ReplyBook::Session& ReplyBook::MostRecent(std::string_view name) {
  const auto [position, is_new] = sessions_.try_emplace(std::string(name));
  Session& session = position->second;
  if (is_new) {
    recency_.push_front(position->first);
    session.in_recency = recency_.begin();
  } else {
    recency_.splice(recency_.begin(), recency_, session.in_recency);
  }
  return session;
}

void ReplyBook::ForgetOldest(const std::string& name) {
  const auto position = sessions_.find(name);
  Session& session = position->second;
  const v1::RecordedReply& oldest = *session.replies.front();
  bytes_ -= oldest.ByteSizeLong();
  by_id_.erase(oldest.request_id());
  session.replies.pop_front();
  if (!session.replies.empty()) return;
  recency_.erase(session.in_recency);
  sessions_.erase(position);
}

void ReplyBook::Record(const v1::RecordedReply& reply) {
  Session& session = MostRecent(SessionOf(reply.request_id()));
  const auto earlier = by_id_.find(reply.request_id());
  v1::RecordedReply* kept = nullptr;
  if (earlier != by_id_.end()) {
    kept = earlier->second;
    bytes_ -= kept->ByteSizeLong();
    by_id_.erase(earlier);
    *kept = reply;
  } else {
    kept = session.replies.emplace_back(std::make_unique<v1::RecordedReply>(reply)).get();
  }
  by_id_.emplace(kept->request_id(), kept);
  bytes_ += kept->ByteSizeLong();
  if (session.replies.size() > limits_.per_session) ForgetOldest(recency_.front());
  const auto is_last = [&] { return sessions_.size() == 1 && session.replies.size() == 1; };
  while ((sessions_.size() > limits_.sessions || bytes_ > limits_.bytes) && !is_last()) {
    ForgetOldest(std::string(recency_.back()));
  }
}

void ReplyBook::Save(google::protobuf::RepeatedPtrField<v1::RecordedReply>* replies) const {
  for (auto session = recency_.rbegin(); session != recency_.rend(); ++session) {
    for (const auto& reply : sessions_.at(*session).replies) *replies->Add() = *reply;
  }
}

const v1::RecordedReply* ReplyBook::Find(std::string_view request_id) const {
  const auto reply = by_id_.find(request_id);
  return reply == by_id_.end() ? nullptr : reply->second;
}

}  // namespace pleat
