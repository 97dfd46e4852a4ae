#include "common/config/inspected_settings.h"

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <set>

namespace pleat {
namespace {

// The sweep with the fields of `text` merged into it.
std::string DigestWith(const std::string& text) {
  v1::SweepSpec spec, more;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(R"(
    name: "digits"
    training { epochs: 2 seed: 1 augmentation { gamma { min: 0.5 max: 2 p: 0.5 } } }
    ensemble { tta { views { identity {} } } })",
                                                            &spec));
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &more)) << text;
  spec.MergeFrom(more);
  return InspectedSettingsSha256(spec);
}

TEST(InspectedSettings, AreTheSameWhateverIsNotShown) {
  for (const char* text :
       {"", "name: 'other'", "training { epochs: 9 }", "training { optimizer { sgd {} } }",
        "model { mlp {} }", "resources { threads: 3 }", "data { root: '/elsewhere' }",
        "search { parameters { key: 'training.batch_size' } }"}) {
    EXPECT_EQ(DigestWith(text), DigestWith("")) << text;
  }
  EXPECT_EQ(DigestWith("training { mixup { alpha: 0.2 } }"),
            DigestWith("training { mixup { alpha: 0.4 } }"))
      << "only that there is mixup is shown";
}

TEST(InspectedSettings, AreOthersIfThePageIs) {
  const std::set<std::string> digests = {
      DigestWith(""),
      DigestWith("data { scale: 16 }"),
      DigestWith("data { classes: 12 }"),
      DigestWith("training { seed: 2 }"),
      DigestWith("training { augmentation { gamma { min: 0.5 max: 2 p: 0.5 } } }"),
      DigestWith("training { mixup {} }"),
      DigestWith("training { normalization { standard {} } }"),
      DigestWith("search { parameters { key: 'training.augmentation[0].gamma.p' } }"),
      DigestWith("ensemble { tta { per_row: true } }"),
      DigestWith("ensemble { seed: 1 }")};
  EXPECT_EQ(digests.size(), 10u);
}

}  // namespace
}  // namespace pleat
