#include "common/config/reference.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "common/config/field_rules.h"
#include "common/config/scalar_text.h"
#include "common/config/schema_paths.h"
#include "proto/sweep.pb.h"

namespace pleat {
namespace {

using google::protobuf::FieldDescriptor;

constexpr char kIntroduction[] =
    R"(# Configuration reference

Every key of a sweep's YAML. This file is generated from `proto/sweep.proto` by `pleat schema --markdown`.

- `[]` stands for an element: its number in a list (`training.augmentation[0]`), or its key in a mapping
  (`data.extra[dig]`), in `--set path=value` and in error messages.
- *choice* marks one of several alternatives, of which a section holds one. An alternative without
  keys of its own to set may be written as its name alone: `optimizer: rmsprop`.
- Fields of `model` and `training` may be search parameters.
)";

constexpr char kTableHead[] = "\n| key | value | default | meaning |\n|---|---|---|---|\n";

std::string TypeText(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return "true or false";
    case FieldDescriptor::CPPTYPE_STRING:
      if (!RulesOf(field).allowed().empty()) return absl::StrJoin(RulesOf(field).allowed(), ", ");
      return RulesOf(field).path() ? "path" : RulesOf(field).name() ? "name" : "text";
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return "real";
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return "section";
    default:
      return "whole number";
  }
}

std::string ValuesText(const FieldDescriptor& field) {
  const v1::FieldRules& rules = RulesOf(field);
  if (rules.keyed()) return "mapping";
  if (IsMessage(field)) {
    if (field.is_repeated()) return "list";
    const FieldDescriptor* inlined = InlineField(*field.message_type());
    if (inlined && inlined->is_repeated()) return "list";
    return field.real_containing_oneof() ? "*choice*" : "section";
  }
  std::string text =
      field.is_repeated() ? absl::StrCat("list of ", TypeText(field), "s") : TypeText(field);
  const std::string range =
      rules.has_min() || rules.has_max() ? DescribeRange(field) : rules.unit();
  if (!range.empty()) absl::StrAppend(&text, ", ", range);
  return field.real_containing_oneof() ? absl::StrCat("*choice*: ", text) : text;
}

std::string DefaultText(const FieldDescriptor& field) {
  const v1::FieldRules& rules = RulesOf(field);
  if (rules.required()) return "**required**";
  if (const auto* oneof = field.real_containing_oneof()) {
    return RulesOf(*oneof).default_() == field.name() ? "the default" : "";
  }
  if (IsMessage(field) || !rules.has_default_()) return "";
  return absl::StrCat("`", rules.default_().empty() ? "\"\"" : rules.default_(), "`");
}

std::string RowText(const std::string& path, const FieldDescriptor& field) {
  return absl::StrCat("| `", path, "` | ", ValuesText(field), " | ", DefaultText(field), " | ",
                      absl::StrReplaceAll(RulesOf(field).help(), {{"|", "\\|"}}), " |\n");
}

}  // namespace

std::string SweepReferenceMarkdown() {
  std::string top_level;
  std::string sections;
  VisitSchema(*v1::SweepSpec::descriptor(),
              [&](const std::string& path, const FieldDescriptor& field) {
                const bool is_top_level = path == field.name();
                if (is_top_level && IsMessage(field)) {
                  absl::StrAppend(&sections, "\n## ", path, "\n", kTableHead);
                }
                const bool is_scalar = is_top_level && !IsMessage(field);
                absl::StrAppend(is_scalar ? &top_level : &sections, RowText(path, field));
              });
  return absl::StrCat(kIntroduction, kTableHead, top_level, sections);
}

}  // namespace pleat
