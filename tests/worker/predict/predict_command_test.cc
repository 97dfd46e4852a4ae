#include "worker/predict/predict_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <fstream>
#include <sstream>

#include "common/store/npy.h"
#include "tests/worker/data/png_bytes.h"
#include "tests/worker/predict/tiny_ensemble.h"
#include "worker/predict/ensemble_predictor.h"

namespace pleat {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class PredictCommand : public testing::Test {
 protected:
  PredictCommand() : dataset_(TinyDigits(30)) {}

  // The data set as CSV; rows are named r0, r1, …
  std::string Csv(bool with_labels) const {
    std::string text = with_labels ? "id,label" : "id";
    const int64_t size = kTinySide * kTinySide;
    for (int64_t i = 0; i < size; ++i) text += ",pixel" + std::to_string(i);
    for (int64_t row = 0; row < dataset_.rows; ++row) {
      text += "\nr" + std::to_string(row);
      if (with_labels) text += "," + std::to_string(dataset_.labels[row]);
      for (int64_t i = 0; i < size; ++i) text += "," + std::to_string(dataset_.row(row)[i]);
    }
    return text + "\n";
  }
  std::string Idx() const {
    std::string bytes("\0\0\x08\x03\0\0\0\x1e\0\0\0\x0c\0\0\0\x0c", 16);
    return bytes.append(dataset_.pixels.begin(), dataset_.pixels.end());
  }
  int Run(const std::string& input, const std::string& out, const std::string& format = "auto") {
    testing::internal::CaptureStderr();
    const int code = RunPredictCommand(
        {.folder = ensemble_.folder(), .input = input, .format = format, .out = out});
    error_ = testing::internal::GetCapturedStderr();
    return code;
  }
  static std::string ReadFile(const std::string& path) {
    std::stringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
  }

