#include "common/config/parameter_check.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/config/field_rules.h"
#include "common/config/recipe_check.h"
#include "common/config/scalar_text.h"
#include "common/config/search_summary.h"
#include "common/config/sweep_parameter.h"
#include "common/config/transform_check.h"
#include "common/config/trial_config.h"

namespace pleat {
namespace {

using google::protobuf::FieldDescriptor;

constexpr char kNoLogGrid[] =
    "reals have no grid; give a factor or a step, list them with values, or use method: random";
constexpr char kNoNormalGrid[] =
    "a normal distribution has no grid; list values, or use method: random";
// Smallest distance of values in shares of the largest.
constexpr double kFinest = 1e-5;
// Standard deviations between a mean and the nearest value allowed.
constexpr int kFarthest = 8;

// Checks one parameter against the field that it varies.
class ParameterCheck {
 public:
  // `field` stands in a spec that may be changed.
  ParameterCheck(const v1::ParameterSpec& parameter, SearchedField field, bool grid,
                 std::vector<Problem>* problems)
      : parameter_(parameter),
        searched_(std::move(field)),
        field_(*searched_.target.field),
        grid_(grid),
        path_(ElementPath("search.parameters", parameter.key())),
        problems_(problems) {}

  void Run() {
    if (TakesDocuments(searched_.target)) return CheckDocuments();
    switch (parameter_.distribution_case()) {
      case v1::ParameterSpec::kUniform:
        return CheckUniform(parameter_.uniform());
      case v1::ParameterSpec::kLogUniform:
        return CheckLogUniform(parameter_.log_uniform());
      case v1::ParameterSpec::kIntUniform:
        return CheckRange(parameter_.int_uniform(), FieldPath(path_, "int_uniform"));
      case v1::ParameterSpec::kLogIntUniform:
        return CheckLogRange(parameter_.log_int_uniform(), FieldPath(path_, "log_int_uniform"));
      case v1::ParameterSpec::kNormal:
        return CheckNormal(parameter_.normal(), FieldPath(path_, "normal"));
      case v1::ParameterSpec::kValues:
        return CheckValues(parameter_.values());
      case v1::ParameterSpec::kConstant:
        return CheckText(FieldPath(path_, "constant"), parameter_.constant());
      case v1::ParameterSpec::DISTRIBUTION_NOT_SET:
        return;
    }
  }

 private:
  // A section or list, of which whole ones are values.
  void CheckDocuments() {
    if (parameter_.key() == "training" || parameter_.key() == "training.start_from") {
      return Add(path_, "may not vary as a whole; name a field below it");
    }
    if (parameter_.has_constant()) {
      CheckDocument(FieldPath(path_, "constant"), parameter_.constant());
    } else if (parameter_.has_values()) {
      std::set<std::string> seen;
      for (int i = 0; i < parameter_.values().value_size(); ++i) {
        const std::string path = ElementPath(FieldPath(path_, "values"), absl::StrCat(i));
        const std::optional<std::string> bytes = CheckDocument(path, parameter_.values().value(i));
        if (!bytes.has_value() || seen.insert(*bytes).second) continue;
        Add(path, absl::StrCat(parameter_.values().value(i), " is listed twice; keep one"));
      }
    } else {
      Add(path_, absl::StrCat(parameter_.key(), " is a section or a list; list whole ones with ",
                              "values, or name a field below it"));
    }
  }

  // What the sweep is with the value; nothing if it does not fit.
  std::optional<std::string> CheckDocument(const std::string& path, const std::string& text) {
    std::vector<Problem> problems;
    PutParameterValue(searched_.target, text, path, &problems);
    if (problems.empty()) {
      std::vector<Problem> inside;
      CheckRecipe(*searched_.spec, &inside);
      CheckTransforms(*searched_.spec, &inside);
      for (Problem& problem : inside) {
        if (!absl::StartsWith(problem.path, parameter_.key())) continue;
        problem.path.replace(0, parameter_.key().size(), path);
        problems.push_back(std::move(problem));
      }
    }
    problems_->insert(problems_->end(), problems.begin(), problems.end());
    if (!problems.empty()) return std::nullopt;
    return DeterministicBytes(*searched_.spec);
  }

  void CheckUniform(const v1::RangeSpec& range) {
    const std::string path = FieldPath(path_, "uniform");
    if (!TakesReals(path, "int_uniform or values")) return;
    if (grid_ && !range.has_step()) Add(path, kNoGrid);
    CheckRange(range, path);
    CheckFineness(range, path);
  }

  void CheckLogUniform(const v1::LogRangeSpec& range) {
    const std::string path = FieldPath(path_, "log_uniform");
    if (!TakesReals(path, "log_int_uniform or values")) return;
    if (grid_ && !range.has_step() && !range.has_factor()) Add(path, kNoLogGrid);
    CheckLogRange(range, path);
    CheckFineness(range, path);
  }

