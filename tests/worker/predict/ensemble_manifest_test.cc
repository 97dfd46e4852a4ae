#include "worker/predict/ensemble_manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/worker/predict/tiny_ensemble.h"

namespace pleat {
namespace {

using ::testing::HasSubstr;

std::string Error(const nlohmann::json& json) {
  const auto manifest = ParseEnsembleManifest(json.dump());
  EXPECT_EQ(manifest.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(manifest.status().message());
}

TEST(EnsembleManifest, ReadsWhatPredictionNeeds) {
  TinyEnsemble ensemble;
  const auto manifest = ParseEnsembleManifest(ensemble.manifest().dump());
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  EXPECT_EQ(manifest->height, kTinySide);
  EXPECT_EQ(manifest->classes, kTinyClasses);
  ASSERT_EQ(manifest->views.size(), 2u);
  EXPECT_TRUE(manifest->views[0].identity());
  EXPECT_EQ(manifest->views[1].rotate_degrees(), 5);
  ASSERT_EQ(manifest->members.size(), 2u);
  EXPECT_EQ(manifest->members[1].weight, 0.75);
  EXPECT_EQ(manifest->members[1].weights.path(), "members/0000_1/weights.safetensors");
}

TEST(EnsembleManifest, RefusesEachMissingKey) {
  TinyEnsemble ensemble;
  for (const char* key :
       {"format", "shape", "classes", "scale", "blend", "views", "members", "spec"}) {
    nlohmann::json json = ensemble.manifest();
    json.erase(key);
    EXPECT_THAT(Error(json), HasSubstr(key));
  }
}

TEST(EnsembleManifest, RefusesWhatMakesNoSense) {
  TinyEnsemble ensemble;
  const auto with = [&](const char* pointer, const nlohmann::json& value) {
    nlohmann::json json = ensemble.manifest();
    json[nlohmann::json::json_pointer(pointer)] = value;
    return Error(json);
  };
  EXPECT_THAT(with("/format", 2), HasSubstr("version 2"));
  EXPECT_THAT(with("/members", nlohmann::json::array()), HasSubstr("no members"));
  EXPECT_THAT(with("/members/0/weight", 0), HasSubstr("weight 0"));
  EXPECT_THAT(with("/views/1/scale", 0), HasSubstr("scale 0"));
  EXPECT_THAT(with("/blend", "median"), HasSubstr("median"));
  EXPECT_THAT(with("/class_names", nlohmann::json({"cat"})), HasSubstr("1 class names"));
  EXPECT_THAT(with("/classes", "ten"), HasSubstr("classes is \"ten\""));
  EXPECT_FALSE(ParseEnsembleManifest("{").ok());
  EXPECT_FALSE(ParseEnsembleManifest("[]").ok());
}

TEST(EnsembleManifest, ReadsViewsOfAnyTransforms) {
  TinyEnsemble ensemble;
  nlohmann::json json = ensemble.manifest();
  json["views"].push_back({{"identity", false},
                           {"transforms", {{{"gamma", {{"min", 0.5}, {"max", 2}, {"p", 1}}}}}},
                           {"key", "18446744073709551615"},
                           {"per_row", true}});
  const auto manifest = ParseEnsembleManifest(json.dump());
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  const v1::View& view = manifest->views[2];
  EXPECT_EQ(view.transforms(0).gamma().max(), 2);
  EXPECT_EQ(view.key(), UINT64_MAX);
  EXPECT_TRUE(view.per_row());
  json["views"][2]["transforms"][0]["gamma"]["max"] = 1e9;
  EXPECT_THAT(Error(json), HasSubstr("a view's transforms[0].gamma.max: 1000000000 is out of"));
  json["views"][2]["transforms"][0] = {{"swirl", {{"p", 1}}}};
  EXPECT_THAT(Error(json), HasSubstr("swirl"));
  json["views"][2] = 3;
  EXPECT_FALSE(ParseEnsembleManifest(json.dump()).ok());
}

TEST(EnsembleManifest, RefusesNumbersThatCannotBe) {
  TinyEnsemble ensemble;
  const char* pointers[] = {"/format",          "/shape/1",
                            "/classes",         "/spec/resources/threads",
                            "/members/0/trial", "/members/0/fold"};
  for (const nlohmann::json& value :
       {nlohmann::json(-1), nlohmann::json(uint64_t{1} << 63), nlohmann::json(4294967298),
        nlohmann::json(1e300), nlohmann::json(2.5)}) {
    for (const char* pointer : pointers) {
      nlohmann::json json = ensemble.manifest();
      json[nlohmann::json::json_pointer(pointer)] = value;
      EXPECT_THAT(Error(json), HasSubstr("not a whole number")) << pointer;
    }
  }
  nlohmann::json many = ensemble.manifest();
  const nlohmann::json view = many["views"][0];
  for (int i = 0; i < 5000; ++i) many["views"].push_back(view);
  EXPECT_THAT(Error(many), HasSubstr("views"));
}

TEST(EnsembleManifest, RefusesConfigurationsThatAreNone) {
  EXPECT_FALSE(ParseMemberConfig("{}").ok());
  EXPECT_FALSE(ParseMemberConfig(R"({"format": 1, "config": {"no_such_field": 1}})").ok());
  EXPECT_TRUE(ParseMemberConfig(R"({"format": 1, "config": {"trial": 3}})").ok());
}

}  // namespace
}  // namespace pleat
