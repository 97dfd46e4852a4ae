#include "client/report/inspection_link.h"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/config/inspected_settings.h"

namespace pleat {
namespace {

namespace fs = std::filesystem;

// True if `record` has the text `value` by `key`.
bool Says(const nlohmann::json& record, const char* key, const std::string& value) {
  const auto found = record.find(key);
  return found != record.end() && *found == value;
}

bool IsOfSweep(const nlohmann::json& record, const v1::GetResponse& sweep) {
  if (!record.is_object() || sweep.datasets().empty()) return false;
  if (!Says(record, "sweep", sweep.summary().name())) return false;
  if (!Says(record, "settings_sha256", InspectedSettingsSha256(sweep.spec()))) return false;
  const auto digests = record.find("data_sha256");
  if (digests == record.end() || !digests->is_object()) return false;
  for (const v1::DatasetInfo& data : sweep.datasets()) {
    if (!Says(*digests, data.split().c_str(), data.data_sha256())) return false;
  }
  return true;
}

// The characters that a path in a link may have as they are.
bool IsPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~/").find(c) != std::string_view::npos;
}

}  // namespace

std::string FindInspection(const std::string& folder, const v1::GetResponse& sweep) {
  const fs::path inspection = fs::path(folder) / absl::StrCat(sweep.summary().name(), "-inspect");
  std::ifstream file(inspection / "inspection.json");
  const nlohmann::json record = nlohmann::json::parse(file, nullptr, /*allow_exceptions=*/false);
  std::error_code error;
  const bool is_there = fs::is_regular_file(inspection / "index.html", error);
  return is_there && IsOfSweep(record, sweep) ? (inspection / "index.html").string() : "";
}

std::string RelativeLink(const std::string& from, const std::string& to) {
  const fs::path folder = fs::path(from).lexically_normal().parent_path();
  std::string link;
  for (const char c : fs::path(to).lexically_normal().lexically_relative(folder).string()) {
    if (IsPlain(c)) {
      link += c;
    } else {
      absl::StrAppendFormat(&link, "%%%02X", static_cast<unsigned char>(c));
    }
  }
  return link;
}

}  // namespace pleat
