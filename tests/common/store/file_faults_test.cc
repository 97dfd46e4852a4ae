// The N-th system call fails, for N = 1, 2, 3, … until a run passes without a fault; and the order
// of the calls when none fails.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>

#include "common/base/status_macros.h"
#include "common/store/atomic_file.h"
#include "common/store/backup_file.h"
#include "common/store/partial_folder.h"
#include "common/store/store.h"
#include "tests/common/store/failing_calls.h"
#include "tests/common/store/temporary_folder.h"

namespace pleat {
namespace {

using testing::ElementsAre;
using Kind = CallPlan::Kind;

const std::string kOld(3000, 'o');
const std::string kNew(5000, 'n');

// Runs `act` in a folder of its own with each call failing in turn, and `check` afterwards without
// faults; how many calls there are.
int64_t FailEachCall(
    Kind kind, const std::function<void(const TemporaryFolder&)>& prepare,
    const std::function<absl::Status(const TemporaryFolder&)>& act,
    const std::function<void(const TemporaryFolder&, const absl::Status&)>& check) {
  for (CallPlan plan{.kind = kind, .fail_at = 1};; ++plan.fail_at) {
    const TemporaryFolder folder;
    prepare(folder);
    SetCallPlan(plan);
    const absl::Status status = act(folder);
    const std::string failed = FailedCall();
    SetCallPlan({});
    SCOPED_TRACE("call " + std::to_string(plan.fail_at) + ", " + failed + ": " + status.ToString());
    check(folder, status);
    if (failed.empty()) {
      EXPECT_TRUE(status.ok());
      return plan.fail_at - 1;
    }
    // What is cut short or interrupted is gone on with.
    const bool is_partial = kind == Kind::kShort || kind == Kind::kInterrupted;
    EXPECT_TRUE(!is_partial || status.ok());
    EXPECT_TRUE(kind != Kind::kFull || absl::IsResourceExhausted(status));
    if (testing::Test::HasFailure()) return plan.fail_at;
  }
}

class FileFaults : public testing::TestWithParam<Kind> {
 protected:
  // How many calls of a run are concerned at least.
  static int64_t Least() {
    return GetParam() == Kind::kShort || GetParam() == Kind::kInterrupted ? 1 : 4;
  }
};

TEST_P(FileFaults, AReplacedFileIsTheOldOneOrTheNewOne) {
  const int64_t calls = FailEachCall(
      GetParam(), [](const TemporaryFolder& folder) { PutFile(folder / "file", kOld); },
      [](const TemporaryFolder& folder) {
        return WriteFileAtomically((folder / "file").string(), kNew);
      },
      [](const TemporaryFolder& folder, const absl::Status& status) {
        const std::string bytes = GetFile(folder / "file");
        EXPECT_TRUE(bytes == kNew || (!status.ok() && bytes == kOld));
        EXPECT_TRUE(WriteFileAtomically((folder / "file").string(), kNew).ok());
        EXPECT_EQ(GetFile(folder / "file"), kNew);
      });
  EXPECT_GE(calls, Least());
}

TEST_P(FileFaults, AFileOfAStoreIsWholeOrAbsent) {
  const auto no_files = [](const TemporaryFolder& folder) {
    ASSERT_TRUE(OpenPosixStore(folder.path().string(), true).ok());
  };
  const auto write = [](const TemporaryFolder& folder) {
    const auto store = OpenPosixStore(folder.path().string(), true);
    if (!store.ok()) return store.status();
    return (*store)->Write("a/b/file", kNew).status();
  };
  const auto check = [](const TemporaryFolder& folder, const absl::Status& status) {
    const auto store = OpenPosixStore(folder.path().string(), false);
    ASSERT_TRUE(store.ok()) << store.status();
    const auto bytes = (*store)->ReadUnchecked("a/b/file", 1 << 20);
    if (status.ok() || bytes.ok()) {
      ASSERT_TRUE(bytes.ok()) << bytes.status();
      EXPECT_EQ(*bytes, kNew);
    }
    // Whoever tries again gets through, and reads what was written.
    const auto artifact = (*store)->Write("a/b/file", kNew);
    ASSERT_TRUE(artifact.ok()) << artifact.status();
    EXPECT_TRUE((*store)->Read(*artifact).ok());
  };
  EXPECT_GE(FailEachCall(GetParam(), no_files, write, check), Least());
}

TEST_P(FileFaults, ANewStoreGetsItsIdentityOrNone) {
  const auto open = [](const TemporaryFolder& folder) {
    return OpenPosixStore((folder / "store").string(), true).status();
  };
  const auto check = [](const TemporaryFolder& folder, const absl::Status&) {
    const auto store = OpenPosixStore((folder / "store").string(), true);
    ASSERT_TRUE(store.ok()) << store.status();
    EXPECT_EQ((*store)->uuid().size(), 36);
  };
  EXPECT_GE(FailEachCall(
                GetParam(), [](const TemporaryFolder&) {}, open, check),
            Least());
}

TEST_P(FileFaults, AReadGivesAllBytesOrAnError) {
  const auto write = [](const TemporaryFolder& folder) {
    ASSERT_TRUE((*OpenPosixStore(folder.path().string(), true))->Write("file", kNew).ok());
  };
  std::string bytes;
  const auto read = [&](const TemporaryFolder& folder) {
    const auto store = OpenPosixStore(folder.path().string(), false);
    if (!store.ok()) return store.status();
    const auto read = (*store)->ReadUnchecked("file", 1 << 20);
    bytes = read.value_or("");
    return read.status();
  };
  const auto check = [&](const TemporaryFolder&, const absl::Status& status) {
    EXPECT_TRUE(!status.ok() || bytes == kNew);
  };
  const int64_t calls = FailEachCall(GetParam(), write, read, check);
  // Nothing is written here, so a full disk is nothing.
  EXPECT_EQ(calls == 0, GetParam() == Kind::kFull);
}

// What is removed on the way there may be gone; whoever is told that all is gone finds nothing.
TEST_P(FileFaults, WhatIsRemovedIsGoneOrCanBeRemovedAgain) {
  const auto write = [](const TemporaryFolder& folder) {
    const auto store = OpenPosixStore(folder.path().string(), true).value();
    for (const char* path : {"a/b/one", "a/b/two", "a/three", "beside"}) {
      ASSERT_TRUE(store->Write(path, kNew).ok());
    }
  };
  const auto remove = [](const TemporaryFolder& folder) {
    const auto store = OpenPosixStore(folder.path().string(), false);
    if (!store.ok()) return store.status();
    return (*store)->Remove("a");
  };
  const auto check = [](const TemporaryFolder& folder, const absl::Status& status) {
    EXPECT_TRUE(!status.ok() || !std::filesystem::exists(folder / "a"));
    const auto store = OpenPosixStore(folder.path().string(), false).value();
    EXPECT_TRUE(store->Remove("a").ok());
    EXPECT_FALSE(std::filesystem::exists(folder / "a"));
    EXPECT_EQ(store->ReadUnchecked("beside", 1 << 20).value_or(""), kNew);
  };
  const int64_t calls = FailEachCall(GetParam(), write, remove, check);
  EXPECT_GE(calls, GetParam() == Kind::kIo ? 8 : 0);
}

v1::BackupResponse BackupMessage(bool is_end) {
  v1::BackupResponse message;
  if (is_end) {
    message.mutable_end()->set_records(1);
    message.mutable_end()->set_sequence(9);
  } else {
    message.add_records(kNew);
  }
  return message;
}

absl::Status WriteBackup(const std::string& path) {
  PLEAT_ASSIGN_OR_RETURN(BackupWriter writer, BackupWriter::Create(path));
  PLEAT_RETURN_IF_ERROR(writer.Add(BackupMessage(false)));
  PLEAT_RETURN_IF_ERROR(writer.Add(BackupMessage(true)));
  return writer.Finish();
}

bool IsWholeBackup(const std::string& path) {
  auto reader = BackupReader::Open(path);
  if (!reader.ok()) return false;
  const auto records = reader->Next();
  const auto end = reader->Next();
  return records.ok() && records->records(0) == kNew && end.ok() && end->has_end();
}

// The bytes themselves go through a stream of the standard library, whose calls cannot fail here.
TEST_P(FileFaults, ABackupIsWholeOrAbsent) {
  const auto write = [](const TemporaryFolder& folder) {
    return WriteBackup((folder / "a.backup").string());
  };
  const auto check = [](const TemporaryFolder& folder, const absl::Status& status) {
    const std::string path = (folder / "a.backup").string();
    EXPECT_TRUE(IsWholeBackup(path) || (!status.ok() && !std::filesystem::exists(path)));
    std::filesystem::remove(path);
    EXPECT_TRUE(std::filesystem::is_empty(folder.path())) << "what is not finished is removed";
    EXPECT_TRUE(WriteBackup(path).ok());
    EXPECT_TRUE(IsWholeBackup(path));
  };
  const int64_t calls = FailEachCall(
      GetParam(), [](const TemporaryFolder&) {}, write, check);
  EXPECT_GE(calls, GetParam() == Kind::kIo ? 5 : 0);
}

TEST_P(FileFaults, AReplacedFolderIsTheOldOneOrTheNewOne) {
  const auto prepare = [](const TemporaryFolder& folder) {
    std::filesystem::create_directory(folder / "target");
    PutFile(folder / "target/file", kOld);
  };
  const auto replace = [](const TemporaryFolder& folder) {
    PartialFolder partial(folder / "target", "test");
    PLEAT_RETURN_IF_ERROR(partial.Create());
    PLEAT_RETURN_IF_ERROR(WriteFileAtomically((partial.path() / "file").string(), kNew));
    return partial.Replace();
  };
  const auto check = [&](const TemporaryFolder& folder, const absl::Status& status) {
    const std::string bytes = GetFile(folder / "target/file");
    EXPECT_TRUE(bytes == kNew || (!status.ok() && bytes == kOld));
    EXPECT_TRUE(replace(folder).ok());
    EXPECT_EQ(GetFile(folder / "target/file"), kNew);
    const auto entries = std::filesystem::directory_iterator(folder.path());
    EXPECT_EQ(std::distance(entries, std::filesystem::directory_iterator()), 1);
  };
  EXPECT_GE(FailEachCall(GetParam(), prepare, replace, check), Least());
}

std::string NameOfKind(const testing::TestParamInfo<Kind>& kind) {
  constexpr const char* kNames[] = {"Io", "Full", "Short", "Interrupted"};
  return kNames[static_cast<int>(kind.param)];
}

INSTANTIATE_TEST_SUITE_P(Kinds, FileFaults,
                         testing::Values(Kind::kIo, Kind::kFull, Kind::kShort, Kind::kInterrupted),
                         NameOfKind);

// The calls that write, with nothing failing.
std::vector<std::string> CallsOf(const std::function<absl::Status()>& act) {
  SetCallPlan({});
  EXPECT_TRUE(act().ok());
  return WritingCalls();
}

// A file that had its name before its bytes were on the disk could be empty after a loss of power;
// one whose folder was not synced could be gone, though somebody was told that it is there.
TEST(FileOrder, BytesAreSyncedBeforeTheNameAndTheFolderAfterIt) {
  const TemporaryFolder folder;
  EXPECT_THAT(CallsOf([&] { return WriteFileAtomically((folder / "file").string(), kNew); }),
              ElementsAre("openat", "write", "fsync of a file", "renameat", "fsync of a folder"));
}

TEST(FileOrder, SoItIsInAStoreWhereNewFoldersAreSyncedToo) {
  const TemporaryFolder folder;
  const auto store = OpenPosixStore(folder.path().string(), true).value();
  const auto write = [&](const char* path) { return store->Write(path, kNew).status(); };
  EXPECT_THAT(CallsOf([&] { return write("a/file"); }),
              ElementsAre("mkdirat", "fsync of a folder", "openat", "write", "fsync of a file",
                          "renameat2", "fsync of a folder"));
}

}  // namespace
}  // namespace pleat
