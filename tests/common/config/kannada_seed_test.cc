// configs/kannada_seed.yaml against the Kannada-MNIST notebook that it stands for.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "common/config/defaults.h"
#include "common/config/sweep_file.h"
#include "tests/common/config/sweep_text.h"

namespace pleat {
namespace {

class KannadaSeed : public testing::Test {
 protected:
  KannadaSeed() {
    std::ifstream file(PLEAT_SOURCE_DIR "/configs/kannada_seed.yaml");
    std::stringstream text;
    text << file.rdbuf();
    const SweepReading reading = ReadText(text.str());
    EXPECT_EQ(FormatDiagnostics(reading.diagnostics), "");
    spec_ = reading.spec;
  }

  v1::SweepSpec spec_;
};

TEST_F(KannadaSeed, ReadsKagglesFiles) {
  EXPECT_EQ(spec_.data().train().csv().label_column(), "label");
  EXPECT_EQ(spec_.data().train().csv().id_column(), "");
  EXPECT_EQ(spec_.data().test().csv().label_column(), "");
  EXPECT_EQ(spec_.data().test().csv().id_column(), "id");
  ASSERT_EQ(spec_.data().extra_size(), 1);
  EXPECT_EQ(spec_.data().extra(0).dataset().csv().label_column(), "label");
  EXPECT_EQ(spec_.data().scale(), 0) << "bytes become 0 to 1";
  EXPECT_TRUE(spec_.training().normalization().has_range());
}

// That this gives the notebook's folds: SeedSplit in tests/common/folds.
TEST_F(KannadaSeed, CutsTheNotebooksFolds) {
  EXPECT_EQ(spec_.cross_validation().k_fold().folds(), 8u);
  EXPECT_TRUE(spec_.cross_validation().k_fold().shuffle());
  EXPECT_EQ(spec_.cross_validation().k_fold().seed(), 2019u);
}

// The default is held against Keras: tests/worker/model/seed_net_test.cc.
TEST_F(KannadaSeed, HasTheDefaultNetwork) {
  v1::ModelSpec network;
  FillDefaults(&network);
  EXPECT_EQ(spec_.model().SerializeAsString(), network.SerializeAsString());
}

TEST_F(KannadaSeed, TrainsByTheNotebooksRecipe) {
  const v1::TrainingSpec& training = spec_.training();
  EXPECT_EQ(training.epochs(), 30u);
  EXPECT_EQ(training.batch_size(), 1024u);
  EXPECT_EQ(training.precision(), "fp32");
  EXPECT_EQ(training.loss().symmetric_cross_entropy().alpha(), 1);
  EXPECT_EQ(training.loss().symmetric_cross_entropy().beta(), 1);
  EXPECT_EQ(training.optimizer().rmsprop().lr(), 3e-4);
  EXPECT_EQ(training.optimizer().rmsprop().rho(), 0.9);
  EXPECT_EQ(training.optimizer().rmsprop().epsilon(), 1e-7);
  const v1::ReduceOnPlateauSpec& plateau = training.lr_schedule().reduce_on_plateau();
  EXPECT_EQ(plateau.metric(), "val_loss");
  EXPECT_EQ(plateau.patience(), 3u);
  EXPECT_EQ(plateau.factor(), 0.5);
  EXPECT_EQ(plateau.min_lr(), 1e-8);
  EXPECT_EQ(plateau.min_delta(), 1e-4);
  EXPECT_EQ(plateau.cooldown(), 0u);
  EXPECT_FALSE(training.has_early_stopping()) << "the notebook defines it and leaves it out";
  EXPECT_FALSE(training.has_ema());
  EXPECT_FALSE(training.has_mixup());
  EXPECT_TRUE(training.class_weights().has_uniform());
  EXPECT_EQ(training.clip_gradient_norm(), 0);
}

TEST_F(KannadaSeed, KeepsTheEpochOfTheLowestValidationLoss) {
  EXPECT_EQ(spec_.training().checkpoint(), "best");
  EXPECT_EQ(spec_.training().checkpoint_metric(), "search");
  EXPECT_EQ(spec_.search().metric().name(), "val_loss");
  EXPECT_EQ(spec_.search().metric().goal(), "minimize");
  EXPECT_EQ(spec_.search().parameters_size(), 0);
}

TEST_F(KannadaSeed, AugmentsAsTheNotebook) {
  ASSERT_EQ(spec_.training().augmentation_size(), 1);
  const v1::ShiftScaleRotateSpec& transform = spec_.training().augmentation(0).shift_scale_rotate();
  EXPECT_EQ(transform.shift(), 0.15);
  EXPECT_EQ(transform.scale(), 0.2);
  EXPECT_EQ(transform.rotate_degrees(), 15);
  EXPECT_EQ(transform.p(), 0.5);
}

TEST_F(KannadaSeed, PredictsByFreshViewsOfEachRow) {
  const v1::EnsembleSpec& ensemble = spec_.ensemble();
  EXPECT_TRUE(ensemble.select().has_all());
  EXPECT_EQ(ensemble.blend(), "mean_probability");
  EXPECT_TRUE(ensemble.tta().per_row());
  ASSERT_EQ(ensemble.tta().views_size(), 2);
  EXPECT_TRUE(ensemble.tta().views(0).has_identity());
  const v1::ShiftScaleRotateViewSpec& view = ensemble.tta().views(1).shift_scale_rotate();
  EXPECT_EQ(view.shift(), 0.1);
  EXPECT_EQ(view.scale(), 0.1);
  EXPECT_EQ(view.rotate_degrees(), 10);
}

// As for a short run on a small machine.
TEST_F(KannadaSeed, DiffersInNothingButWhatIsOverridden) {
  const absl::StatusOr<SweepFile> read =
      ReadSweepFile(PLEAT_SOURCE_DIR "/configs/kannada_seed.yaml",
                    {"data.train={idx: {images: x.gz, labels: y.gz}, limit: 15000}",
                     "training.epochs=4", "cross_validation.k_fold.folds=2"});
  ASSERT_TRUE(read.ok()) << read.status();
  v1::SweepSpec short_run = read->spec;
  EXPECT_EQ(short_run.data().train().limit(), 15000u);
  EXPECT_EQ(short_run.training().epochs(), 4u);
  EXPECT_EQ(short_run.cross_validation().k_fold().folds(), 2u);
  // Its files lie beside the YAML; the text of the others is read as if it stood elsewhere.
  *short_run.mutable_data() = spec_.data();
  short_run.mutable_training()->set_epochs(30);
  short_run.mutable_cross_validation()->mutable_k_fold()->set_folds(8);
  EXPECT_EQ(short_run.DebugString(), spec_.DebugString());
}

}  // namespace
}  // namespace pleat
