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
  const auto oldest = replies_.find(session.replies.front()->request_id());
  bytes_ -= oldest->second.ByteSizeLong();
  session.replies.pop_front();
  replies_.erase(oldest);
  if (!session.replies.empty()) return;
  recency_.erase(session.in_recency);
  sessions_.erase(position);
}

void ReplyBook::Record(const v1::RecordedReply& reply) {
  Session& session = MostRecent(SessionOf(reply.request_id()));
  const auto [position, is_new] = replies_.try_emplace(reply.request_id(), reply);
  if (is_new) {
    session.replies.push_back(&position->second);
  } else {
    bytes_ -= position->second.ByteSizeLong();
    position->second = reply;
  }
  bytes_ += reply.ByteSizeLong();
  if (session.replies.size() > limits_.per_session) ForgetOldest(recency_.front());
  const auto is_last = [&] { return sessions_.size() == 1 && session.replies.size() == 1; };
  while ((sessions_.size() > limits_.sessions || bytes_ > limits_.bytes) && !is_last()) {
    ForgetOldest(std::string(recency_.back()));
  }
}

void ReplyBook::Save(google::protobuf::RepeatedPtrField<v1::RecordedReply>* replies) const {
  for (auto session = recency_.rbegin(); session != recency_.rend(); ++session) {
    for (const v1::RecordedReply* reply : sessions_.at(*session).replies) *replies->Add() = *reply;
  }
}

const v1::RecordedReply* ReplyBook::Find(std::string_view request_id) const {
  const auto reply = replies_.find(std::string(request_id));
  return reply == replies_.end() ? nullptr : &reply->second;
}

}  // namespace pleat
