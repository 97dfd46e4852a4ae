#include "common/config/enqueued_check.h"

#include <algorithm>
#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
#include "common/config/condition_check.h"
#include "common/config/field_rules.h"
#include "common/config/parameter_values.h"
#include "common/config/scalar_text.h"
#include "common/config/search_fields.h"
#include "common/config/sweep_parameter.h"

namespace pleat {
namespace {

using google::protobuf::FieldDescriptor;

// Checks that each value given by hand is one that a parameter's field takes.
class EnqueuedCheck {
 public:
  EnqueuedCheck(const v1::SweepSpec& spec, const Constraints& constraints,
                std::vector<Problem>* problems)
      : spec_(spec), constraints_(constraints), problems_(problems) {}

  void Run() {
    const v1::SearchSpec& search = spec_.search();
    for (int i = 0; i < search.enqueue_size(); ++i) {
      CheckTrial(search.enqueue(i), ElementPath("search.enqueue", absl::StrCat(i)));
    }
    const auto by_hand = static_cast<uint32_t>(search.enqueue_size());
    if (search.max_trials() > 0 && by_hand > search.max_trials()) {
      problems_->push_back(
          {"search.enqueue", absl::StrCat(by_hand, " trials are more than ", "search.max_trials, ",
                                          search.max_trials(), "; raise it")});
    }
  }

  void CheckTrial(const v1::EnqueuedTrialSpec& trial, const std::string& path) {
    for (const v1::GivenValueSpec& value : trial.values()) {
      Check(value, ElementPath(path, value.key()));
    }
    CheckConstraints(trial, path);
  }

 private:
  void Check(const v1::GivenValueSpec& given, const std::string& path) {
    const v1::ParameterSpec* parameter = Find(given.key());
    if (parameter == nullptr) {
      problems_->push_back({path,
                            absl::StrCat("is not among search.parameters; add it there",
                                         SuggestParameter(spec_.search(), given.key())),
                            /*at_key=*/true});
      return;
    }
    const absl::StatusOr<SearchedField> found = FindSearchedField(spec_, given.key());
    if (!found.ok() || !given.has_value()) return;  // told elsewhere
    if (TakesDocuments(found->target)) return CheckDocument(*parameter, given.value(), path);
    const FieldDescriptor& field = *found->target.field;
    const auto value = ReadParameterValue(field, given.value());
    if (!value.ok()) {
      problems_->push_back({path, std::string(value.status().message())});
    } else if (!IsListed(*parameter, field, *value)) {
      AddUnlisted(*parameter, ScalarText(*value), path);
    }
  }

  // What the trial does not name is chosen so that it fits.
  void CheckConstraints(const v1::EnqueuedTrialSpec& trial, const std::string& path) {
    const auto& parameters = spec_.search().parameters();
    ParameterTexts texts(parameters.size());
    std::set<int> unknown;
    for (int i = 0; i < parameters.size(); ++i) {
      const auto given = std::ranges::find_if(
          trial.values(), [&](const auto& value) { return value.key() == parameters[i].key(); });
      if (given != trial.values().end()) {
        texts[i] = ListedValue(parameters[i], given->value());
      } else if (parameters[i].has_constant() && parameters[i].when().empty()) {
        texts[i] = parameters[i].constant();
      } else {
        unknown.insert(i);
      }
    }
    const std::optional<size_t> broken = constraints_.FirstBroken(texts, unknown);
    if (!broken.has_value()) return;
    problems_->push_back({path, absl::StrCat("breaks search.constraints[", *broken, "], ",
                                             spec_.search().constraints(static_cast<int>(*broken)),
                                             "; change it, or the constraint")});
  }

  void CheckDocument(const v1::ParameterSpec& parameter, const std::string& text,
                     const std::string& path) {
    const size_t named =
        IndexOfValue(parameter, text).has_value() ? 1 : ValuesNamed(parameter, text).size();
    if (named == 0) AddUnlisted(parameter, text, path);
    if (named < 2) return;
    problems_->push_back({path, absl::StrCat(text, " names ", named, " values of ",
                                             ElementPath("search.parameters", parameter.key()),
                                             "; write one of them out")});
  }

  void AddUnlisted(const v1::ParameterSpec& parameter, const std::string& text,
                   const std::string& path) {
    problems_->push_back({path, absl::StrCat(text, " is not one of the values of ",
                                             ElementPath("search.parameters", parameter.key()))});
  }

  const v1::ParameterSpec* Find(const std::string& path) const {
    for (const v1::ParameterSpec& parameter : spec_.search().parameters()) {
      if (parameter.key() == path) return &parameter;
    }
    return nullptr;
  }

  // True also for ranges: a value given by hand may lie outside.
  static bool IsListed(const v1::ParameterSpec& parameter, const FieldDescriptor& field,
                       const ScalarValue& value) {
    if (!parameter.has_values() && !parameter.has_constant()) return true;
    for (uint64_t i = 0; i <= *LastValueIndex(parameter); ++i) {
      const auto listed = ReadParameterValue(field, ValueOfIndex(parameter, i));
      if (!listed.ok() || *listed == value) return true;  // a bad one is told elsewhere
    }
    return false;
  }

  const v1::SweepSpec& spec_;
  const Constraints& constraints_;
  std::vector<Problem>* const problems_;
};

}  // namespace

void CheckEnqueued(const v1::SweepSpec& spec, const Constraints& constraints,
                   std::vector<Problem>* problems) {
  EnqueuedCheck(spec, constraints, problems).Run();
}

void CheckTrialByHand(const v1::SweepSpec& spec, const Constraints& constraints,
                      const v1::EnqueuedTrialSpec& trial, const std::string& path,
                      std::vector<Problem>* problems) {
  EnqueuedCheck(spec, constraints, problems).CheckTrial(trial, path);
}

}  // namespace pleat
