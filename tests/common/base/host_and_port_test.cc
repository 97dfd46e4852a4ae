#include "common/base/host_and_port.h"

#include <gtest/gtest.h>

namespace pleat {
namespace {

TEST(CheckHostAndPort, TakesHostsWithAPort) {
  for (const char* address : {"127.0.0.1:7070", "coordinator:1", "[::1]:65535"}) {
    EXPECT_TRUE(CheckHostAndPort(address).ok()) << address;
  }
}

TEST(CheckHostAndPort, RefusesWhatNamesNoPort) {
  for (const char* address :
       {"", "localhost", "localhost:", ":7070", "host:0", "host:65536", "host:x"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(CheckHostAndPort(address))) << address;
  }
  EXPECT_EQ(CheckHostAndPort("localhost").message(),
            "'localhost' is not host:port, as 127.0.0.1:7070");
}

}  // namespace
}  // namespace pleat
