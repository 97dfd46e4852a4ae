// Bits that flip, pages that become zero, files that are cut off: a journal is refused, or holds
// all that was acknowledged.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <set>

#include "absl/strings/str_cat.h"
#include "common/base/philox.h"
#include "coordinator/journal/sqlite_journal.h"
#include "tests/common/store/temporary_folder.h"

namespace pleat {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

constexpr uint64_t kRecords = 400;

v1::JournalRecord Record(uint64_t sequence) {
  v1::JournalRecord record;
  record.set_sequence(sequence);
  record.set_sweep(absl::StrCat("sweep", sequence % 3));
  record.mutable_epoch_reported()->set_task(absl::StrCat("train/0001/", sequence % 7));
  record.mutable_epoch_reported()->mutable_metrics()->set_val_loss(0.5 * sequence);
  return record;
}

void Fill(const std::string& folder) {
  const auto journal = OpenSqliteJournal(folder);
  ASSERT_TRUE(journal.ok()) << journal.status();
  for (uint64_t sequence = 1; sequence <= kRecords; sequence += 4) {
    std::vector<v1::JournalRecord> batch;
    for (uint64_t i = 0; i < 4; ++i) batch.push_back(Record(sequence + i));
    ASSERT_TRUE((*journal)->Commit(batch).ok());
  }
}

// As a process leaves it that was killed: all is in the log.
void FillAndBeKilled(const std::string& folder) {
  const pid_t child = fork();
  if (child == 0) {
    const auto journal = OpenSqliteJournal(folder);
    for (uint64_t sequence = 1; journal.ok() && sequence <= kRecords; ++sequence) {
      if (!(*journal)->Commit(std::vector{Record(sequence)}).ok()) _exit(1);
    }
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
}

// OK only if every record is there, unchanged.
absl::Status Check(const std::string& folder) {
  const auto journal = OpenSqliteJournal(folder);
  if (!journal.ok()) return journal.status();
  uint64_t expected = 0;
  const absl::Status status = (*journal)->Replay([&](const v1::JournalRecord& record) {
    EXPECT_EQ(record.SerializeAsString(), Record(++expected).SerializeAsString());
    return absl::OkStatus();
  });
  if (status.ok()) {
    EXPECT_EQ(expected, kRecords);
  }
  return status;
}

// Damages a file at a random place in a random way.
std::string Damage(const fs::path& path, RandomStream& random) {
  std::string bytes = GetFile(path);
  const size_t at = random.NextBelow(bytes.size());
  std::string what;
  switch (random.NextBelow(8)) {
    case 0:
      bytes.resize(at);
      what = absl::StrCat("cut off at ", at);
      break;
    case 1: {
      const size_t page = at / 4096 * 4096;
      const size_t end = std::min(page + 4096, bytes.size());
      std::fill(bytes.begin() + page, bytes.begin() + end, '\0');
      what = absl::StrCat("zeros at ", page);
      break;
    }
    default:
      bytes[at] ^= static_cast<char>(1 << random.NextBelow(8));
      what = absl::StrCat("a bit at ", at);
  }
  PutFile(path, bytes);
  return what;
}

void DamageOften(const fs::path& whole, const std::string& file, int times) {
  int refused = 0;
  for (int seed = 0; seed < times && !testing::Test::HasFailure(); ++seed) {
    const TemporaryFolder folder;
    fs::copy(whole, folder.path(), fs::copy_options::recursive);
    RandomStream random(seed, RandomPurpose::kSearch);
    const std::string what = Damage(folder / file, random);
    const absl::Status status = Check(folder.path());
    EXPECT_FALSE(testing::Test::HasFailure()) << file << ", seed " << seed << ": " << what;
    EXPECT_EQ(status.message().find('\n'), std::string::npos) << status;
    refused += !status.ok();
  }
  EXPECT_GT(refused, times / 4) << "what is damaged here is hardly ever noticed";
}

TEST(JournalDamage, IsFoundInTheDatabase) {
  const TemporaryFolder whole;
  ASSERT_NO_FATAL_FAILURE(Fill(whole.path()));
  ASSERT_FALSE(fs::exists(whole / "journal.db-wal"));
  DamageOften(whole.path(), "journal.db", 200);
}

TEST(JournalDamage, IsFoundInTheLog) {
  const TemporaryFolder whole;
  ASSERT_NO_FATAL_FAILURE(FillAndBeKilled(whole.path()));
  ASSERT_TRUE(fs::exists(whole / "journal.db-wal"));
  DamageOften(whole.path(), "journal.db-wal", 100);
}

TEST(JournalDamage, ALogThatIsGoneIsMissed) {
  const TemporaryFolder folder;
  ASSERT_NO_FATAL_FAILURE(FillAndBeKilled(folder.path()));
  fs::remove(folder / "journal.db-wal");
  const absl::Status status = Check(folder.path());
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("record 400 was committed"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("pleat restore"));
  // An older copy that was put there on purpose.
  fs::remove(folder / "journal.mark");
  EXPECT_TRUE(OpenSqliteJournal(folder.path()).ok());
}

TEST(JournalDamage, AnEmptyFileInPlaceOfAJournalIsRefused) {
  const TemporaryFolder folder;
  ASSERT_NO_FATAL_FAILURE(Fill(folder.path()));
  PutFile(folder / "journal.db", "");
  EXPECT_TRUE(absl::IsDataLoss(Check(folder.path())));
}

TEST(JournalDamage, AnEmptyFileInANewFolderIsANewJournal) {
  const TemporaryFolder folder;
  PutFile(folder / "journal.db", "");
  EXPECT_TRUE(OpenSqliteJournal(folder.path()).ok());
}

TEST(JournalDamage, AnUnreadableMarkIsNoReasonToStop) {
  const TemporaryFolder folder;
  ASSERT_NO_FATAL_FAILURE(Fill(folder.path()));
  PutFile(folder / "journal.mark", "0000");
  EXPECT_TRUE(Check(folder.path()).ok());
}

// A row that vanished with its checksum: the index still knows it.
TEST(JournalDamage, ARowThatIsGoneIsMissed) {
  const TemporaryFolder folder;
  ASSERT_NO_FATAL_FAILURE(Fill(folder.path()));
  const auto run = [&](const char* sql) {
    auto database = SqliteDatabase::Open((folder / "journal.db").string());
    ASSERT_TRUE(database.ok() && database->Execute(sql).ok()) << sql;
  };
  const auto index_with = [](const char* where) {
    return absl::StrCat(
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE INDEX record_by_sweep "
        "ON record (sweep, sequence)",
        where, "' WHERE name = 'record_by_sweep'");
  };
  run(index_with(" WHERE sequence < 0").c_str());
  run("DELETE FROM record WHERE sequence = 77");
  run(index_with("").c_str());
  const auto journal = OpenSqliteJournal(folder.path());
  ASSERT_TRUE(journal.ok()) << journal.status();
  const auto skip = [](const v1::JournalRecord&) { return absl::OkStatus(); };
  EXPECT_TRUE(absl::IsDataLoss((*journal)->Replay(skip)));
  EXPECT_TRUE(absl::IsDataLoss((*journal)->ReplayFrom(50, skip)));
  EXPECT_TRUE((*journal)->ReplayFrom(78, skip).ok());
}

// A page of zeros can read as a row of nothing.
TEST(JournalDamage, ARowOfNothingIsNoRecord) {
  const TemporaryFolder folder;
  ASSERT_NO_FATAL_FAILURE(Fill(folder.path()));
  ASSERT_TRUE(SqliteDatabase::Open((folder / "journal.db").string())
                  ->Execute("INSERT INTO record VALUES (0, '', x'', 0)")
                  .ok());
  EXPECT_TRUE(absl::IsDataLoss(Check(folder.path())));
}

TEST(JournalDamage, AChangedRecordIsRefusedByAllReaders) {
  const TemporaryFolder folder;
  ASSERT_NO_FATAL_FAILURE(Fill(folder.path()));
  const v1::JournalRecord other = Record(40);  // a whole record, but another one
  ASSERT_TRUE(
      SqliteDatabase::Open((folder / "journal.db").string())
          ->Execute("UPDATE record SET body = (SELECT body FROM record WHERE sequence = 40) "
                    "WHERE sequence = 41")
          .ok());
  const auto journal = OpenSqliteJournal(folder.path());
  ASSERT_TRUE(journal.ok()) << journal.status();
  EXPECT_TRUE(absl::IsDataLoss((*journal)->Read(Record(41).sweep(), 41, 1).status()));
  EXPECT_TRUE(absl::IsDataLoss((*journal)->ReadPage(41, 1).status()));
}

TEST(JournalDamage, AJournalThatMayNotBeWrittenIsRefused) {
  if (getuid() == 0) GTEST_SKIP() << "root may write everything: this cannot be tested here";
  const TemporaryFolder folder;
  ASSERT_NO_FATAL_FAILURE(Fill(folder.path()));
  fs::permissions(folder / "journal.db", fs::perms::owner_read);
  const absl::Status status = OpenSqliteJournal(folder.path()).status();
  EXPECT_TRUE(absl::IsPermissionDenied(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("let this user write"));
}

}  // namespace
}  // namespace pleat
