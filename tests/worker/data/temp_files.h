// Input files of a test, in a folder that goes away with it.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace pleat {

class TempFiles {
 public:
  TempFiles() {
    std::string folder = testing::TempDir() + "pleat_data_XXXXXX";
    folder_ = mkdtemp(folder.data());
  }
  ~TempFiles() { std::filesystem::remove_all(folder_); }
  TempFiles(const TempFiles&) = delete;
  TempFiles& operator=(const TempFiles&) = delete;

  // Writes a file and returns its path.
  std::string Write(const std::string& name, std::string_view bytes) const {
    std::ofstream(Path(name), std::ios::binary) << bytes;
    return Path(name);
  }
  // The same, gzipped.
  std::string WriteGzip(const std::string& name, std::string_view bytes) const {
    gzFile file = gzopen(Path(name).c_str(), "wb");
    gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
    gzclose(file);
    return Path(name);
  }
  std::string Path(const std::string& name) const { return folder_ + "/" + name; }

 private:
  std::string folder_;
};

}  // namespace pleat
