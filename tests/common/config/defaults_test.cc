#include "common/config/defaults.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/config/field_rules.h"
#include "common/config/schema_paths.h"
#include "common/config/trial_config.h"
#include "proto/sweep.pb.h"

namespace pleat {
namespace {

using google::protobuf::FieldDescriptor;

TEST(Defaults, FillsScalarsListsSectionsAndArms) {
  v1::SweepSpec spec;
  spec.mutable_data()->add_extra()->mutable_dataset()->mutable_csv();
  FillDefaults(&spec);
  EXPECT_EQ(spec.cross_validation().stratified_k_fold().folds(), 5u);
  EXPECT_TRUE(spec.cross_validation().stratified_k_fold().shuffle());
  EXPECT_THAT(spec.model().se_cnn().dense(), testing::ElementsAre(256, 128));
  EXPECT_DOUBLE_EQ(spec.training().optimizer().adam_w().lr(), 0.001);
  EXPECT_EQ(spec.data().root(), ".");
  EXPECT_EQ(spec.data().extra(0).dataset().csv().label_column(), "label");
  EXPECT_TRUE(spec.data().extra(0).dataset().csv().has_id_column());
  EXPECT_FALSE(spec.has_name());
  EXPECT_FALSE(spec.data().has_test());
}

TEST(Defaults, LeavesWhatWasGiven) {
  v1::SweepSpec spec;
  spec.mutable_cross_validation()->mutable_k_fold()->set_shuffle(false);
  spec.mutable_model()->mutable_se_cnn()->add_dense(7);
  spec.mutable_training()->mutable_optimizer()->mutable_sgd()->set_lr(0.5);
  FillDefaults(&spec);
  EXPECT_FALSE(spec.cross_validation().k_fold().shuffle());
  EXPECT_THAT(spec.model().se_cnn().dense(), testing::ElementsAre(7));
  EXPECT_DOUBLE_EQ(spec.training().optimizer().sgd().lr(), 0.5);
  EXPECT_DOUBLE_EQ(spec.training().optimizer().sgd().momentum(), 0.9);
}

TEST(Defaults, ChangeNothingTheSecondTime) {
  v1::SweepSpec spec;
  FillDefaults(&spec);
  const std::string once = DeterministicBytes(spec);
  FillDefaults(&spec);
  EXPECT_EQ(DeterministicBytes(spec), once);
}

// Optional fields whose absence means something that no default could say: no labels, every number
// of a range, no bound, no budget; or whose default would change the digest of sweeps from before
// there was the field.
bool MayBeAbsent(const std::string& path) {
  if (path.ends_with(".idx.labels") || path.starts_with("search.budget.")) return true;
  if (path == "training.checkpoint_steps" || path == "training.checkpoint_seconds") return true;
  if (path == "resources.keep") return true;
  if (!path.starts_with("search.parameters[].")) return false;
  return path.ends_with("_uniform.factor") || path.ends_with("uniform.step") ||
         path.ends_with(".normal.min") || path.ends_with(".normal.max");
}

TEST(SweepSchema, EveryFieldHasHelpAndAValueWithoutIt) {
  int fields = 0;
  VisitSchema(*v1::SweepSpec::descriptor(),
              [&](const std::string& path, const FieldDescriptor& field) {
                ++fields;
                const v1::FieldRules& rules = RulesOf(field);
                EXPECT_FALSE(rules.help().empty()) << path;
                const bool has_value = rules.has_default_() || rules.required() ||
                                       field.is_repeated() || IsMessage(field) ||
                                       field.real_containing_oneof() || field.name() == "key";
                EXPECT_TRUE(has_value || MayBeAbsent(path)) << path;
                EXPECT_FALSE(rules.has_default_() && rules.required()) << path;
              });
  EXPECT_GT(fields, 100);
}

TEST(SweepSchema, EveryOneofIsRequiredOrHasAMessageAsDefault) {
  VisitSchema(
      *v1::SweepSpec::descriptor(), [](const std::string& path, const FieldDescriptor& field) {
        const auto* oneof = field.real_containing_oneof();
        if (oneof == nullptr || RulesOf(*oneof).required()) return;
        const auto* arm = oneof->containing_type()->FindFieldByName(RulesOf(*oneof).default_());
        ASSERT_NE(arm, nullptr) << path;
        EXPECT_EQ(arm->real_containing_oneof(), oneof) << path;
        EXPECT_TRUE(IsMessage(*arm)) << path;
      });
}

}  // namespace
}  // namespace pleat
