#include "common/base/ids.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

namespace pleat {
namespace {

TEST(Ids, SessionsAreSixteenHexCharactersAndDiffer) {
  const std::string id = NewSessionId();
  EXPECT_EQ(id.size(), 16u);
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_NE(id, NewSessionId());
}

TEST(Ids, UuidsAreVersionFourOfTheRfcVariant) {
  const std::string uuid = NewUuid();
  ASSERT_EQ(uuid.size(), 36u);
  for (size_t hyphen : {8u, 13u, 18u, 23u}) EXPECT_EQ(uuid[hyphen], '-');
  EXPECT_EQ(uuid[14], '4');
  EXPECT_THAT(uuid[19], testing::AnyOf('8', '9', 'a', 'b'));
  EXPECT_NE(uuid, NewUuid());
}

TEST(RequestIds, CountFromOneBehindTheSession) {
  RequestIds ids("5e55");
  EXPECT_EQ(ids.Next(), "5e55/1");
  EXPECT_EQ(ids.Next(), "5e55/2");
}

TEST(RequestIds, ThreadsNeverGetTheSameId) {
  RequestIds ids("s");
  std::vector<std::vector<std::string>> drawn(4);
  std::vector<std::thread> threads;
  for (std::vector<std::string>& mine : drawn) {
    threads.emplace_back([&ids, &mine] {
      for (int i = 0; i < 500; ++i) mine.push_back(ids.Next());
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<std::string> all;
  for (const std::vector<std::string>& mine : drawn) all.insert(mine.begin(), mine.end());
  EXPECT_EQ(all.size(), 2000u);
}

}  // namespace
}  // namespace pleat
