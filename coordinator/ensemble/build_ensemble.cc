#include "coordinator/ensemble/build_ensemble.h"

#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/failpoint.h"
#include "common/base/status_macros.h"
#include "common/folds/folds_file.h"
#include "common/metrics/blender.h"
#include "common/metrics/metrics.h"
#include "common/store/store_layout.h"
#include "coordinator/ensemble/ensemble_folder.h"
#include "coordinator/ensemble/manifest.h"
#include "coordinator/ensemble/prediction_files.h"
#include "coordinator/ensemble/split_report.h"
#include "coordinator/ensemble/submission.h"

namespace pleat {
namespace {

// Wrong predictions that a report names; the rest is in oof.npy and predictions.npy.
constexpr size_t kMostMistakes = 200;

// One run of the effect: its input, and the folder that fills.
class EnsembleBuilder {
 public:
  EnsembleBuilder(const BuildEnsemble& effect, Store& store)
      : effect_(effect),
        store_(store),
        folder_(store, layout::EnsembleFolder(effect.sweep, effect.version)),
        train_(effect.datasets.front()),
        classes_(train_.classes()),
        blend_(ParseBlend(effect.spec.ensemble().blend())) {}

  absl::StatusOr<v1::EnsembleBuilt> Build() {
    built_.set_version(effect_.version);
    // Of a coordinator that was killed here; there is no other.
    PLEAT_RETURN_IF_ERROR(
        store_.RemoveLeftovers(layout::EnsembleFolder(effect_.sweep, effect_.version)));
    PLEAT_RETURN_IF_ERROR(FailPoint("coordinator.build_ensemble.begin"));
    PLEAT_RETURN_IF_ERROR(BlendOutOfFold());
    PLEAT_RETURN_IF_ERROR(FailPoint("coordinator.build_ensemble.before_splits"));
    for (size_t i = 1; i < effect_.datasets.size(); ++i) {
      PLEAT_RETURN_IF_ERROR(BlendSplit(effect_.datasets[i]));
    }
    for (const MemberFiles& member : effect_.files) {
      PLEAT_RETURN_IF_ERROR(FailPoint("coordinator.build_ensemble.before_member"));
      PLEAT_RETURN_IF_ERROR(CopyMember(member));
    }
    PLEAT_RETURN_IF_ERROR(folder_.Write("run.json", RunJson(effect_)).status());
    PLEAT_RETURN_IF_ERROR(FailPoint("coordinator.build_ensemble.before_manifest"));
    PLEAT_ASSIGN_OR_RETURN(const std::string manifest,
                           ManifestJson(effect_, folder_.files(), built_));
    PLEAT_ASSIGN_OR_RETURN(*built_.mutable_manifest(), folder_.Write("manifest.json", manifest));
    PLEAT_RETURN_IF_ERROR(FailPoint("coordinator.build_ensemble.end"));
    return built_;
  }

 private:
  absl::Status BlendOutOfFold() {
    const auto rows = static_cast<int64_t>(train_.rows());
    PLEAT_ASSIGN_OR_RETURN(labels_, ReadRowNumbers(store_, train_.labels(), rows));
    PLEAT_ASSIGN_OR_RETURN(const FoldAssignment folds,
                           ReadFolds(store_, effect_.folds, train_.rows()));
    rows_of_fold_ = folds.RowsOfFolds();
    if (train_.has_groups()) {
      PLEAT_ASSIGN_OR_RETURN(groups_, ReadRowNumbers(store_, train_.groups(), rows));
    }
    if (train_.has_origin_of_rows()) PLEAT_RETURN_IF_ERROR(ReadOrigins(rows));
    for (const MemberFiles& member : effect_.files) {
      members_of_trial_[member.member.trial()].push_back(&member);
    }
    PLEAT_RETURN_IF_ERROR(WriteOutOfFold("oof", false, built_.mutable_out_of_fold()));
    if (effect_.members.views().empty()) return absl::OkStatus();
    return WriteOutOfFold("oof_tta", true, built_.mutable_out_of_fold_tta());
  }

  absl::Status ReadOrigins(int64_t rows) {
    PLEAT_ASSIGN_OR_RETURN(origins_, ReadRowPlaces(store_, train_.origin_of_rows(), rows));
    for (const int32_t origin : origins_) {
      if (origin >= 0 && origin < train_.origins_size()) continue;
      return absl::DataLossError(absl::StrCat(train_.origin_of_rows().path(), ": there is no set ",
                                              origin, " of ", train_.origins_size()));
    }
    return absl::OkStatus();
  }

