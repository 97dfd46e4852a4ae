// Paths of fields, such as "training.augmentation[0].shift_scale_rotate.p" or, by a key,
// "data.extra[dig].idx.images".
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace pleat {

// One step of a path: a field, and the number or key of an element of it.
struct PathStep {
  std::string field;
  std::optional<std::string> element;
};

// INVALID_ARGUMENT says what is wrong with the text.
absl::StatusOr<std::vector<PathStep>> ParseFieldPath(const std::string& path);

// What to do at an arm that is not the present one, or a message that is absent.
enum class AbsentFields {
  kMake,    // make it present; another arm of its oneof goes away
  kRefuse,  // an error: the path leads nowhere in this message
};

// The place that a path names.
struct FieldTarget {
  google::protobuf::Message* parent = nullptr;
  const google::protobuf::FieldDescriptor* field = nullptr;
  int index = -1;          // of an element of a repeated field; -1: the field itself
  bool sweepable = false;  // may be a search parameter
};

// Follows a path from `root`, which also is the schema. Elements of lists must exist; elements of
// keyed fields are made with kMake. INVALID_ARGUMENT names the step that fails; with kMake part of
// the path may have been made by then.
absl::StatusOr<FieldTarget> ResolveFieldPath(google::protobuf::Message* root,
                                             const std::string& path, AbsentFields absent);

}  // namespace pleat
