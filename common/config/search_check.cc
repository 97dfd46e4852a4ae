#include "common/config/search_check.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "common/config/field_path.h"
#include "common/config/field_rules.h"
#include "common/config/scalar_text.h"
#include "common/config/search_summary.h"
#include "common/config/sweep_parameter.h"

namespace pleat {
namespace {

using google::protobuf::FieldDescriptor;

// Checks one parameter against the field that it varies.
class ParameterCheck {
 public:
  ParameterCheck(const v1::ParameterSpec& parameter, const FieldDescriptor& field, bool grid,
                 std::vector<Problem>* problems)
      : parameter_(parameter),
        field_(field),
        grid_(grid),
        path_(ElementPath("search.parameters", parameter.key())),
        problems_(problems) {}

  void Run() {
    switch (parameter_.distribution_case()) {
      case v1::ParameterSpec::kUniform:
        return CheckReals(parameter_.uniform(), "uniform");
      case v1::ParameterSpec::kLogUniform:
        return CheckReals(parameter_.log_uniform(), "log_uniform");
      case v1::ParameterSpec::kIntUniform:
        return CheckWholeNumbers(parameter_.int_uniform());
      case v1::ParameterSpec::kValues:
        return CheckValues(parameter_.values());
      case v1::ParameterSpec::DISTRIBUTION_NOT_SET:
        return;
    }
  }

 private:
  void CheckReals(const v1::RangeSpec& range, const std::string& name) {
    const std::string path = FieldPath(path_, name);
    if (field_.cpp_type() != FieldDescriptor::CPPTYPE_DOUBLE) {
      Add(path, absl::StrCat("draws reals, which ", parameter_.key(),
                             " does not take; use int_uniform or values"));
      return;
    }
    if (grid_) {
      Add(path, "reals have no grid; list them with values, or use method: random");
    }
    if (!range.has_min() || !range.has_max()) return;
    CheckText(FieldPath(path, "min"), ScalarText(range.min()));
    CheckText(FieldPath(path, "max"), ScalarText(range.max()));
    if (!(range.min() < range.max())) Add(path, "min must be less than max");
    if (parameter_.has_log_uniform() && range.min() <= 0) {
      Add(FieldPath(path, "min"), "must be more than 0, for its logarithm");
    }
  }

  void CheckWholeNumbers(const v1::IntRangeSpec& range) {
    const std::string path = FieldPath(path_, "int_uniform");
    if (!range.has_min() || !range.has_max()) return;
    CheckText(FieldPath(path, "min"), absl::StrCat(range.min()));
    CheckText(FieldPath(path, "max"), absl::StrCat(range.max()));
    if (range.min() >= range.max()) Add(path, "min must be less than max");
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
  const FieldDescriptor& field_;
  const bool grid_;
  const std::string path_;
  std::vector<Problem>* const problems_;
};

void CheckTrialCount(const v1::SweepSpec& spec, std::vector<Problem>* problems) {
  const v1::SearchSpec& search = spec.search();
  const bool is_drawn = search.method().has_random() || search.method().has_tpe();
  if (is_drawn && !search.parameters().empty() && search.max_trials() == 0) {
    problems->push_back(
        {"search.max_trials", absl::StrCat(search.method().has_tpe() ? "tpe" : "random search",
                                           " needs a limit; give at least 1")});
  }
  const bool countable =
      std::all_of(search.parameters().begin(), search.parameters().end(),
                  [](const auto& parameter) { return ValueCount(parameter).has_value(); });
  if (!search.method().has_grid() || !countable) return;
  const absl::StatusOr<uint64_t> size = GridSize(spec);
  if (!size.ok()) problems->push_back({"search.parameters", std::string(size.status().message())});
}

}  // namespace

void CheckSearch(const v1::SweepSpec& spec, std::vector<Problem>* problems) {
  v1::SweepSpec resolved = spec;
  for (const v1::ParameterSpec& parameter : spec.search().parameters()) {
    const absl::StatusOr<FieldTarget> target = FindParameter(&resolved, parameter.key());
    if (!target.ok()) {
      problems->push_back({ElementPath("search.parameters", parameter.key()),
                           std::string(target.status().message()), /*at_key=*/true});
      continue;
    }
    ParameterCheck(parameter, *target->field, spec.search().method().has_grid(), problems).Run();
  }
  CheckTrialCount(spec, problems);
}

}  // namespace pleat
