// Steps of the notebook's training against PyTorch's: tests/reference/make_training_fixtures.py.
#include "worker/train/training_step.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "common/config/defaults.h"
#include "tests/reference/fixture.h"
#include "tests/worker/model/formula_tensor.h"
#include "worker/train/fold_parts.h"

namespace pleat {
namespace {

constexpr int64_t kNotebookSteps = 5;
constexpr int64_t kNotebookBatch = 8;
constexpr int64_t kNotebookSide = 28;
constexpr int64_t kNotebookClasses = 10;

// As `data` of the script.
Dataset FormulaDataset() {
  Dataset dataset;
  dataset.rows = kNotebookSteps * kNotebookBatch;
  dataset.height = kNotebookSide;
  dataset.width = kNotebookSide;
  const auto whole = [](const std::string& name, at::IntArrayRef shape, double below) {
    return ((FormulaNumbers(name, shape) + 1) / 2 * below).floor().to(at::kLong);
  };
  const at::Tensor labels = whole("labels", {dataset.rows}, kNotebookClasses);
  at::Tensor pixels = whole("pixels", {dataset.rows, kNotebookSide, kNotebookSide}, 200);
  for (int64_t row = 0; row < dataset.rows; ++row) {
    dataset.labels.push_back(labels[row].item<int64_t>());
    pixels[row][4 + 2 * dataset.labels.back()].fill_(255);
  }
  const int64_t* values = pixels.const_data_ptr<int64_t>();
  dataset.pixels.assign(values, values + pixels.numel());
  return dataset;
}

// Of the notebook, but for the width, dropout and augmentation.
FoldJob NotebookJob(const Dataset& dataset, const std::string& precision) {
  FoldJob job;
  job.dataset = &dataset;
  job.classes = kNotebookClasses;
  v1::TrialConfig& config = *job.task.mutable_config();
  config.mutable_model()->mutable_se_cnn()->set_width(8);
  config.mutable_model()->mutable_se_cnn()->set_dropout(0);
  v1::TrainingSpec& training = *config.mutable_training();
  training.mutable_loss()->mutable_symmetric_cross_entropy();
  training.mutable_optimizer()->mutable_rmsprop()->set_lr(3e-4);
  training.mutable_lr_schedule()->mutable_constant();
  training.set_batch_size(kNotebookBatch);
  training.set_precision(precision);
  FillDefaults(&config);
  for (int64_t row = 0; row < dataset.rows; ++row) {
    job.folds.fold_of_row.push_back(static_cast<int32_t>(row / kNotebookBatch));
  }
  return job;
}

struct NotebookTraining {
  std::vector<double> losses;  // mean of each step's batch
  FoldParts parts;
};

// Batch i holds the rows of fold i, whichever fold is trained.
NotebookTraining TrainByFormula(const FoldJob& job) {
  Group group;
  NotebookTraining trained{.losses = {}, .parts = MakeFoldParts(job, group).value()};
  FillByFormula(trained.parts.model->parameters());
  v1::TrainingState state;
  for (int64_t step = 0; step < kNotebookSteps; ++step) {
    std::vector<int64_t> rows;
    for (int64_t i = 0; i < kNotebookBatch; ++i) rows.push_back(step * kNotebookBatch + i);
    trained.parts.plan = std::make_unique<BatchPlan>(rows, kNotebookBatch, trained.parts.key);
    trained.parts.plan->StartEpoch(0);
    state.set_global_step(step);
    const auto outcome =
        TakeStep(trained.parts, job.task.config().training(), state, group, nullptr);
    trained.losses.push_back(outcome.value()->loss / kNotebookBatch);
  }
  return trained;
}

double NormOf(const at::Tensor& values) { return values.norm().item<double>(); }

// Biases before a batch norm have no gradient but for rounding, of which RMSprop makes whole steps:
// in float they go astray by up to lr / sqrt(1 - rho) in each, and the running means follow by 1 %
// of that. Nothing else depends on them.
constexpr double kStrayBias = kNotebookSteps * 3e-4 * 3.17;
constexpr double kStrayMean = 0.01 * kNotebookSteps * kStrayBias;

struct TrainingTolerance {
  double relative = 0;
  double stray_bias = 0;
  double stray_mean = 0;
};

bool HasNoGradient(const nlohmann::json& expected) {
  return expected.contains("moved") && expected["moved"].get<double>() < 1e-8;
}

// The norm of all elements, and the first few by that measure; `stray`: of an element, absolute.
void ExpectTensor(const FlatEntry& entry, const nlohmann::json& expected, double relative,
                  double stray) {
  ASSERT_FALSE(expected.is_null()) << entry.name;
  const at::Tensor values = entry.tensor.detach().to(at::kDouble).reshape({-1});
  const double norm = expected["norm"].get<double>();
  const double root = std::sqrt(static_cast<double>(values.numel()));
  EXPECT_NEAR(NormOf(values), norm, relative * norm + stray * root) << entry.name;
  for (size_t i = 0; i < expected["first"].size(); ++i) {
    EXPECT_NEAR(values[static_cast<int64_t>(i)].item<double>(), expected["first"][i].get<double>(),
                relative * norm / root + stray)
        << entry.name << " element " << i;
  }
}

void ExpectLikeFixture(const NotebookTraining& trained, const nlohmann::json& fixture,
                       const TrainingTolerance& tolerance) {
  ASSERT_EQ(trained.losses.size(), fixture["losses"].size());
  for (size_t i = 0; i < trained.losses.size(); ++i) {
    const double loss = fixture["losses"][i].get<double>();
    EXPECT_NEAR(trained.losses[i], loss, tolerance.relative * loss) << "step " << i;
  }
  const FlatParameters& parameters = trained.parts.model->parameters();
  EXPECT_EQ(parameters.parameters().size(), fixture["parameters"].size());
  for (const FlatEntry& entry : parameters.parameters()) {
    const nlohmann::json& expected = fixture["parameters"][entry.name];
    ExpectTensor(entry, expected, tolerance.relative,
                 HasNoGradient(expected) ? tolerance.stray_bias : 0);
  }
  EXPECT_EQ(parameters.statistics().size(), fixture["statistics"].size());
  for (const FlatEntry& entry : parameters.statistics()) {
    ExpectTensor(entry, fixture["statistics"][entry.name], tolerance.relative,
                 entry.name.ends_with("running_mean") ? tolerance.stray_mean : 0);
  }
}

TEST(TakeStep, TrainsAsPyTorchInDouble) {
  const nlohmann::json fixture = ReadFixture("training.json");
  const Dataset dataset = FormulaDataset();
  const FoldJob job = NotebookJob(dataset, "fp64");
  const NotebookTraining trained = TrainByFormula(job);
  ExpectLikeFixture(trained, fixture, {.relative = 1e-9});
  // How far the steps went, of which the values show little.
  for (const FlatEntry& entry : trained.parts.model->parameters().parameters()) {
    const nlohmann::json& expected = fixture["parameters"][entry.name];
    const at::Tensor way = entry.tensor.detach() - FormulaTensor(entry.name, entry.tensor.sizes());
    const double moved = expected["moved"].get<double>();
    EXPECT_NEAR(NormOf(way), moved, HasNoGradient(expected) ? 1e-8 : 1e-6 * moved) << entry.name;
  }
}

TEST(TakeStep, TrainsAsPyTorchInFloat) {
  const Dataset dataset = FormulaDataset();
  const FoldJob job = NotebookJob(dataset, "fp32");
  const NotebookTraining trained = TrainByFormula(job);
  ExpectLikeFixture(trained, ReadFixture("training.json"),
                    {.relative = 1e-4, .stray_bias = kStrayBias, .stray_mean = kStrayMean});
}

}  // namespace
}  // namespace pleat
