#include "coordinator/ensemble/build_ensemble.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "common/store/checksum.h"
#include "tests/coordinator/ensemble/ensemble_fixture.h"

namespace pleat {
namespace {

using testing::ElementsAre;
using testing::FloatEq;
using testing::HasSubstr;
using testing::Not;

constexpr char kFolder[] = "sweeps/s/ensemble/1/";

class BuildEnsembleTest : public testing::Test {
 protected:
  BuildEnsembleTest() {
    effect_.sweep = "s";
    effect_.spec = fixture_.spec;
    effect_.spec.mutable_data()->set_root("/secret/place");
    effect_.folds = fixture_.folds;
    effect_.execution.set_fingerprint("cpu-1");
    v1::DatasetInfo test = fixture_.train;
    test.set_split("test");
    test.set_rows(2);
    *test.mutable_labels() = fixture_.Numbers<int64_t>("test_labels", {0, 1});
    effect_.datasets = {fixture_.train, test};
    AddMember(0, {0.8f, 0.2f, 0.6f, 0.4f});
    AddMember(1, {0.6f, 0.4f, 0.8f, 0.2f});
  }

  // A member of trial 7 with weight 1/2, and logits (0, 0) out of fold.
  void AddMember(uint32_t fold, const std::vector<float>& test) {
    MemberFiles member;
    member.member.set_trial(7);
    member.member.set_fold(fold);
    member.member.set_weight(0.5);
    member.config.set_trial(7);
    member.weights = *fixture_.store->Write(absl::StrCat("weights", fold), "weights");
    member.classes = *fixture_.store->Write(absl::StrCat("classes", fold), "classes");
    member.validation_results = *fixture_.store->Write(absl::StrCat("results", fold), "results");
    member.oof = fixture_.Matrix(absl::StrCat("oof", fold), {0, 0, 0, 0});
    v1::SplitPrediction& prediction = *member.predictions.add_predictions();
    prediction.set_split("test");
    *prediction.mutable_prediction() = fixture_.Matrix(absl::StrCat("test", fold), test);
    effect_.files.push_back(member);
  }

  v1::EnsembleBuilt Build() {
    auto built = RunBuildEnsemble(effect_, *fixture_.store);
    EXPECT_TRUE(built.ok()) << built.status();
    return *built;
  }

  std::string File(const std::string& path) {
    auto bytes = fixture_.store->ReadUnchecked(kFolder + path, 1 << 20);
    EXPECT_TRUE(bytes.ok()) << bytes.status();
    return bytes.ok() ? *bytes : "";
  }

