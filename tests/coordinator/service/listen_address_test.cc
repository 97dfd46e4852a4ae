#include "coordinator/service/listen_address.h"

#include <gtest/gtest.h>

namespace pleat {
namespace {

TEST(ListenAddress, ReadsHostAndPort) {
  EXPECT_EQ(ParseListenAddress("127.0.0.1:7070")->port, 7070);
  EXPECT_EQ(ParseListenAddress("[::1]:0")->host, "::1");
  EXPECT_EQ(ParseListenAddress("[::1]:80")->ToString(), "[::1]:80");
}

TEST(ListenAddress, KnowsLoopback) {
  for (const char* text : {"127.0.0.1:1", "127.9.9.9:1", "localhost:1", "[::1]:1"}) {
    EXPECT_TRUE(ParseListenAddress(text)->IsLoopback()) << text;
  }
  for (const char* text : {"0.0.0.0:1", "[::]:1", "10.0.0.1:1", "example.org:1"}) {
    EXPECT_FALSE(ParseListenAddress(text)->IsLoopback()) << text;
  }
}

TEST(ListenAddress, RefusesWhatIsNotHostAndPort) {
  for (const char* text : {"", "7070", ":7070", "h:", "h:x", "h:65536", "h:-1", "::1:80", "[]:1"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ParseListenAddress(text).status())) << text;
  }
}

}  // namespace
}  // namespace pleat
