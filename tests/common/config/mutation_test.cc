// Damaged texts never crash or hang the reader, and whatever it accepts holds.
#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <sstream>

#include "tests/common/config/sweep_text.h"

namespace pleat {
namespace {

std::string Quickstart() {
  std::ifstream file(PLEAT_SOURCE_DIR "/configs/quickstart.yaml");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// Either the text is refused with a message, or its spec passes the coordinator's check.
void ExpectSoundReading(const std::string& text, std::vector<std::string> overrides = {}) {
  const SweepReading reading = ReadText(text, std::move(overrides));
  if (reading.diagnostics.empty()) {
    EXPECT_TRUE(CheckSweepSpec(reading.spec).ok()) << CheckSweepSpec(reading.spec) << text;
  } else {
    EXPECT_FALSE(FormatDiagnostics(reading.diagnostics).empty());
  }
}

TEST(Mutations, EveryPrefixIsReadOrRefused) {
  const std::string text = Quickstart();
  ASSERT_FALSE(text.empty());
  for (size_t size = 0; size < text.size(); ++size) ExpectSoundReading(text.substr(0, size));
}

TEST(Mutations, ChangedBytesAreReadOrRefused) {
  const std::string good = Quickstart();
  constexpr char kBytes[] = "{}[]:,-#&*!|>'\"%@`\n \t\\?~<019.eE+xaz\0\x80\xff";
  const std::string bytes(kBytes, sizeof(kBytes) - 1);
  std::mt19937 random(2019);
  for (int round = 0; round < 3000; ++round) {
    std::string text = good;
    for (uint32_t changes = 1 + random() % 4; changes > 0; --changes) {
      const size_t at = random() % text.size();
      const char byte = bytes[random() % bytes.size()];
      switch (random() % 3) {
        case 0:
          text[at] = byte;
          break;
        case 1:
          text.insert(at, 1, byte);
          break;
        default:
          text.erase(at, 1 + random() % 8);
      }
    }
    ExpectSoundReading(text);
  }
}

TEST(Mutations, ChangedOverridesAreReadOrRefused) {
  const std::string good = "search.parameters[training.epochs]={values: [1, 2]}";
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::string text = good;
    text[random() % text.size()] = "[].={}:, a0"[random() % 11];
    text.erase(random() % text.size(), random() % 3);
    ExpectSoundReading(SmallSweep(), {text});
  }
}

}  // namespace
}  // namespace pleat
