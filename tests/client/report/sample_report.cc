#include "tests/client/report/sample_report.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"

namespace pleat {
namespace {

constexpr uint32_t kFolds = 4;
constexpr uint32_t kEpochs = 8;
constexpr size_t kClasses = 10;
// An image of one grey pixel.
constexpr char kDot[] =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNo"
    "AAAAggCBd81ytgAAAABJRU5ErkJggg==";

// From 0 to 1, the same at each call.
double Draw(uint64_t key) {
  key = (key + 0x9E3779B97F4A7C15) * 0xBF58476D1CE4E5B9;
  key = (key ^ (key >> 31)) * 0x94D049BB133111EB;
  return static_cast<double>(key >> 11) * 0x1p-53;
}

v1::Scores MakeScores(uint64_t rows, double accuracy) {
  v1::Scores scores;
  scores.set_rows(rows);
  scores.set_accuracy(accuracy);
  scores.set_log_loss(4 * (1 - accuracy));
  scores.set_macro_f1(accuracy - 0.0003);
  scores.set_ece(0.0042);
  return scores;
}

FoldReport MakeFold(uint32_t trial, uint32_t fold) {
  FoldReport report{.fold = fold};
  for (uint32_t epoch = 1; epoch <= kEpochs; ++epoch) {
    const double noise = Draw(trial * 1000 + fold * 100 + epoch);
    const double error = 0.5 * std::exp(-0.6 * epoch) + 0.01 + 0.01 * noise;
    v1::EpochMetrics& metrics = report.epochs.emplace_back();
    metrics.set_epoch(epoch);
    metrics.mutable_train()->set_log_loss(6 * error);
    metrics.set_train_loss(6 * error);
    metrics.set_val_loss(4 * error + 0.02 * noise);
    metrics.set_train_accuracy(1 - 1.5 * error);
    metrics.set_val_accuracy(1 - error);
    metrics.set_val_log_loss(4 * error);
    std::vector<double>& recall = report.class_recall.emplace_back();
    for (size_t i = 0; i < kClasses; ++i) recall.push_back(1 - 2 * error * Draw(i + 77 * fold));
  }
  report.score = report.epochs.back().val_log_loss();
  for (size_t i = 0; i < kClasses; ++i) {
    report.rounded_accuracy.push_back(1 - 0.03 * Draw(i + 31 * fold) * (i == 3 ? 2 : 1));
  }
  return report;
}

TrialReport MakeTrial(uint32_t number) {
  TrialReport trial{.trial = number,
                    .parameters = {{"lr", number == 0 ? "0.002" : "0.006"}, {"dropout", "<0.1>"}}};
  for (uint32_t fold = 0; fold < kFolds; ++fold) trial.folds.push_back(MakeFold(number, fold));
  trial.score = 0.06 + 0.01 * number;
  trial.standard_error = 0.003;
  trial.is_best = number == 0;
  trial.weight = number == 0 ? 1 : 0;
  return trial;
}

SplitReport MakeSplit(const std::string& name, uint64_t rows_of_class, double accuracy) {
  SplitReport split{.name = name, .scores = MakeScores(rows_of_class * kClasses, accuracy)};
  for (size_t label = 0; label < kClasses; ++label) {
    std::vector<uint64_t> row(kClasses);
    row[label] = rows_of_class;
    for (size_t other = 0; other < kClasses; ++other) {
      const double draw = Draw(label * 17 + other + rows_of_class);
      if (other == label || draw < 0.6) continue;
      row[other] = static_cast<uint64_t>(std::pow(draw, 4) * (1 - accuracy) * 0.5 *
                                         static_cast<double>(rows_of_class));
      row[label] -= row[other];
    }
    split.confusion.insert(split.confusion.end(), row.begin(), row.end());
  }
  for (int i = 0; i < 15; ++i) {
    const double middle = (i + 0.5) / 15;
    split.calibration.push_back({.from = i / 15.0,
                                 .to = (i + 1) / 15.0,
                                 .rows = i < 3 ? 0 : uint64_t{1} << i,
                                 .accuracy = std::min(1.0, middle + 0.1 * (Draw(i) - 0.4)),
                                 .confidence = middle});
  }
  for (uint64_t i = 0; i < 5; ++i) {
    split.mistakes.push_back({.row = 1234 * (i + 1),
                              .label = static_cast<int64_t>(i),
                              .predicted = static_cast<int64_t>(i + 1),
                              .confidence = 0.999 - 0.01 * static_cast<double>(i),
                              .label_probability = 0.0004,
                              .png_base64 = name == "test" ? kDot : ""});
  }
  return split;
}

}  // namespace

SweepReport SampleReport() {
  SweepReport report{.name = "sample",
                     .state = "finished",
                     .reason = "the ensemble is complete",
                     .metric = "val_log_loss",
                     .folds = kFolds};
  for (size_t i = 0; i < kClasses; ++i) report.class_names.push_back(absl::StrCat(i));
  report.class_names[3] = "\"3\" & <b>more</b>";
  for (uint32_t number = 0; number < 2; ++number) report.trials.push_back(MakeTrial(number));
  report.splits = {MakeSplit("oof", 1200, 0.9842), MakeSplit("oof_tta", 1200, 0.9857),
                   MakeSplit("test", 1000, 0.9801), MakeSplit("dig", 1024, 0.8731)};
  for (int64_t group = 0; group < 30; ++group) {
    report.splits[0].groups.push_back({.name = absl::StrCat(group),
                                       .rows = 1280,
                                       .accuracy = 1 - 0.04 * Draw(group),
                                       .log_loss = 0.05});
  }
  report.splits[0].origins = {
      {.name = "train", .rows = 10'000, .accuracy = 0.987, .log_loss = 0.05},
      {.name = "<photos>", .rows = 2'000, .accuracy = 0.9702, .log_loss = 0.09}};
  for (size_t i = 2; i < 4; ++i) {
    for (uint32_t fold = 0; fold < kFolds; ++fold) {
      report.splits[i].members.push_back(
          MakeScores(10'000, report.splits[i].scores.accuracy() - 0.01 * Draw(fold + 5 * i)));
    }
  }
  report.facts = {{"Data, train",
                   "12,000 rows of 1 × 28 × 28, 10 classes · SHA-256 3f786850e387550f"
                   "dab836ed7e6dc881de23001b3f786850e387550fdab836ed7e6dc881"},
                  {"Execution", "fingerprint 0123456789abcdef, groups of 1, 1 threads"}};
  report.source = "name: sample\n# 1 < 2 & \"quoted\"\ntraining:\n  epochs: 8\n";
  return report;
}

SweepReport SampleSearchReport() {
  SweepReport report = SampleReport();
  report.trials.clear();
  const std::vector<std::string> optimizers = {"adam", "<sgd>"};
  std::vector<ScoredTrial> scored;
  SweepAnalysis& analysis = report.search.analysis;
  analysis.axes = {
      {.path = "training.lr", .kind = ParameterAxis::Kind::kLog, .low = 1e-5, .high = 0.1},
      {.path = "model.dropout", .low = 0, .high = 0.5},
      {.path = "training.optimizer",
       .kind = ParameterAxis::Kind::kCategory,
       .categories = optimizers}};
  report.search.names = {"lr", "dropout", "optimizer"};
  for (uint32_t number = 0; number < 12; ++number) {
    const std::string lr = absl::StrCat(1e-5 * std::pow(2, 12 - number));
    const std::string dropout = absl::StrCat(0.5 * Draw(number));
    const std::string& optimizer = optimizers[number % 2];
    TrialReport& trial = report.trials.emplace_back();
    trial.trial = number;
    trial.parameters = {{"lr", lr}, {"dropout", dropout}, {"optimizer", optimizer}};
    trial.is_best = number == 0;
    trial.standard_error = 0.01;
    analysis.places.push_back({analysis.axes[0].PlaceOf(lr), analysis.axes[1].PlaceOf(dropout),
                               analysis.axes[2].PlaceOf(optimizer)});
    if (number == 7) continue;
    trial.score = 0.1 + 0.02 * number;
    scored.push_back({analysis.places.back(), *trial.score});
  }
  analysis.scored_trials = scored.size();
  analysis.importance = EstimateImportance(scored);
  analysis.honest = HonestScore{.score = 0.1125, .optimism = 0.0125};
  return report;
}

}  // namespace pleat
