#include "worker/train/training_state.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <initializer_list>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/config/trial_config.h"
#include "common/metrics/classification_sums.h"
#include "common/metrics/metrics.h"

namespace pleat {
namespace {

std::string Digits(double value) {
  char text[32];
  const std::to_chars_result end = std::to_chars(text, text + sizeof(text), value);
  return std::string(text, end.ptr);
}

std::string JoinDigits(std::initializer_list<double> values) {
  return absl::StrJoin(values, ",", [](std::string* out, double v) { out->append(Digits(v)); });
}

bool AreOf(int classes, const v1::ClassCounts& counts) {
  return counts.rows_size() == classes && counts.predicted_size() == classes &&
         counts.hits_size() == classes;
}

// True if all that is counted by class is so of equally many classes.
bool CountsFit(const v1::TrainingState& state) {
  const int classes = state.sums_size() > 0 ? state.sums(0).classified().classes().rows_size() : 0;
  const int bins = classes > 0 ? kCalibrationBins : 0;
  return std::ranges::all_of(state.sums(),
                             [&](const v1::EpochSums& sums) {
                               return AreOf(classes, sums.classified().classes()) &&
                                      sums.classified().bins_size() == bins;
                             }) &&
         std::ranges::all_of(state.classes(), [&](const v1::EpochClasses& epoch) {
           return AreOf(classes, epoch.train()) && AreOf(classes, epoch.validation());
         });
}

}  // namespace

std::string TrainingStateToJson(const v1::TrainingState& state) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.always_print_primitive_fields = true;
  options.preserve_proto_field_names = true;
  std::string json;
  // Fails only for Any fields and invalid UTF-8; there are none.
  (void)google::protobuf::util::MessageToJsonString(state, &json, options);
  return json;
}

absl::StatusOr<v1::TrainingState> TrainingStateFromJson(std::string_view json) {
  v1::TrainingState state;
  const auto status = google::protobuf::util::JsonStringToMessage(
      google::protobuf::StringPiece(json.data(), json.size()), &state);
  if (!status.ok()) {
    return absl::DataLossError(
        absl::StrCat("state.json is damaged: ", std::string(status.message())));
  }
  if (state.format_version() != kTrainingStateVersion) {
    return absl::UnimplementedError(absl::StrCat("state.json has version ", state.format_version(),
                                                 ", this program reads ", kTrainingStateVersion,
                                                 ": go on with the program that wrote it"));
  }
  return state;
}

absl::Status CheckResumable(const v1::TrainingState& state, const v1::TrainingSpec& training,
                            uint64_t steps_per_epoch, int group_size) {
  if (state.sums_size() != group_size) {
    return absl::DataLossError(absl::StrCat("the checkpoint is of a group of ", state.sums_size(),
                                            " ranks, this group has ", group_size));
  }
  if (state.epoch() > EpochCount(training) || state.step_in_epoch() > steps_per_epoch ||
      (state.epoch() == EpochCount(training) && state.step_in_epoch() > 0) ||
      state.global_step() != state.epoch() * steps_per_epoch + state.step_in_epoch() ||
      state.history_size() != static_cast<int>(state.epoch()) ||
      state.classes_size() != state.history_size() ||
      state.has_plateau() != training.lr_schedule().has_reduce_on_plateau()) {
    return absl::DataLossError(absl::StrCat("the checkpoint's state (epoch ", state.epoch(),
                                            ", step ", state.step_in_epoch(),
                                            ") is not one of this trial"));
  }
  if (!CountsFit(state)) {
    return absl::DataLossError(
        "the checkpoint's state has counts of different numbers of classes; it is damaged");
  }
  return absl::OkStatus();
}

int CountingEpoch(const v1::TrainingState& state, const v1::TrainingSpec& training,
                  const v1::MetricSpec& metric) {
  if (!BestEpochCounts(training)) return state.history_size() - 1;
  const double sign = MetricIsMaximized(metric) ? 1 : -1;
  int best = 0;
  for (int i = 1; i < state.history_size(); ++i) {
    const double value = sign * MetricValue(metric, state.history(i));
    if (value > sign * MetricValue(metric, state.history(best))) best = i;
  }
  return best;
}

std::string EpochsCsv(const v1::TrainingState& state) {
  std::string csv =
      "epoch,lr,train_loss,train_accuracy,val_loss,val_accuracy,val_log_loss,"
      "train_log_loss,train_macro_f1,train_macro_precision,train_macro_recall,"
      "train_cell_precision,train_cell_recall,train_ece,val_macro_f1,val_macro_precision,"
      "val_macro_recall,val_cell_precision,val_cell_recall,val_ece,seconds,rows_per_second\n";
  for (const v1::EpochMetrics& e : state.history()) {
    const v1::ClassMetrics& t = e.train();
    const v1::ClassMetrics& v = e.validation();
    absl::StrAppend(&csv, e.epoch(), ",",
                    JoinDigits({e.lr(),           e.train_loss(),     e.train_accuracy(),
                                e.val_loss(),     e.val_accuracy(),   e.val_log_loss(),
                                t.log_loss(),     t.macro_f1(),       t.macro_precision(),
                                t.macro_recall(), t.cell_precision(), t.cell_recall(),
                                t.ece(),          v.macro_f1(),       v.macro_precision(),
                                v.macro_recall(), v.cell_precision(), v.cell_recall(),
                                v.ece(),          e.seconds(),        e.rows_per_second()}),
                    "\n");
  }
  return csv;
}

std::string ClassesCsv(const v1::TrainingState& state) {
  std::string csv = "epoch,split,class,rows,precision,recall,f1\n";
  const auto append = [&](uint32_t epoch, const char* split, const v1::ClassCounts& counts) {
    int number = 0;
    for (const ClassScore& score : ClassScoresOf(counts)) {
      absl::StrAppend(&csv, epoch, ",", split, ",", number++, ",", score.rows, ",",
                      JoinDigits({score.precision, score.recall, score.f1}), "\n");
    }
  };
  for (int i = 0; i < state.classes_size(); ++i) {
    append(state.history(i).epoch(), "train", state.classes(i).train());
    append(state.history(i).epoch(), "validation", state.classes(i).validation());
  }
  return csv;
}

std::string ValidationResultsCsv(std::span<const double> shares) {
  std::string csv = "Class,Valid_accuracy\n";
  for (size_t i = 0; i < shares.size(); ++i) {
    absl::StrAppend(&csv, i, ",", std::isnan(shares[i]) ? "" : Digits(shares[i]), "\n");
  }
  return csv;
}

}  // namespace pleat
