// The fields of search parameters, inside the sections that the search itself chooses.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/config/field_path.h"
#include "proto/sweep.pb.h"

namespace pleat {

// The value of a parameter, by numbers.
struct ChosenValue {
  int parameter = 0;
  uint64_t value = 0;
};

// One way in which the search fills the sections around a field.
struct Surrounding {
  v1::SweepSpec spec;  // without search.parameters
  std::vector<ChosenValue> choices;
};

// All ways, or the first 1024; one without choices if the search varies no section around the
// field. Values that do not fit are left out.
std::vector<Surrounding> SurroundingsOf(const v1::SweepSpec& spec, const std::string& path);

// A field, and the spec that it stands in.
struct SearchedField {
  std::unique_ptr<v1::SweepSpec> spec;
  FieldTarget target;
};

// A parameter's field in the first surrounding that has it. INVALID_ARGUMENT as FindParameter.
absl::StatusOr<SearchedField> FindSearchedField(const v1::SweepSpec& spec, const std::string& path);

}  // namespace pleat
