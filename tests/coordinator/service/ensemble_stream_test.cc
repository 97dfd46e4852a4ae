#include "coordinator/service/ensemble_stream.h"

#include <gmock/gmock.h>

#include "common/store/checksum.h"
#include "tests/coordinator/service/service_fixture.h"

namespace pleat {
namespace {

using testing::ElementsAre;

class EnsembleStreamTest : public ServiceFixture {
 protected:
  // A finished sweep whose ensemble is a manifest, one file of two and a half chunks, and run.json.
  EnsembleStreamTest() {
    CoreHarness harness;
    EXPECT_TRUE(harness.Submit(SmallSweep("a", 1, 2)).ok());
    harness.Register("w");
    harness.Finish("a", "w");
    for (v1::JournalRecord& record : harness.journal) {
      if (record.has_journal_created()) {
        record.mutable_journal_created()->set_store_uuid(store->uuid());
      }
      if (record.has_ensemble_built()) {
        record.mutable_ensemble_built()->set_version(1);
        *record.mutable_ensemble_built()->mutable_manifest() = WriteFiles();
      }
    }
    EXPECT_TRUE(journal->Commit(harness.journal).ok());
    StartCoordinator();
  }

  v1::Artifact WriteFiles() {
    const std::string folder = "sweeps/a/ensemble/1/";
    EXPECT_TRUE(store->Write(folder + "oof.npy", big_).ok());
    EXPECT_TRUE(store->Write(folder + "run.json", "{}").ok());
    const std::string manifest =
        absl::StrCat(R"({"files": {"oof.npy": {"size": )", big_.size(), R"(, "sha256": ")",
                     Sha256Hex(big_), R"("}}, "members": []})");
    return *store->Write(folder + "manifest.json", manifest);
  }

  // "path@offset" of every chunk; the bytes of oof.npy go to `received`.
  std::vector<std::string> Pull(const std::string& path, uint64_t offset, std::string& received) {
    v1::GetEnsembleRequest request;
    request.set_name("a");
    request.set_path(path);
    request.set_offset(offset);
    grpc::ClientContext context;
    auto reader = sweeps->GetEnsemble(&context, request);
    std::vector<std::string> chunks;
    v1::GetEnsembleResponse chunk;
    while (reader->Read(&chunk)) {
      chunks.push_back(absl::StrCat(chunk.path(), "@", chunk.offset()));
      if (chunk.path() == "oof.npy") received += chunk.data();
    }
    status_ = reader->Finish();
    return chunks;
  }

  const std::string big_ = std::string(5 << 19, 'x');
  grpc::Status status_;
};

TEST_F(EnsembleStreamTest, SendsTheManifestFirstAndHowItWasMadeLast) {
  std::string received;
  EXPECT_THAT(Pull("", 0, received), ElementsAre("manifest.json@0", "oof.npy@0", "oof.npy@1048576",
                                                 "oof.npy@2097152", "run.json@0"));
  EXPECT_TRUE(status_.ok()) << status_.error_message();
  EXPECT_TRUE(received == big_) << received.size() << " bytes";
}

TEST_F(EnsembleStreamTest, GoesOnInsideAFile) {
  std::string received;
  EXPECT_THAT(Pull("oof.npy", 2'000'000, received), ElementsAre("oof.npy@2000000", "run.json@0"));
  EXPECT_EQ(received.size(), big_.size() - 2'000'000);
}

TEST_F(EnsembleStreamTest, RefusesAPlaceThatDoesNotExist) {
  std::string received;
  Pull("nothing", 0, received);
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  Pull("oof.npy", big_.size() + 1, received);
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::OUT_OF_RANGE);
}

}  // namespace
}  // namespace pleat
