#include "common/config/json_schema.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace pleat {
namespace {

using Json = nlohmann::json;

TEST(JsonSchema, SaysWhatTheProtoSays) {
  const Json schema = Json::parse(SweepJsonSchema());
  EXPECT_EQ(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
  EXPECT_EQ(schema["required"], Json({"name", "data"}));
  EXPECT_EQ(schema["additionalProperties"], false);
  EXPECT_EQ(schema["properties"]["name"]["pattern"], "^[a-z0-9][a-z0-9_.-]{0,63}$");
  const Json& epochs = schema["$defs"]["TrainingSpec"]["properties"]["epochs"];
  EXPECT_EQ(epochs["type"], "integer");
  EXPECT_EQ(epochs["minimum"], 1);
  EXPECT_EQ(epochs["default"], 10);
  EXPECT_EQ(epochs["description"], "passes over the fold's training rows (epochs)");
  const Json& dropout = schema["$defs"]["SeCnnSpec"]["properties"]["dropout"];
  EXPECT_EQ(dropout["exclusiveMaximum"], 1);
  const Json& dense = schema["$defs"]["SeCnnSpec"]["properties"]["dense"];
  EXPECT_EQ(dense["default"], Json({256, 128}));
  EXPECT_EQ(schema["$defs"]["TrainingSpec"]["properties"]["precision"]["enum"],
            Json({"fp32", "fp64"}));
}

TEST(JsonSchema, AllowsOneArmOrItsNameAlone) {
  const Json schema = Json::parse(SweepJsonSchema());
  const Json& select = schema["$defs"]["SelectSpec"]["anyOf"];
  EXPECT_EQ(select[0]["enum"], Json({"best", "all", "greedy"}));
  EXPECT_EQ(select[1]["oneOf"].size(), 4u);  // three arms, or none: the default
  EXPECT_EQ(schema["$defs"]["DatasetSpec"]["oneOf"].size(), 4u);  // one must be given
}

TEST(JsonSchema, WritesKeyedAndInlineFieldsAsYamlHasThem) {
  const Json schema = Json::parse(SweepJsonSchema());
  const Json& extra = schema["$defs"]["DataSpec"]["properties"]["extra"];
  EXPECT_EQ(extra["additionalProperties"]["$ref"], "#/$defs/DatasetSpec");
  const Json& values = schema["$defs"]["ParameterSpec"]["properties"]["values"];
  EXPECT_EQ(values["type"], "array");
  EXPECT_EQ(values["minItems"], 1);
  EXPECT_FALSE(schema["$defs"]["ParameterSpec"]["properties"].contains("key"));
}

}  // namespace
}  // namespace pleat
