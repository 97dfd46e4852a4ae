#include "coordinator/journal/commit_mark.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace pleat