  bool TakesReals(const std::string& path, const char* instead) {
    if (field_.cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE) return true;
    Add(path,
        absl::StrCat("draws reals, which ", parameter_.key(), " does not take; use ", instead));
    return false;
  }

  // Bounds that the field takes, in order, and a step that leads from one to the other.
  template <typename Range>
  void CheckRange(const Range& range, const std::string& path) {
    if (!range.has_min() || !range.has_max()) return;
    CheckText(FieldPath(path, "min"), ScalarText(range.min()));
    CheckText(FieldPath(path, "max"), ScalarText(range.max()));
    if (range.min() >= range.max()) {
      Add(path, "min must be less than max");
    } else if (!std::isfinite(static_cast<double>(range.max()) -
                              static_cast<double>(range.min()))) {
      Add(path, "is wider than the largest number; bring min and max closer");
    } else if (range.has_step() && range.step() > 0 && ValueCount(parameter_) == 1) {
      Add(FieldPath(path, "step"), "is more than max - min; lower it");
    }
  }

  template <typename Range>
  void CheckLogRange(const Range& range, const std::string& path) {
    CheckRange(range, path);
    if (range.has_min() && range.min() <= 0) {
      Add(FieldPath(path, "min"), "must be more than 0, for its logarithm");
    }
    if (range.has_step() && range.has_factor()) {
      Add(FieldPath(path, "factor"), "step is given too; keep one of both");
    } else if (range.has_factor() && range.factor() > 1 && range.min() > 0 &&
               range.min() < range.max() && ValueCount(parameter_) == 1) {
      Add(FieldPath(path, "factor"), "is more than max / min; lower it");
    }
  }

  // Values have six significant digits, so closer ones would be the same.
  template <typename Range>
  void CheckFineness(const Range& range, const std::string& path) {
    const double largest = std::max(std::abs(range.min()), std::abs(range.max()));
    if (!range.has_step() || range.step() <= 0 || range.step() >= kFinest * largest) return;
    Add(FieldPath(path, "step"), "is too fine for values of 6 significant digits; raise it");
  }

  void CheckNormal(const v1::NormalSpec& normal, const std::string& path) {
    if (!TakesReals(path, "int_uniform or values")) return;
    if (grid_) Add(path, kNoNormalGrid);
    CheckNormalBound("min", normal.has_min(), normal.min(), RulesOf(field_).has_min(), path);
    CheckNormalBound("max", normal.has_max(), normal.max(), RulesOf(field_).has_max(), path);
    if (normal.has_min() && normal.has_max() && normal.min() >= normal.max()) {
      Add(path, "min must be less than max");
    } else if ((normal.has_min() && normal.min() > normal.mean() + kFarthest * normal.stddev()) ||
               (normal.has_max() && normal.max() < normal.mean() - kFarthest * normal.stddev())) {
      Add(path, absl::StrCat("min and max leave nothing within ", kFarthest,
                             " standard deviations of the mean; move them or the mean"));
    }
  }

  // A bound that the field takes, and that is there where the field has one.
  void CheckNormalBound(const char* name, bool given, double bound, bool needed,
                        const std::string& path) {
    if (given) {
      CheckText(FieldPath(path, name), ScalarText(bound));
    } else if (needed) {
      Add(path, absl::StrCat("give a ", name, ": ", parameter_.key(), " must be ",
                             DescribeRange(field_)));
    }
  }

  void CheckValues(const v1::ValuesSpec& values) {
    std::set<ScalarValue> seen;
    for (int i = 0; i < values.value_size(); ++i) {
      const std::string path = ElementPath(FieldPath(path_, "values"), absl::StrCat(i));
      const auto value = ReadParameterValue(field_, values.value(i));
      if (!value.ok()) {
        Add(path, std::string(value.status().message()));
      } else if (!seen.insert(*value).second) {
        Add(path, absl::StrCat(ScalarText(*value), " is listed twice; keep one"));
      }
    }
  }

  void CheckText(const std::string& path, const std::string& text) {
    const auto value = ReadParameterValue(field_, text);
    if (!value.ok()) Add(path, std::string(value.status().message()));
  }

  void Add(const std::string& path, std::string message) {
    problems_->push_back({path, std::move(message)});
  }

  const v1::ParameterSpec& parameter_;
  const SearchedField searched_;
  const FieldDescriptor& field_;
  const bool grid_;
  const std::string path_;
  std::vector<Problem>* const problems_;
};

}  // namespace

void CheckParameter(const v1::ParameterSpec& parameter, SearchedField field, bool is_grid,
                    std::vector<Problem>* problems) {
  ParameterCheck(parameter, std::move(field), is_grid, problems).Run();
}

}  // namespace pleat
