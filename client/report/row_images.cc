#include "client/report/row_images.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/child_output.h"
#include "client/programs.h"
#include "client/report/section_html.h"
#include "common/base/status_macros.h"

namespace pleat {
namespace {

// The data set whose rows a split counts.
std::string DatasetOf(const SplitReport& split) {
  return split.name == "oof" || split.name == "oof_tta" ? "train" : split.name;
}

std::string Sha256Of(const v1::GetResponse& sweep, const std::string& dataset) {
  for (const v1::DatasetInfo& info : sweep.datasets()) {
    if (info.split() == dataset) return info.data_sha256();
  }
  return "";
}

// Row numbers of the mistakes that are shown.
std::set<uint64_t> ShownRows(const SweepReport& report, const SplitReport& split) {
  std::set<uint64_t> rows;
  for (size_t i = 0; i < std::min(split.mistakes.size(), kShownMistakes); ++i) {
    rows.insert(split.mistakes[i].row);
  }
  for (const ConfusedPair& pair : MostConfused(report, split, kShownPairs)) {
    for (const size_t i : MistakesOfPair(split, pair)) rows.insert(split.mistakes[i].row);
  }
  return rows;
}

absl::Status TakeImages(const v1::GetResponse& sweep, const nlohmann::json& images,
                        SweepReport& report) {
  for (SplitReport& split : report.splits) {
    const auto of_split = images.find(DatasetOf(split));
    if (of_split == images.end()) continue;
    if (of_split->at("sha256") != Sha256Of(sweep, DatasetOf(split))) {
      return absl::FailedPreconditionError(absl::StrCat(
          "the ", DatasetOf(split), " rows on this machine are not those of the sweep"));
    }
    for (MistakeReport& mistake : split.mistakes) {
      mistake.png_base64 = of_split->at("rows").value(absl::StrCat(mistake.row), "");
    }
  }
  return absl::OkStatus();
}

std::string Json(const google::protobuf::Message& message) {
  std::string json;
  // Fails only for Any fields and invalid UTF-8; there are none.
  (void)google::protobuf::util::MessageToJsonString(message, &json);
  return json;
}

}  // namespace

absl::Status AddRowImages(const v1::GetResponse& sweep, SweepReport& report) {
  std::vector<std::string> command = {SiblingProgram("pleat-worker"),
                                      "rows",
                                      "--data",
                                      Json(sweep.spec().data()),
                                      "--predefined",
                                      Json(sweep.spec().cross_validation().predefined())};
  const size_t plain = command.size();
  for (const SplitReport& split : report.splits) {
    if (split.name == "oof_tta") continue;
    for (const uint64_t row : ShownRows(report, split)) {
      command.push_back("--row");
      command.push_back(absl::StrCat(DatasetOf(split), ":", row));
    }
  }
  if (command.size() == plain) return absl::OkStatus();
  PLEAT_ASSIGN_OR_RETURN(const std::string output, ChildOutput(command));
  try {
    return TakeImages(sweep, nlohmann::json::parse(output), report);
  } catch (const nlohmann::json::exception& error) {
    return absl::InternalError(absl::StrCat("pleat-worker rows: ", error.what()));
  }
}

}  // namespace pleat
