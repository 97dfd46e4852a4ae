#include "common/config/field_path.h"

#include <gtest/gtest.h>

#include "common/config/defaults.h"
#include "common/config/scalar_access.h"
#include "proto/sweep.pb.h"

namespace pleat {
namespace {

v1::SweepSpec Resolved() {
  v1::SweepSpec spec;
  spec.mutable_training()->add_augmentation()->mutable_shift_scale_rotate();
  FillDefaults(&spec);
  return spec;
}

std::string ErrorAt(const std::string& path, AbsentFields absent = AbsentFields::kRefuse) {
  v1::SweepSpec spec = Resolved();
  return std::string(ResolveFieldPath(&spec, path, absent).status().message());
}

TEST(FieldPath, FollowsFieldsAndElements) {
  v1::SweepSpec spec = Resolved();
  const auto p = ResolveFieldPath(&spec, "training.augmentation[0].shift_scale_rotate.p",
                                  AbsentFields::kRefuse);
  ASSERT_TRUE(p.ok()) << p.status();
  EXPECT_TRUE(p->sweepable);
  EXPECT_EQ(GetScalar(*p->parent, *p->field), ScalarValue(0.5));
  const auto dense = ResolveFieldPath(&spec, "model.se_cnn.dense[1]", AbsentFields::kRefuse);
  ASSERT_TRUE(dense.ok()) << dense.status();
  EXPECT_EQ(GetScalar(*dense->parent, *dense->field, dense->index), ScalarValue(uint64_t{128}));
  EXPECT_FALSE(ResolveFieldPath(&spec, "priority", AbsentFields::kRefuse)->sweepable);
}

TEST(FieldPath, MakesArmsAndKeyedElements) {
  v1::SweepSpec spec = Resolved();
  ASSERT_TRUE(ResolveFieldPath(&spec, "training.optimizer.sgd.lr", AbsentFields::kMake).ok());
  EXPECT_TRUE(spec.training().optimizer().has_sgd());
  ASSERT_TRUE(ResolveFieldPath(&spec, "data.extra[dig].idx.images", AbsentFields::kMake).ok());
  EXPECT_EQ(spec.data().extra(0).key(), "dig");
  EXPECT_TRUE(spec.data().extra(0).dataset().has_idx());
  ASSERT_TRUE(ResolveFieldPath(&spec, "search.parameters[training.augmentation[0].p].values",
                               AbsentFields::kMake)
                  .ok());
  EXPECT_EQ(spec.search().parameters(0).key(), "training.augmentation[0].p");
}

TEST(FieldPath, SaysWhichStepLeadsNowhere) {
  EXPECT_EQ(ErrorAt("training.epoch"),
            "there is no \"epoch\" in training; did you mean \"epochs\"?");
  EXPECT_EQ(ErrorAt("lr"),
            "there is no \"lr\" in a sweep; it belongs at training.optimizer.rmsprop.lr, "
            "training.optimizer.sgd.lr, training.optimizer.adam.lr, training.optimizer.adam_w.lr");
  EXPECT_EQ(ErrorAt("training.epochs.x"), "training.epochs is a value; nothing lies below it");
  EXPECT_EQ(ErrorAt("training.epochs[0]"), "training.epochs is not a list");
  EXPECT_EQ(ErrorAt("training.augmentation[1].shift_scale_rotate.p"),
            "there is no training.augmentation[1]; the list has 1 element, counted from 0");
  EXPECT_EQ(ErrorAt("training.augmentation[00]"),
            "[00] is not the number of an element; count from 0");
  EXPECT_EQ(ErrorAt("training.augmentation.shift_scale_rotate"),
            "training.augmentation is a list; write training.augmentation[0] for one element");
  EXPECT_EQ(ErrorAt("training.optimizer.sgd.lr"),
            "training.optimizer.sgd is not in use: this sweep chose \"adam_w\" instead");
  EXPECT_EQ(ErrorAt("data.train.idx"), "data is not given in this sweep");
  EXPECT_EQ(ErrorAt("data.extra.dig", AbsentFields::kMake),
            "data.extra is a mapping; write data.extra[key] for one element");
}

TEST(FieldPath, RefusesWhatIsNotAPath) {
  for (const char* text : {"", ".", "a.", ".a", "a..b", "a[", "a[]", "a[0", "a]", "a[0]b", "a b"}) {
    EXPECT_FALSE(ParseFieldPath(text).ok()) << text;
  }
}

}  // namespace
}  // namespace pleat
