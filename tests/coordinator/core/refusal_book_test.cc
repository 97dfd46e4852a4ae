#include "coordinator/core/refusal_book.h"

#include <gtest/gtest.h>

#include "tests/coordinator/core/core_harness.h"

namespace pleat {
namespace {

TEST(RefusalBook, KnowsTheRequestByItsContentToo) {
  RefusalBook book(2);
  book.Record("s/1", "content", absl::NotFoundError("first"));
  book.Record("s/1", "content", absl::NotFoundError("second"));
  ASSERT_NE(book.Find("s/1", "content"), nullptr);
  EXPECT_EQ(book.Find("s/1", "content")->message(), "first");
  EXPECT_EQ(book.Find("s/1", "other"), nullptr);
  EXPECT_EQ(book.Find("s/2", "content"), nullptr);
}

TEST(RefusalBook, ForgetsTheOldest) {
  RefusalBook book(2);
  for (const char* id : {"s/1", "s/2", "s/3"}) book.Record(id, "", absl::NotFoundError(""));
  EXPECT_FALSE(book.Contains("s/1"));
  EXPECT_TRUE(book.Contains("s/2"));
  EXPECT_TRUE(book.Contains("s/3"));
}

v1::CancelRequest CancelOfA(const std::string& id) {
  v1::CancelRequest request;
  request.set_request_id(id);
  request.set_name("a");
  return request;
}

TEST(CoordinatorCore, RefusesALateCopyOfWhatItHasRefused) {
  CoreHarness core;
  const v1::CancelRequest request = CancelOfA("user/1");
  EXPECT_TRUE(absl::IsNotFound(core.Ask(request).status));
  ASSERT_TRUE(core.Submit(SmallSweep("a", 2, 2)).ok());
  // Its client has heard that there was nothing to cancel.
  EXPECT_TRUE(absl::IsNotFound(core.Ask(request).status));
  EXPECT_FALSE(core.sweep("a").ended.has_value());
  EXPECT_TRUE(core.Ask(CancelOfA("user/2")).status.ok());
}

// A restarted coordinator does not know its groups: they register, and ask again as before.
TEST(CoordinatorCore, LetsAGroupThatWasNotKnownAskAgain) {
  CoreHarness core;
  ASSERT_TRUE(core.Submit(SmallSweep("a", 2, 2)).ok());
  v1::AcquireTaskRequest request;
  request.set_request_id("w/1");
  request.set_worker_id("w");
  EXPECT_TRUE(absl::IsNotFound(core.Ask(request).status));
  core.Register("w");
  EXPECT_TRUE(core.Ask(request).status.ok());
}

}  // namespace
}  // namespace pleat
