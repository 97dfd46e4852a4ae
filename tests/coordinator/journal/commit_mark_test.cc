#include "coordinator/journal/commit_mark.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include "tests/common/store/temporary_folder.h"

namespace pleat {
namespace {

TEST(CommitMark, IsKeptOverRestarts) {
  const TemporaryFolder folder;
  auto mark = CommitMark::Open(folder.path());
  ASSERT_TRUE(mark.ok()) << mark.status();
  EXPECT_EQ(mark->sequence(), 0);
  mark->Set(12'345'678'901);
  mark->Set(7);
  EXPECT_EQ(CommitMark::Open(folder.path())->sequence(), 7);
}

TEST(CommitMark, ClaimsNothingWhenItsFileHasChanged) {
  const TemporaryFolder folder;
  CommitMark::Open(folder.path())->Set(42);
  const std::string whole = GetFile(folder / "journal.mark");
  for (size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    std::string bytes = whole;
    bytes[bit / 8] ^= static_cast<char>(1 << bit % 8);
    PutFile(folder / "journal.mark", bytes);
    EXPECT_EQ(CommitMark::Open(folder.path())->sequence(), 0) << bit;
  }
}

// The system takes no byte of the file beyond a limit, as if the disk were full there.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit = {.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_ = {};
};

TEST(CommitMark, ClaimsNothingMoreWhenItCannotBeWritten) {
  const TemporaryFolder folder;
  auto mark = CommitMark::Open(folder.path());
  ASSERT_TRUE(mark.ok()) << mark.status();
  mark->Set(41);
  // All but the end of the line, which is the same in both.
  for (rlim_t bytes = 0; bytes + 1 < GetFile(folder / "journal.mark").size(); ++bytes) {
    {
      const FileSizeLimit limit(bytes);
      mark->Set(42);
    }
    EXPECT_EQ(mark->sequence(), 41);
    // Of a line that was cut short the old checksum stands behind, unless nothing of it differed
    // yet.
    EXPECT_THAT(CommitMark::Open(folder.path())->sequence(), testing::AnyOf(0, 41)) << bytes;
  }
  mark->Set(43);
  EXPECT_EQ(CommitMark::Open(folder.path())->sequence(), 43);
}

}  // namespace
}  // namespace pleat