  absl::Status WriteOutOfFold(const std::string& name, bool tta, v1::Scores* scores) {
    Blender blender(blend_, static_cast<int64_t>(train_.rows()), classes_);
    for (const auto& [trial, members] : members_of_trial_) {
      // First by itself: a row that several of its folds validate counts no more for that.
      Blender mean(blend_, static_cast<int64_t>(train_.rows()), classes_);
      double weight = 0;
      for (const MemberFiles* member : members) {
        const std::vector<int64_t>& rows = rows_of_fold_.at(member->member.fold());
        PLEAT_ASSIGN_OR_RETURN(const std::vector<float> predictions,
                               ReadOutOfFold(*member, tta, static_cast<int64_t>(rows.size())));
        mean.AddRows(rows, predictions, 1);
        weight += member->member.weight();
      }
      const std::vector<int64_t> rows = mean.PredictedRows();
      blender.AddRows(rows, TakeRows(mean.Means(), rows), weight);
    }
    const std::vector<float> probabilities = blender.Probabilities();
    const LabelledPredictions predicted = Labelled(probabilities, blender.PredictedRows());
    *scores = ScoreProbabilities(predicted.probabilities, predicted.labels, classes_);
    PLEAT_RETURN_IF_ERROR(WriteReports(name, predicted));
    return folder_.WriteMatrix(name + ".npy", probabilities, classes_);
  }

  // A member's prediction of its own fold's rows, in the form that is blended.
  absl::StatusOr<std::vector<float>> ReadOutOfFold(const MemberFiles& member, bool tta,
                                                   int64_t rows) {
    if (tta) return ReadSplit(member, "oof", rows);
    PLEAT_ASSIGN_OR_RETURN(std::vector<float> logits,
                           ReadPredictions(store_, member.oof, rows, classes_));
    return blend_ == Blend::kMeanLogit ? std::move(logits) : SoftmaxRows(logits, classes_);
  }

  absl::StatusOr<std::vector<float>> ReadSplit(const MemberFiles& member, const std::string& split,
                                               int64_t rows) {
    for (const v1::SplitPrediction& prediction : member.predictions.predictions()) {
      if (prediction.split() != split) continue;
      return ReadPredictions(store_, prediction.prediction(), rows, classes_);
    }
    return absl::InternalError(absl::StrCat("trial ", member.member.trial(), " fold ",
                                            member.member.fold(), " has no predictions of ",
                                            split));
  }

  // Those rows of `matrix` [train rows, classes].
  std::vector<float> TakeRows(const std::vector<float>& matrix,
                              const std::vector<int64_t>& row_ids) const {
    std::vector<float> rows;
    rows.reserve(row_ids.size() * classes_);
    for (const int64_t row : row_ids) {
      const auto begin = matrix.begin() + row * classes_;
      rows.insert(rows.end(), begin, begin + classes_);
    }
    return rows;
  }

  // Training rows `row_ids` of `probabilities` [rows, classes].
  LabelledPredictions Labelled(const std::vector<float>& probabilities,
                               const std::vector<int64_t>& row_ids) const {
    LabelledPredictions predicted{.rows = row_ids};
    predicted.probabilities = TakeRows(probabilities, row_ids);
    for (const int64_t row : row_ids) {
      predicted.labels.push_back(labels_[row]);
      if (!groups_.empty()) predicted.groups.push_back(groups_[row]);
      if (!origins_.empty()) predicted.origins.push_back(origins_[row]);
    }
    return predicted;
  }

  absl::Status WriteReports(const std::string& split, const LabelledPredictions& predicted) {
    const std::string base = absl::StrCat("reports/", split, "/");
    const std::vector<std::string> names = ClassNames(train_);
    std::map<std::string, std::string> files = {
        {"classification_report.txt", ReportText(predicted, names)},
        {"confusion_matrix.csv", ConfusionCsv(predicted, names)},
        {"calibration.csv", CalibrationCsv(predicted, classes_)},
        {"mistakes.csv", MistakesCsv(predicted, classes_, kMostMistakes)}};
    if (!predicted.groups.empty()) files["groups.csv"] = GroupsCsv(predicted, classes_);
    if (!predicted.origins.empty()) {
      const std::vector<std::string> sets(train_.origins().begin(), train_.origins().end());
      files["origins.csv"] = OriginsCsv(predicted, classes_, sets);
    }
    for (const auto& [name, bytes] : files) {
      PLEAT_RETURN_IF_ERROR(folder_.Write(base + name, bytes).status());
    }
    return absl::OkStatus();
  }

