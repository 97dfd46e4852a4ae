// An ensemble's folder as the coordinator writes it, with two tiny members.
#pragma once

#include <google/protobuf/util/json_util.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "common/store/checksum.h"
#include "tests/worker/predict/tiny_models.h"

namespace pleat {

class TinyEnsemble {
 public:
  explicit TinyEnsemble(const std::string& blend = "mean_probability") {
    std::string folder = testing::TempDir() + "pleat_ensemble_XXXXXX";
    folder_ = mkdtemp(folder.data());
    manifest_ = {{"format", 1},
                 {"shape", {1, kTinySide, kTinySide}},
                 {"classes", kTinyClasses},
                 {"scale", 255.0},
                 {"blend", blend},
                 {"views", nlohmann::json::array({View(true, 0), View(false, 0.1)})},
                 {"members", nlohmann::json::array({Member(0, 0.25), Member(1, 0.75)})},
                 {"spec",
                  {{"data", {{"train", {{"csv", {{"label_column", "label"}}}}}}},
                   {"cross_validation", {{"k_fold", {{"folds", 2}}}}},
                   {"resources", {{"threads", 1}}}}}};
    WriteManifest();
  }
  ~TinyEnsemble() { std::filesystem::remove_all(folder_); }
  TinyEnsemble(const TinyEnsemble&) = delete;
  TinyEnsemble& operator=(const TinyEnsemble&) = delete;

  const std::string& folder() const { return folder_; }
  std::string Path(const std::string& name) const { return folder_ + "/" + name; }
  nlohmann::json& manifest() { return manifest_; }
  void WriteManifest() const { Write("manifest.json", manifest_.dump()); }
  void Write(const std::string& name, const std::string& bytes) const {
    std::ofstream(Path(name), std::ios::binary) << bytes;
  }

 private:
  static nlohmann::json View(bool identity, double shift) {
    return {{"identity", identity},
            {"shift_x", shift},
            {"shift_y", 0.0},
            {"scale", 1.0},
            {"rotate_degrees", 5.0}};
  }

  nlohmann::json Member(uint32_t fold, double weight) const {
    const std::string folder = "members/0000_" + std::to_string(fold);
    std::filesystem::create_directories(Path(folder));
    std::string config;
    EXPECT_TRUE(google::protobuf::util::MessageToJsonString(TinyConfig(), &config).ok());
    const nlohmann::json document = {{"format", 1}, {"config", nlohmann::json::parse(config)}};
    return {{"trial", 0},
            {"fold", fold},
            {"weight", weight},
            {"folder", folder},
            {"files",
             {{"weights.safetensors", File(folder + "/weights.safetensors", TinyWeights(fold + 1))},
              {"config.json", File(folder + "/config.json", document.dump())}}}};
  }

  nlohmann::json File(const std::string& name, const std::string& bytes) const {
    Write(name, bytes);
    return {{"size", bytes.size()}, {"sha256", Sha256Hex(bytes)}};
  }

  std::string folder_;
  nlohmann::json manifest_;
};

}  // namespace pleat
