#include "common/metrics/classification_report.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_format.h"
#include "common/metrics/classification_sums.h"

namespace pleat {
namespace {

constexpr char kWeighted[] = "weighted avg";

// Characters, as Python counts them.
size_t Length(const std::string& utf8) {
  return std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xC0) != 0x80; });
}

class ReportWriter {
 public:
  ReportWriter(size_t width, int digits) : width_(width), digits_(digits) {}

  void Head() {
    Name("");
    absl::StrAppendFormat(&text_, " %9s %9s %9s %9s\n\n", "precision", "recall", "f1-score",
                          "support");
  }
  void Row(const std::string& name, const ClassScore& score) {
    Name(name);
    absl::StrAppendFormat(&text_, " %9.*f %9.*f %9.*f %9d\n", digits_, score.precision, digits_,
                          score.recall, digits_, score.f1, score.rows);
  }
  void Accuracy(double accuracy, uint64_t rows) {
    Name("accuracy");
    absl::StrAppendFormat(&text_, " %9s %9s %9.*f %9d\n", "", "", digits_, accuracy, rows);
  }
  void Gap() { text_ += "\n"; }
  std::string Take() { return std::move(text_); }

 private:
  void Name(const std::string& name) {
    text_.append(width_ - std::min(width_, Length(name)), ' ');
    text_ += name + " ";
  }

  const size_t width_;
  const int digits_;
  std::string text_;
};

// Σ w_c score_c / Σ w_c.
template <typename Weight>
ClassScore Mean(const std::vector<ClassScore>& scores, const Weight& weight) {
  ClassScore mean;
  double weights = 0;
  for (const ClassScore& score : scores) {
    const double w = weight(score);
    mean.rows += score.rows;
    mean.precision += w * score.precision;
    mean.recall += w * score.recall;
    mean.f1 += w * score.f1;
    weights += w;
  }
  mean.precision /= weights;
  mean.recall /= weights;
  mean.f1 /= weights;
  return mean;
}

}  // namespace

std::string ClassificationReport(const v1::ClassCounts& counts,
                                 std::span<const std::string> class_names, int digits) {
  size_t width = std::max(Length(kWeighted), static_cast<size_t>(digits));
  for (const std::string& name : class_names) width = std::max(width, Length(name));
  const std::vector<ClassScore> scores = ClassScoresOf(counts);
  const ClassScore macro = Mean(scores, [](const ClassScore&) { return 1.0; });
  const ClassScore weighted =
      Mean(scores, [](const ClassScore& score) { return static_cast<double>(score.rows); });

  ReportWriter report(width, digits);
  report.Head();
  for (size_t i = 0; i < scores.size(); ++i) report.Row(class_names[i], scores[i]);
  report.Gap();
  // The recall of a class counts its hits, so their weighted mean is the accuracy.
  const uint64_t hits = std::accumulate(counts.hits().begin(), counts.hits().end(), uint64_t{0});
  report.Accuracy(static_cast<double>(hits) / static_cast<double>(macro.rows), macro.rows);
  report.Row("macro avg", macro);
  report.Row(kWeighted, weighted);
  return report.Take();
}

}  // namespace pleat