  EnsembleFixture fixture_;
  BuildEnsemble effect_;
};

TEST_F(BuildEnsembleTest, BlendsTheMembersPredictions) {
  const v1::EnsembleBuilt built = Build();
  const auto predictions = DecodeNpy<float>(File("predictions.npy"));
  EXPECT_THAT(predictions->shape, ElementsAre(2, 2));
  EXPECT_THAT(predictions->data,
              ElementsAre(FloatEq(0.7), FloatEq(0.3), FloatEq(0.7), FloatEq(0.3)));
  EXPECT_EQ(File("submission.csv"), "id,label\n0,0\n1,0\n");
  ASSERT_EQ(built.splits_size(), 1);
  EXPECT_DOUBLE_EQ(built.splits(0).ensemble().accuracy(), 0.5);
  EXPECT_EQ(built.splits(0).members_size(), 2);
}

TEST_F(BuildEnsembleTest, CallsClassesByTheirNames) {
  effect_.datasets.front().add_class_names("cat");
  effect_.datasets.front().add_class_names("dog");
  const v1::EnsembleBuilt built = Build();
  EXPECT_EQ(File("submission.csv"), "id,label\n0,cat\n1,cat\n");
  EXPECT_EQ(nlohmann::json::parse(File("manifest.json"))["class_names"],
            nlohmann::json({"cat", "dog"}));
}

TEST_F(BuildEnsembleTest, ScoresOutOfFoldRows) {
  const v1::EnsembleBuilt built = Build();
  EXPECT_EQ(built.out_of_fold().rows(), 4);
  EXPECT_NEAR(built.out_of_fold().log_loss(), std::log(2.0), 1e-6);
  EXPECT_FALSE(built.has_out_of_fold_tta());
}

TEST_F(BuildEnsembleTest, ScoresOnlyRowsThatSomebodyPredicted) {
  effect_.files.pop_back();
  const v1::EnsembleBuilt built = Build();
  EXPECT_EQ(built.out_of_fold().rows(), 2);
  EXPECT_TRUE(std::isnan(DecodeNpy<float>(File("oof.npy"))->data[4]));
}

TEST_F(BuildEnsembleTest, ReportsOnEachLabelledSplit) {
  const v1::EnsembleBuilt built = Build();
  // All logits are 0, so all rows are taken for class 0.
  EXPECT_EQ(File("reports/oof/confusion_matrix.csv"), "label,0,1\n0,2,0\n1,2,0\n");
  EXPECT_EQ(File("reports/test/confusion_matrix.csv"), "label,0,1\n0,1,0\n1,1,0\n");
  EXPECT_THAT(File("reports/test/mistakes.csv"), HasSubstr("\n1,1,0,0.7"));
  EXPECT_DOUBLE_EQ(built.splits(0).ensemble().macro_f1(), 1.0 / 3);
  EXPECT_NEAR(built.splits(0).ensemble().ece(), 0.2, 1e-6);
}

TEST_F(BuildEnsembleTest, ReportsOnTheGroupsOfTheTrainingRows) {
  *effect_.datasets[0].mutable_groups() = fixture_.Numbers<int64_t>("groups", {5, 5, 6, 6});
  Build();
  EXPECT_THAT(File("reports/oof/groups.csv"), HasSubstr("\n5,2,0.5,0.69"));
  EXPECT_TRUE(absl::IsNotFound(
      fixture_.store->ReadUnchecked(std::string(kFolder) + "reports/test/groups.csv", 100)
          .status()));
}

TEST_F(BuildEnsembleTest, ReportsOnTheSetsThatTheTrainingRowsComeFrom) {
  v1::DatasetInfo& train = effect_.datasets[0];
  train.add_origins("train");
  train.add_origins("theirs");
  *train.mutable_origin_of_rows() = fixture_.Numbers<int32_t>("origins", {0, 0, 0, 1});
  Build();
  // All rows are taken for class 0, and the last one is of class 1.
  EXPECT_THAT(File("reports/oof/origins.csv"), HasSubstr("\ntrain,3,0.6666666666666666,0.69"));
  EXPECT_THAT(File("reports/oof/origins.csv"), HasSubstr("\ntheirs,1,0,0.69"));
  EXPECT_TRUE(absl::IsNotFound(
      fixture_.store->ReadUnchecked(std::string(kFolder) + "reports/test/origins.csv", 100)
          .status()));
}

TEST_F(BuildEnsembleTest, RefusesRowsOfSetsThatThereAreNot) {
  effect_.datasets[0].add_origins("train");
  *effect_.datasets[0].mutable_origin_of_rows() =
      fixture_.Numbers<int32_t>("origins", {0, 0, 1, 0});
  const absl::Status status = RunBuildEnsemble(effect_, *fixture_.store).status();
  EXPECT_TRUE(absl::IsDataLoss(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("origins: there is no set 1 of 1"));
}

TEST_F(BuildEnsembleTest, TakesTheMeanOverTheFoldsThatValidateARow) {
  // Two repeats of two folds; trial 7 lacks fold 3, which validates rows 0 and 2.
  effect_.folds = fixture_.Folds({.repeats = 2, .fold_of_row = {0, 3, 0, 2, 1, 3, 1, 2}});
  AddMember(2, {0.5f, 0.5f, 0.5f, 0.5f});
  effect_.files[2].oof = fixture_.Matrix("surer", {0, 20, 0, 20});
  const v1::EnsembleBuilt built = Build();
  EXPECT_EQ(built.out_of_fold().rows(), 4);
  const std::vector<float> oof = DecodeNpy<float>(File("oof.npy"))->data;
  EXPECT_THAT(oof[2 * 0 + 1], FloatEq(0.5f));   // of fold 0
  EXPECT_THAT(oof[2 * 1 + 1], FloatEq(0.75f));  // of folds 0 and 2
  EXPECT_THAT(oof[2 * 2 + 1], FloatEq(0.5f));   // of fold 1
  EXPECT_THAT(oof[2 * 3 + 1], FloatEq(0.75f));  // of folds 1 and 2
}

TEST_F(BuildEnsembleTest, WeighsATrialByItsMembersHoweverOftenTheyValidateARow) {
  effect_.folds = fixture_.Folds({.repeats = 2, .fold_of_row = {0, 2, 0, 2, 1, 3, 1, 3}});
  AddMember(2, {0.5f, 0.5f, 0.5f, 0.5f});
  AddMember(0, {0.8f, 0.2f, 0.6f, 0.4f});
  effect_.files[3].member.set_trial(8);
  effect_.files[3].member.set_weight(1.5);
  effect_.files[3].oof = fixture_.Matrix("surer", {0, 20, 0, 20});
  Build();
  // Trial 7 validates row 0 by folds 0 and 2, and weighs 3 x 1/2; trial 8 by fold 0, and as much.
  EXPECT_THAT(DecodeNpy<float>(File("oof.npy"))->data[1], FloatEq(0.75f));
}

TEST_F(BuildEnsembleTest, LeavesRowsThatNoFoldValidatesWithoutOutOfFoldPrediction) {
  effect_.folds = fixture_.Folds({.repeats = 1, .fold_of_row = {0, -1, 1, 0}});
  effect_.files[1].oof = fixture_.Matrix("one row", {0, 0});
  const v1::EnsembleBuilt built = Build();
  EXPECT_EQ(built.out_of_fold().rows(), 3);
  EXPECT_TRUE(std::isnan(DecodeNpy<float>(File("oof.npy"))->data[2]));
}

TEST_F(BuildEnsembleTest, BlendsOutOfFoldViewsWhenThereAreViews) {
  effect_.members.add_views()->set_identity(true);
  for (MemberFiles& member : effect_.files) {
    v1::SplitPrediction& prediction = *member.predictions.add_predictions();
    prediction.set_split("oof");
    *prediction.mutable_prediction() =
        fixture_.Matrix(absl::StrCat("tta", member.member.fold()), {1, 0, 0, 1});
  }
  EXPECT_DOUBLE_EQ(Build().out_of_fold_tta().accuracy(), 1);
  EXPECT_EQ(DecodeNpy<float>(File("oof_tta.npy"))->data[0], 1);
}

TEST_F(BuildEnsembleTest, NamesEveryFileInTheManifest) {
  const v1::EnsembleBuilt built = Build();
  const std::string manifest = *fixture_.store->Read(built.manifest());
  const auto json = nlohmann::json::parse(manifest);
  EXPECT_EQ(json["shape"], (std::vector<int>{1, 2, 3}));
  EXPECT_EQ(json["members"][1]["folder"], "members/0007_1");
  EXPECT_EQ(json["members"][1]["weight"], 0.5);
  EXPECT_EQ(json["members"][1]["files"]["weights.safetensors"]["sha256"], Sha256Hex("weights"));
  EXPECT_EQ(json["files"]["submission.csv"]["sha256"], Sha256Hex(File("submission.csv")));
  EXPECT_EQ(json["files"].size(), 3 + 2 * 4) << "two splits are reported on";
  EXPECT_EQ(json["members"][1]["files"]["ValidationResults1.csv"]["sha256"], Sha256Hex("results"));
  EXPECT_EQ(json["members"][1]["files"]["classes.csv"]["sha256"], Sha256Hex("classes"));
  const auto config = nlohmann::json::parse(File("members/0007_1/config.json"));
  EXPECT_EQ(config["config"]["trial"], 7);
  EXPECT_EQ(config["scale"], 255);
}

TEST_F(BuildEnsembleTest, KeepsPathsAndMachinesOutOfTheManifest) {
  const std::string manifest = *fixture_.store->Read(Build().manifest());
  EXPECT_THAT(manifest, Not(HasSubstr("secret")));
  EXPECT_THAT(manifest, Not(HasSubstr("cpu-1")));
  EXPECT_THAT(File("run.json"), HasSubstr("cpu-1"));
}

TEST_F(BuildEnsembleTest, KeepsTheNamesOfColumnsInTheManifest) {
  v1::CsvSource& csv = *effect_.spec.mutable_data()->mutable_train()->mutable_csv();
  csv.set_path("/secret/place/train.csv");
  csv.set_label_column("digit");
  const std::string manifest = *fixture_.store->Read(Build().manifest());
  EXPECT_THAT(manifest, Not(HasSubstr("secret")));
  EXPECT_EQ(nlohmann::json::parse(manifest)["spec"]["data"]["train"]["csv"]["label_column"],
            "digit");
}

TEST_F(BuildEnsembleTest, HoldsTheGroupSizeWhetherOrNotItWasAskedFor) {
  effect_.execution.set_group_size(2);
  const v1::Artifact chosen_by_the_group = Build().manifest();
  EXPECT_EQ(nlohmann::json::parse(File("manifest.json"))["spec"]["resources"]["group_size"], 2);
  ASSERT_TRUE(fixture_.store->Remove("sweeps/s/ensemble/1").ok());
  effect_.spec.mutable_resources()->set_group_size(2);
  EXPECT_EQ(Build().manifest().sha256(), chosen_by_the_group.sha256());
}

TEST_F(BuildEnsembleTest, GivesTheSameFilesWhenRepeated) {
  EXPECT_EQ(Build().SerializeAsString(), Build().SerializeAsString());
}

TEST_F(BuildEnsembleTest, WritesNoPredictionsWithoutATestSet) {
  effect_.datasets.pop_back();
  Build();
  EXPECT_TRUE(absl::IsNotFound(
      fixture_.store->ReadUnchecked(std::string(kFolder) + "submission.csv", 100).status()));
}

TEST_F(BuildEnsembleTest, ReportsAMemberWithoutPredictions) {
  effect_.files[1].predictions.clear_predictions();
  EXPECT_FALSE(RunBuildEnsemble(effect_, *fixture_.store).ok());
}

}  // namespace
}  // namespace pleat
