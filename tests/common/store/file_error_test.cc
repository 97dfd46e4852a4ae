#include "common/store/file_error.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace pleat {
namespace {

TEST(FileError, TellsWhatIsOutOfReachFromWhatIsWrong) {
  for (const int error : {EIO, ESTALE, ETIMEDOUT, ENOTCONN, EHOSTDOWN}) {
    EXPECT_TRUE(absl::IsUnavailable(FileError(error, "read", "a"))) << error;
  }
  EXPECT_TRUE(absl::IsResourceExhausted(FileError(ENOSPC, "write", "a")));
  EXPECT_TRUE(absl::IsNotFound(FileError(ENOENT, "read", "a")));
  EXPECT_TRUE(absl::IsInternal(FileError(EBADF, "read", "a")));
}

}  // namespace
}  // namespace pleat
