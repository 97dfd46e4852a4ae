// The YAML of a sweep, with overrides: each line that begins with "%set " is one.
#include "absl/strings/str_split.h"
#include "common/config/sweep_reader.h"
#include "common/config/sweep_yaml.h"
#include "coordinator/search/search_method.h"
#include "tests/fuzz/fuzz_target.h"

namespace pleat {
namespace {

constexpr std::string_view kOverride = "%set ";

SweepSource Split(std::string_view input) {
  SweepSource source{.text = {}, .file = "sweep.yaml", .folder = "/data", .overrides = {}};
  size_t begin = 0;
  while (begin < input.size()) {
    const size_t end = std::min(input.find('\n', begin), input.size() - 1) + 1;
    const std::string_view line = input.substr(begin, end - begin);
    if (line.starts_with(kOverride)) {
      source.overrides.emplace_back(
          line.substr(kOverride.size(), line.find('\n') - kOverride.size()));
    } else {
      source.text += line;
    }
    begin = end;
  }
  return source;
}

// What is accepted passes the coordinator's look, and is the same sweep once written and read
// again.
void ReadSweepAnyhow(std::string_view input) {
  const SweepReading reading = ReadSweep(Split(input));
  if (!reading.diagnostics.empty()) {
    Require(!FormatDiagnostics(reading.diagnostics).empty(), "a refusal says why");
    return;
  }
  const absl::Status status = CheckSweepSpec(reading.spec);
  Require(status.ok(), status.ToString());
  (void)MakeSearchMethod(reading.spec);
  const std::string yaml = SweepYaml(reading.spec);
  const SweepReading again =
      ReadSweep({.text = yaml, .file = "again.yaml", .folder = "/data", .overrides = {}});
  Require(again.diagnostics.empty(), FormatDiagnostics(again.diagnostics) + yaml);
  Require(again.spec.SerializeAsString() == reading.spec.SerializeAsString(),
          "written and read again it is another: " + yaml);
}

const RegisteredTarget kSweepYamlTarget({.name = "sweep_yaml", .run = ReadSweepAnyhow});

}  // namespace
}  // namespace pleat