  absl::Status BlendSplit(const v1::DatasetInfo& dataset) {
    const auto rows = static_cast<int64_t>(dataset.rows());
    std::vector<int64_t> labels;
    v1::SplitScores scores;
    scores.set_split(dataset.split());
    if (dataset.has_labels()) {
      PLEAT_ASSIGN_OR_RETURN(labels, ReadRowNumbers(store_, dataset.labels(), rows));
    }
    Blender blender(blend_, rows, classes_);
    for (const MemberFiles& member : effect_.files) {
      PLEAT_ASSIGN_OR_RETURN(const std::vector<float> predictions,
                             ReadSplit(member, dataset.split(), rows));
      blender.Add(predictions, member.member.weight());
      if (labels.empty()) continue;
      *scores.add_members() = ScoreProbabilities(Probabilities(predictions), labels, classes_);
    }
    const std::vector<float> probabilities = blender.Probabilities();
    if (!labels.empty()) {
      *scores.mutable_ensemble() = ScoreProbabilities(probabilities, labels, classes_);
      *built_.add_splits() = scores;
      std::vector<int64_t> row_ids(rows);
      std::iota(row_ids.begin(), row_ids.end(), int64_t{0});
      PLEAT_RETURN_IF_ERROR(WriteReports(dataset.split(), {row_ids, labels, probabilities}));
    }
    return WriteSplit(dataset, probabilities);
  }

  std::vector<float> Probabilities(const std::vector<float>& predictions) const {
    return blend_ == Blend::kMeanLogit ? SoftmaxRows(predictions, classes_) : predictions;
  }

  absl::Status WriteSplit(const v1::DatasetInfo& dataset, const std::vector<float>& probabilities) {
    if (dataset.split() != "test") {
      return folder_.WriteMatrix(absl::StrCat("predictions_", dataset.split(), ".npy"),
                                 probabilities, classes_);
    }
    PLEAT_RETURN_IF_ERROR(folder_.WriteMatrix("predictions.npy", probabilities, classes_));
    std::vector<std::string> ids;
    if (dataset.has_ids()) {
      PLEAT_ASSIGN_OR_RETURN(const std::string text, store_.Read(dataset.ids()));
      PLEAT_ASSIGN_OR_RETURN(ids, ParseIds(text, static_cast<int64_t>(dataset.rows())));
    }
    const std::vector<std::string> names(train_.class_names().begin(), train_.class_names().end());
    return folder_.Write("submission.csv", SubmissionCsv(probabilities, classes_, ids, names))
        .status();
  }

  absl::Status CopyMember(const MemberFiles& member) {
    const std::string folder =
        absl::StrCat("members/", layout::MemberName(member.member.trial(), member.member.fold()));
    PLEAT_RETURN_IF_ERROR(Copy(member.weights, folder + "/weights.safetensors"));
    PLEAT_RETURN_IF_ERROR(Copy(member.classes, folder + "/classes.csv"));
    PLEAT_RETURN_IF_ERROR(
        Copy(member.validation_results,
             absl::StrCat(folder, "/", layout::ValidationResultsName(member.member.fold()))));
    PLEAT_ASSIGN_OR_RETURN(const std::string config, MemberConfigJson(member, train_));
    return folder_.Write(folder + "/config.json", config).status();
  }

  absl::Status Copy(const v1::Artifact& from, const std::string& to) {
    PLEAT_ASSIGN_OR_RETURN(const std::string bytes, store_.Read(from));
    return folder_.Write(to, bytes).status();
  }

  const BuildEnsemble& effect_;
  Store& store_;
  EnsembleFolder folder_;
  const v1::DatasetInfo& train_;
  const int64_t classes_;
  const Blend blend_;
  std::vector<int64_t> labels_;                     // of the training rows
  std::vector<int64_t> groups_;                     // of the training rows; empty without groups
  std::vector<int32_t> origins_;                    // of the training rows; empty: all of one set
  std::vector<std::vector<int64_t>> rows_of_fold_;  // of the training rows
  std::map<uint32_t, std::vector<const MemberFiles*>> members_of_trial_;
  v1::EnsembleBuilt built_;
};

}  // namespace

absl::StatusOr<v1::EnsembleBuilt> RunBuildEnsemble(const BuildEnsemble& effect, Store& store) {
  if (effect.begins_anew) {
    PLEAT_RETURN_IF_ERROR(store.Remove(layout::EnsembleFolder(effect.sweep, effect.version)));
  }
  return EnsembleBuilder(effect, store).Build();
}

}  // namespace pleat
