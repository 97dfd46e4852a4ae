#include "coordinator/journal/sqlite_journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "coordinator/journal/sqlite_database.h"

namespace pleat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

v1::JournalRecord Record(uint64_t sequence, const std::string& sweep) {
  v1::JournalRecord record;
  record.set_sequence(sequence);
  record.set_sweep(sweep);
  record.mutable_trial_added()->set_trial(static_cast<uint32_t>(sequence));
  return record;
}

v1::JournalRecord Removal(uint64_t sequence, const std::string& sweep) {
  v1::JournalRecord record = Record(sequence, sweep);
  record.mutable_sweep_removed();
  return record;
}

std::vector<uint64_t> Sequences(const std::vector<v1::JournalRecord>& records) {
  std::vector<uint64_t> sequences;
  for (const auto& record : records) sequences.push_back(record.sequence());
  return sequences;
}

std::vector<uint64_t> Replayed(Journal& journal) {
  std::vector<uint64_t> sequences;
  EXPECT_TRUE(journal
                  .Replay([&](const v1::JournalRecord& record) {
                    sequences.push_back(record.sequence());
                    return absl::OkStatus();
                  })
                  .ok());
  return sequences;
}

class SqliteJournalTest : public testing::Test {
 protected:
  SqliteJournalTest() {
    std::string name = testing::TempDir() + "pleat_journal_XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~SqliteJournalTest() override { std::filesystem::remove_all(folder_); }

  // In a process that commits two records and is killed.
  void CommitAndDie() {
    const pid_t child = fork();
    if (child == 0) {
      auto journal = OpenSqliteJournal(folder_);
      if (journal.ok() && (*journal)->Commit(std::vector{Record(1, "a"), Record(2, "a")}).ok()) {
        kill(getpid(), SIGKILL);
      }
      _exit(1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
  }

  std::unique_ptr<Journal> Open() {
    auto journal = OpenSqliteJournal(folder_);
    EXPECT_TRUE(journal.ok()) << journal.status();
    return std::move(journal).value();
  }

  std::string folder_;
};

TEST_F(SqliteJournalTest, ReplaysWhatWasCommittedInOrderAfterReopening) {
  Open()->Commit(std::vector{Record(1, "a"), Record(2, "b")}).IgnoreError();
  Open()->Commit(std::vector{Record(3, "a")}).IgnoreError();
  EXPECT_THAT(Replayed(*Open()), ElementsAre(1, 2, 3));
}

TEST_F(SqliteJournalTest, ReadsOneSweepFromASequenceInPages) {
  const auto journal = Open();
  ASSERT_TRUE(journal
                  ->Commit(std::vector{Record(1, "a"), Record(2, "b"), Record(3, "a"),
                                       Record(4, "a"), Record(5, "a")})
                  .ok());
  EXPECT_THAT(Sequences(*journal->Read("a", 2, 2)), ElementsAre(3, 4));
  EXPECT_THAT(Sequences(*journal->Read("a", 5, 2)), ElementsAre(5));
  EXPECT_THAT(Sequences(*journal->Read("c", 0, 2)), ElementsAre());
}

TEST_F(SqliteJournalTest, DropsEarlierRecordsOfARemovedSweepOnly) {
  const auto journal = Open();
  ASSERT_TRUE(journal->Commit(std::vector{Record(1, "a"), Record(2, "b"), Record(3, "a")}).ok());
  ASSERT_TRUE(journal->Commit(std::vector{Removal(4, "a"), Record(5, "a")}).ok());
  EXPECT_THAT(Replayed(*journal), ElementsAre(2, 4, 5));
}

TEST_F(SqliteJournalTest, DropsEarlierRecordsOfARemovedStudyOnly) {
  const auto of_study = [](uint64_t sequence) {
    v1::JournalRecord record;
    record.set_sequence(sequence);
    record.set_study("a");
    record.mutable_study_created();
    return record;
  };
  v1::JournalRecord removal = of_study(4);
  removal.mutable_study_removed();
  const auto journal = Open();
  // A sweep of the same name is another thing.
  ASSERT_TRUE(journal
                  ->Commit(std::vector<v1::JournalRecord>{of_study(1), Record(2, "a"), of_study(3),
                                                          removal, of_study(5)})
                  .ok());
  EXPECT_THAT(Replayed(*journal), ElementsAre(2, 4, 5));
  EXPECT_THAT(Sequences(*journal->Read("a", 0, 10)), ElementsAre(2));
}

TEST_F(SqliteJournalTest, CommitsAllRecordsOrNone) {
  const auto journal = Open();
  ASSERT_TRUE(journal->Commit(std::vector{Record(1, "a")}).ok());
  EXPECT_FALSE(journal->Commit(std::vector{Record(2, "a"), Record(1, "a")}).ok());
  EXPECT_THAT(Replayed(*journal), ElementsAre(1));
}

TEST_F(SqliteJournalTest, StopsReplayAtTheFirstErrorAndCanReplayAgain) {
  const auto journal = Open();
  ASSERT_TRUE(journal->Commit(std::vector{Record(1, "a"), Record(2, "a")}).ok());
  const auto refuse = [](const v1::JournalRecord&) { return absl::DataLossError("no"); };
  EXPECT_EQ(journal->Replay(refuse).message(), "no");
  EXPECT_THAT(Replayed(*journal), ElementsAre(1, 2));
}

TEST_F(SqliteJournalTest, SurvivesAKilledProcess) {
  CommitAndDie();
  EXPECT_THAT(Replayed(*Open()), ElementsAre(1, 2));
}

// Its last frames may not be on the disk: with the log empty they are in the database, synced.
TEST_F(SqliteJournalTest, SettlesWhatAKilledProcessHasLeftInItsLog) {
  CommitAndDie();
  const std::string log = folder_ + "/journal.db-wal";
  EXPECT_GT(std::filesystem::file_size(log), 0u);
  const auto journal = Open();
  EXPECT_EQ(std::filesystem::file_size(log), 0u);
  EXPECT_THAT(Replayed(*journal), ElementsAre(1, 2));
}

TEST_F(SqliteJournalTest, RefusesAFolderInUseNamingTheHolder) {
  const auto journal = Open();
  const auto second = OpenSqliteJournal(folder_);
  EXPECT_TRUE(absl::IsFailedPrecondition(second.status())) << second.status();
  EXPECT_THAT(std::string(second.status().message()), HasSubstr(std::to_string(getpid())));
  EXPECT_THAT(std::string(second.status().message()), HasSubstr("choose another folder"));
}

TEST_F(SqliteJournalTest, SaysWhyTheStateFolderCannotBeMade) {
  std::ofstream(folder_ + "/file") << "no folder";
  const absl::Status status = OpenSqliteJournal(folder_ + "/file/state").status();
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("Not a directory"));
}

TEST_F(SqliteJournalTest, ReportsADamagedFile) {
  std::ofstream(folder_ + "/journal.db") << std::string(8192, 'x');
  const auto journal = OpenSqliteJournal(folder_);
  EXPECT_TRUE(absl::IsDataLoss(journal.status())) << journal.status();
  EXPECT_THAT(std::string(journal.status().message()), HasSubstr("journal.db"));
}

TEST_F(SqliteJournalTest, RefusesTheDatabaseOfAnotherProgram) {
  ASSERT_TRUE(SqliteDatabase::Open(folder_ + "/journal.db")->Execute("CREATE TABLE t (x)").ok());
  EXPECT_THAT(std::string(OpenSqliteJournal(folder_).status().message()),
              StartsWith("journal " + folder_ +
                         "/journal.db cannot be used: it is a database of another program; "));
}

TEST_F(SqliteJournalTest, RefusesANewerFormat) {
  Open();
  ASSERT_TRUE(
      SqliteDatabase::Open(folder_ + "/journal.db")->Execute("PRAGMA user_version = 3").ok());
  const auto journal = OpenSqliteJournal(folder_);
  EXPECT_TRUE(absl::IsFailedPrecondition(journal.status())) << journal.status();
  EXPECT_THAT(std::string(journal.status().message()), HasSubstr("format version 3"));
}

TEST_F(SqliteJournalTest, BringsFormat1ToThisOne) {
  const auto path = folder_ + "/journal.db";
  {
    auto database = SqliteDatabase::Open(path);
    ASSERT_TRUE(database.ok());
    ASSERT_TRUE(database
                    ->Execute("CREATE TABLE record (sequence INTEGER PRIMARY KEY, "
                              "sweep TEXT NOT NULL, body BLOB NOT NULL);"
                              "CREATE INDEX record_by_sweep ON record (sweep, sequence);"
                              "PRAGMA application_id = 0x504c4541; PRAGMA user_version = 1;")
                    .ok());
    auto insert = database->Prepare("INSERT INTO record VALUES (?, ?, ?)");
    ASSERT_TRUE(insert.ok());
    for (uint64_t sequence = 1; sequence <= 3; ++sequence) {
      const std::string body = Record(sequence, "a").SerializeAsString();
      insert->Bind(0, static_cast<int64_t>(sequence));
      insert->Bind(1, "a");
      insert->BindBlob(2, body);
      ASSERT_TRUE(insert->Run().ok());
    }
  }
  {
    const auto journal = Open();
    EXPECT_THAT(Replayed(*journal), ElementsAre(1, 2, 3));
    EXPECT_TRUE(journal->Commit(std::vector{Record(4, "a")}).ok());
  }
  EXPECT_THAT(Replayed(*Open()), ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(*SqliteDatabase::Open(path)->ReadNumber("PRAGMA user_version"), 2);
  EXPECT_EQ(
      *SqliteDatabase::Open(path)->ReadNumber("SELECT count(*) FROM record WHERE checksum = 0"), 0);
}

TEST_F(SqliteJournalTest, GivesAllRecordsInPages) {
  const auto journal = Open();
  ASSERT_TRUE(journal->Commit(std::vector{Record(1, "a"), Record(2, "b"), Record(3, "a")}).ok());
  const auto first = journal->ReadPage(0, 1);
  ASSERT_TRUE(first.ok());
  EXPECT_THAT(first->bodies, ElementsAre(Record(1, "a").SerializeAsString()));
  EXPECT_FALSE(first->is_last);
  const auto rest = journal->ReadPage(first->next, 1 << 20);
  ASSERT_TRUE(rest.ok());
  EXPECT_EQ(rest->bodies.size(), 2);
  EXPECT_EQ(rest->next, 4);
  EXPECT_TRUE(rest->is_last);
}

TEST_F(SqliteJournalTest, ReplaysFromASequenceAndKnowsWhatItHas) {
  const auto journal = Open();
  ASSERT_TRUE(journal->Commit(std::vector{Record(1, "a"), Record(2, "b"), Record(3, "a")}).ok());
  ASSERT_TRUE(journal->Commit(std::vector{Removal(4, "a")}).ok());
  std::vector<uint64_t> sequences;
  EXPECT_TRUE(journal
                  ->ReplayFrom(3,
                               [&](const v1::JournalRecord& record) {
                                 sequences.push_back(record.sequence());
                                 return absl::OkStatus();
                               })
                  .ok());
  EXPECT_THAT(sequences, ElementsAre(4));
  EXPECT_FALSE(*journal->Has(1));
  EXPECT_TRUE(*journal->Has(2));
}

TEST_F(SqliteJournalTest, GivesSpaceBackAfterALargeSweepIsRemoved) {
  auto journal = Open();
  v1::JournalRecord large = Record(1, "a");
  large.mutable_task_leased()->set_reason(std::string(20 << 20, 'x'));
  ASSERT_TRUE(journal->Commit(std::vector{large, Removal(2, "a")}).ok());
  for (uint64_t sequence = 3; sequence < 150; ++sequence) {
    ASSERT_TRUE(journal->Commit(std::vector{Record(sequence, "b")}).ok());
  }
  journal = nullptr;  // moves the log into the database
  EXPECT_LT(std::filesystem::file_size(folder_ + "/journal.db"), 10 << 20);
}

TEST_F(SqliteJournalTest, ReportsARecordThatIsNotOne) {
  Open()->Commit(std::vector{Record(1, "a")}).IgnoreError();
  ASSERT_TRUE(SqliteDatabase::Open(folder_ + "/journal.db")
                  ->Execute("UPDATE record SET body = x'ffff'")
                  .ok());
  const absl::Status status =
      Open()->Replay([](const v1::JournalRecord&) { return absl::OkStatus(); });
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
}

}  // namespace
}  // namespace pleat
