#include "coordinator/core/reply_book.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace pleat {
namespace {

void Record(ReplyBook& book, const std::string& request_id) {
  v1::RecordedReply reply;
  reply.set_request_id(request_id);
  reply.set_response("answer to " + request_id);
  book.Record(reply);
}

TEST(ReplyBook, FindsWhatItRecorded) {
  ReplyBook book({.per_session = 2, .sessions = 2});
  Record(book, "s/1");
  Record(book, "s/2");
  ASSERT_NE(book.Find("s/1"), nullptr);
  EXPECT_EQ(book.Find("s/1")->response(), "answer to s/1");
  EXPECT_EQ(book.Find("s/3"), nullptr);
  EXPECT_EQ(book.Find("t/1"), nullptr);
}

TEST(ReplyBook, ForgetsTheOldestReplyOfASessionFirst) {
  ReplyBook book({.per_session = 2, .sessions = 2});
  for (int i = 1; i <= 3; ++i) Record(book, absl::StrCat("s/", i));
  EXPECT_EQ(book.Find("s/1"), nullptr);
  EXPECT_NE(book.Find("s/2"), nullptr);
  EXPECT_NE(book.Find("s/3"), nullptr);
}

TEST(ReplyBook, ForgetsTheSessionThatRecordedLeastRecently) {
  ReplyBook book({.per_session = 2, .sessions = 2});
  Record(book, "a/1");
  Record(book, "b/1");
  Record(book, "a/2");
  Record(book, "c/1");
  EXPECT_NE(book.Find("a/1"), nullptr);
  EXPECT_EQ(book.Find("b/1"), nullptr);
  EXPECT_NE(book.Find("c/1"), nullptr);
}

TEST(ReplyBook, StaysWithinItsBounds) {
  ReplyBook book({.per_session = 3, .sessions = 5});
  for (int i = 0; i < 1'000; ++i) Record(book, absl::StrCat("session", i % 17, "/", i));
  int replies = 0;
  book.ForEach([&](const v1::RecordedReply&) { ++replies; });
  EXPECT_LE(replies, 15);
}

TEST(ReplyBook, ForgetsLeastRecentSessionsToStayWithinItsBytes) {
  ReplyBook book({.bytes = 3'000});
  v1::RecordedReply reply;
  reply.set_response(std::string(900, 'x'));
  for (const char* id : {"a/1", "a/2", "b/1", "c/1"}) {
    reply.set_request_id(id);
    book.Record(reply);
  }
  EXPECT_EQ(book.Find("a/1"), nullptr);
  EXPECT_NE(book.Find("a/2"), nullptr);
  EXPECT_NE(book.Find("c/1"), nullptr);
}

TEST(ReplyBook, KeepsTheLaterOfTwoWithOneId) {
  ReplyBook book({.per_session = 2, .sessions = 2});
  v1::RecordedReply reply;
  reply.set_request_id("s/1");
  for (const char* response : {"first", "second"}) {
    reply.set_response(response);
    book.Record(reply);
  }
  EXPECT_EQ(book.Find("s/1")->response(), "second");
  int replies = 0;
  book.ForEach([&](const v1::RecordedReply&) { ++replies; });
  EXPECT_EQ(replies, 1);
}

TEST(ReplyBook, KeepsTheNewestReplyHoweverLarge) {
  ReplyBook book({.bytes = 3'000});
  Record(book, "a/1");
  v1::RecordedReply large;
  large.set_request_id("b/1");
  large.set_response(std::string(10'000, 'x'));
  book.Record(large);
  EXPECT_EQ(book.Find("a/1"), nullptr);
  EXPECT_NE(book.Find("b/1"), nullptr);
  Record(book, "b/2");
  EXPECT_EQ(book.Find("b/1"), nullptr);
  EXPECT_NE(book.Find("b/2"), nullptr);
}

TEST(ReplyBook, ReadsTheSessionOfARequestId) {
  EXPECT_EQ(SessionOf("host/4711/12"), "host/4711");
  EXPECT_EQ(SessionOf("session/"), "");
  EXPECT_EQ(SessionOf("12"), "");
  EXPECT_EQ(SessionOf("/12"), "");
}

}  // namespace
}  // namespace pleat