  TinyEnsemble ensemble_;
  Dataset dataset_;
  std::string error_;
};

TEST_F(PredictCommand, WritesTheSameArrayFromCsvAndIdx) {
  ensemble_.Write("rows.csv", Csv(true));
  ensemble_.Write("rows.idx", Idx());
  ASSERT_EQ(Run(ensemble_.Path("rows.csv"), ensemble_.Path("csv.npy")), 0) << error_;
  ASSERT_EQ(Run(ensemble_.Path("rows.idx"), ensemble_.Path("idx.npy")), 0) << error_;
  const std::string bytes = ReadFile(ensemble_.Path("csv.npy"));
  EXPECT_EQ(bytes, ReadFile(ensemble_.Path("idx.npy")));
  const auto array = DecodeNpy<float>(bytes);
  ASSERT_TRUE(array.ok()) << array.status();
  EXPECT_EQ(array->shape, (std::vector<uint64_t>{30, kTinyClasses}));
  EXPECT_EQ(array->data, *EnsemblePredictor::Open(ensemble_.folder())->Predict(dataset_));
}

TEST_F(PredictCommand, WritesIdsLabelsAndProbabilities) {
  ensemble_.Write("rows.csv", Csv(false));
  ASSERT_EQ(Run(ensemble_.Path("rows.csv"), ensemble_.Path("out.csv")), 0) << error_;
  std::istringstream lines(ReadFile(ensemble_.Path("out.csv")));
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(line, "id,label,p0,p1,p2,p3,p4,p5,p6,p7,p8,p9");
  std::getline(lines, line);
  EXPECT_THAT(line, StartsWith("r0,"));
  EXPECT_EQ(std::count(line.begin(), line.end(), ','), 11);
}

TEST_F(PredictCommand, ReadsColumnsByTheSweepsOwnNames) {
  ensemble_.Write("rows.csv", Csv(true));
  ASSERT_EQ(Run(ensemble_.Path("rows.csv"), ensemble_.Path("usual.npy")), 0) << error_;
  ensemble_.manifest()["spec"]["data"]["train"]["csv"] = {{"label_column", "digit"},
                                                          {"id_column", "name"}};
  ensemble_.WriteManifest();
  ensemble_.Write("rows.csv", "name,digit" + Csv(true).substr(std::string("id,label").size()));
  ASSERT_EQ(Run(ensemble_.Path("rows.csv"), ensemble_.Path("own.npy")), 0) << error_;
  EXPECT_EQ(ReadFile(ensemble_.Path("usual.npy")), ReadFile(ensemble_.Path("own.npy")));
}

TEST_F(PredictCommand, ReadsAFolderOfImagesByTheNamesOfTheClasses) {
  ensemble_.Write("rows.idx", Idx());
  ASSERT_EQ(Run(ensemble_.Path("rows.idx"), ensemble_.Path("idx.npy")), 0) << error_;
  ensemble_.manifest()["class_names"] = {"j", "i", "h", "g", "f", "e", "d", "c", "b", "a"};
  ensemble_.WriteManifest();
  std::filesystem::create_directories(ensemble_.Path("rows/c"));
  const std::string pixels(reinterpret_cast<const char*>(dataset_.row(7)), kTinySide * kTinySide);
  ensemble_.Write("rows/c/x.png", PngBytes(kTinySide, kTinySide, 1, pixels));
  ASSERT_EQ(Run(ensemble_.Path("rows"), ensemble_.Path("folder.npy")), 0) << error_;
  const auto all = DecodeNpy<float>(ReadFile(ensemble_.Path("idx.npy")));
  const auto one = DecodeNpy<float>(ReadFile(ensemble_.Path("folder.npy")));
  for (size_t c = 0; c < kTinyClasses; ++c) {
    EXPECT_EQ(one->data[c], all->data[7 * kTinyClasses + c]);
  }
  ASSERT_EQ(Run(ensemble_.Path("rows"), ensemble_.Path("folder.csv")), 0) << error_;
  EXPECT_THAT(ReadFile(ensemble_.Path("folder.csv")),
              StartsWith("id,label,p_j,p_i,p_h,p_g,p_f,p_e,p_d,p_c,p_b,p_a\nc/x.png,"));
  std::filesystem::rename(ensemble_.Path("rows/c"), ensemble_.Path("rows/z"));
  EXPECT_EQ(Run(ensemble_.Path("rows"), ensemble_.Path("folder.csv")), 2);
  EXPECT_THAT(error_, HasSubstr("its class 'z'"));
}

TEST_F(PredictCommand, ExitsWithTwoAndOneMessageOnBadInput) {
  ensemble_.Write("rows.csv", Csv(false));
  const std::string rows = ensemble_.Path("rows.csv");
  EXPECT_EQ(Run(ensemble_.Path("absent.csv"), ensemble_.Path("out.csv")), 2);
  EXPECT_THAT(error_, HasSubstr("absent.csv"));
  EXPECT_EQ(Run(rows, ensemble_.Path("out.txt")), 2);
  EXPECT_THAT(error_, HasSubstr(".csv or .npy"));
  EXPECT_EQ(Run(rows, ensemble_.Path("no/folder/out.csv")), 2);
  EXPECT_THAT(error_, HasSubstr("does not exist"));
  EXPECT_EQ(Run(rows, ensemble_.Path("out.csv"), "idx"), 2);
  EXPECT_THAT(error_, HasSubstr("not an IDX file"));
  ensemble_.Write("small.csv", "p0,p1,p2,p3\n1,2,3,4\n");
  EXPECT_EQ(Run(ensemble_.Path("small.csv"), ensemble_.Path("out.csv")), 2);
  EXPECT_FALSE(std::filesystem::exists(ensemble_.Path("out.csv")));
}

TEST_F(PredictCommand, TellsAFailedWriteFromBadInput) {
  ensemble_.Write("rows.csv", Csv(false));
  // Beyond the limit of a file's size a write fails; the default is to end by a signal.
  const auto handler = signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{.rlim_cur = 64, .rlim_max = before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const int code = Run(ensemble_.Path("rows.csv"), ensemble_.Path("out.csv"));
  setrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, handler);
  EXPECT_EQ(code, 1) << error_;
  EXPECT_FALSE(std::filesystem::exists(ensemble_.Path("out.csv")));
}

}  // namespace
}  // namespace pleat
