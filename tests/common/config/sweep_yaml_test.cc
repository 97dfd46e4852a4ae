#include "common/config/sweep_yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "common/config/sweep_file.h"
#include "tests/common/config/sweep_text.h"

namespace pleat {
namespace {

using testing::HasSubstr;
using testing::Not;

v1::SweepSpec Read(const std::string& text) {
  const SweepReading reading = ReadText(text);
  EXPECT_EQ(FormatDiagnostics(reading.diagnostics), "") << text;
  return reading.spec;
}

void ExpectReadsBack(const v1::SweepSpec& spec) {
  const std::string yaml = SweepYaml(spec);
  EXPECT_EQ(Read(yaml).DebugString(), spec.DebugString()) << yaml;
}

TEST(SweepYaml, ReadsBackAsTheSpecOfEveryConfiguration) {
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(PLEAT_SOURCE_DIR "/configs")) {
    const absl::StatusOr<SweepFile> sweep = ReadSweepFile(entry.path(), {});
    ASSERT_TRUE(sweep.ok()) << sweep.status();
    ExpectReadsBack(sweep->spec);
    ++files;
  }
  EXPECT_GE(files, 5u);
}

TEST(SweepYaml, LeavesOutWhatIsAsByDefault) {
  EXPECT_EQ(SweepYaml(Read(SmallSweep())),
            "name: small\n"
            "data:\n"
            "  train: {synthetic_digits: {samples: 100}}\n");
}

TEST(SweepYaml, WritesArmsListsAndKeys) {
  const v1::SweepSpec spec = Read(SmallSweep(R"(
cross_validation: {k_fold: {folds: 3, shuffle: false}}
model: {mlp: {hidden: [7]}}
training:
  class_weights: {values: [1, 0.5, 2, 1, 1, 1, 1, 1, 1, 1]}
  optimizer: sgd
  augmentation:
    - one_of: {p: 1, transforms: [{gamma: {p: 0.25}}, contrast, {cutout: {p: 1}}]}
    - horizontal_flip
search:
  method: random
  max_trials: 3
  parameters:
    training.optimizer.sgd.lr: {log_uniform: {min: 1e-4, max: 0.1}}
    training.augmentation[1].horizontal_flip.p: {values: [0, 1]}
ensemble:
  tta: {views: [identity, {shift_scale_rotate: {repeats: 2}}]}
)"));
  const std::string yaml = SweepYaml(spec);
  EXPECT_THAT(yaml, HasSubstr("  optimizer: sgd\n"));
  EXPECT_THAT(yaml, HasSubstr("    - horizontal_flip\n"));
  EXPECT_THAT(yaml, HasSubstr("  mlp: {hidden: [7]}\n"));
  EXPECT_THAT(yaml, HasSubstr("\"training.augmentation[1].horizontal_flip.p\": {values: [0, 1]}"));
  EXPECT_THAT(yaml, Not(HasSubstr("momentum")));
  ExpectReadsBack(spec);
}

TEST(SweepYaml, WritesSearchesOfWholeSections) {
  ExpectReadsBack(Read(SmallSweep(R"(
search:
  method: random
  max_trials: 3
  parameters:
    training.optimizer: {values: [{adam_w: {lr: 0.01}}, sgd]}
    training.optimizer.sgd.lr: {uniform: {min: 0.1, max: 0.2}}
    training.loss: {constant: {focal: {gamma: 1}}}
    model.se_cnn.dense: {values: [[8], [16, 8]]}
    training.epochs: {int_uniform: {min: 2, max: 9}, when: {training.optimizer: sgd}}
    training.batch_size: {values: [16, 32], also: [training.checkpoint_epochs]}
  constraints: ["training.epochs * 2 <= training.batch_size"]
  enqueue:
    - {training.optimizer: sgd, training.batch_size: 32}
)")));
}

TEST(SweepYaml, QuotesTextThatMeansSomethingElse) {
  v1::SweepSpec spec = Read("name: small\ndata: {train: {csv: {path: \"a b's.csv\"}}}\n");
  for (const char* text : {"no", "null", "a b", "#x", "a: b", "\"", "\\", "tab\there", "ä", "-",
                           "--- x", "[x", "0x", "1e3", "*a", "&a", "!t", "line\nline"}) {
    spec.mutable_data()->mutable_train()->mutable_csv()->set_label_column(text);
    ExpectReadsBack(spec);
  }
}

}  // namespace
}  // namespace pleat
