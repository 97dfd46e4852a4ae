#include "coordinator/core/reply_book.h"

namespace pleat {

std::string_view SessionOf(std::string_view request_id) {
  const size_t slash = request_id.rfind('/');
  if (slash == std::string_view::npos || slash + 1 == request_id.size()) return {};
  return request_id.substr(0, slash);
}

void ReplyBook::Record(const v1::RecordedReply& reply) {
  const std::string name(SessionOf(reply.request_id()));
  auto [position, is_new] = sessions_.try_emplace(name);
  Session& session = position->second;
  if (is_new) {
    recency_.push_front(name);
    session.in_recency = recency_.begin();
  } else {
    recency_.splice(recency_.begin(), recency_, session.in_recency);
  }
  session.replies.push_back(reply);
  if (session.replies.size() > limits_.per_session) session.replies.pop_front();
  if (sessions_.size() > limits_.sessions) {
    sessions_.erase(recency_.back());
    recency_.pop_back();
  }
}

const v1::RecordedReply* ReplyBook::Find(std::string_view request_id) const {
  const auto session = sessions_.find(std::string(SessionOf(request_id)));
  if (session == sessions_.end()) return nullptr;
  // A retry mostly concerns the latest request.
  const std::deque<v1::RecordedReply>& replies = session->second.replies;
  for (auto reply = replies.rbegin(); reply != replies.rend(); ++reply) {
    if (reply->request_id() == request_id) return &*reply;
  }
  return nullptr;
}

}  // namespace pleat
