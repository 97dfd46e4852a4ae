// Writes samples of what is right into a corpus folder, by the writers that make the real files:
// what fuzzers begin with.
//   build/fuzz/fuzz_bin/make_seeds tests/fuzz/corpus
#include <google/protobuf/text_format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "common/metrics/classification_sums.h"
#include "common/store/npy.h"
#include "common/store/safetensors.h"
#include "tests/coordinator/core/core_harness.h"
#include "tests/fuzz/fuzz_forms.pb.h"
#include "worker/data/png_decoder.h"
#include "worker/data/png_encoder.h"
#include "worker/train/training_state.h"

namespace pleat {
namespace {

class SeedFolder {
 public:
  explicit SeedFolder(std::string root) : root_(std::move(root)) {}

  void Write(const std::string& target, const std::string& name, std::string_view bytes) const {
    std::filesystem::create_directories(root_ + "/" + target);
    std::ofstream(root_ + "/" + target + "/" + name, std::ios::binary) << bytes;
  }

 private:
  const std::string root_;
};

void WriteArrays(const SeedFolder& seeds) {
  const uint64_t shape[] = {2, 3};
  const float reals[] = {1, 2, 3, 4, 5, 6};
  const int64_t labels[] = {0, 9};
  const int32_t folds[] = {0, 1, -1};
  const uint64_t two[] = {2}, three[] = {3};
  seeds.Write("npy", "logits.npy", EncodeNpy<float>(shape, reals));
  seeds.Write("npy", "labels.npy", EncodeNpy<int64_t>(two, labels));
  seeds.Write("npy", "folds.npy", EncodeNpy<int32_t>(three, folds));
  const std::string bytes(24, 'w');
  seeds.Write(
      "safetensors", "weights.safetensors",
      EncodeSafetensors({{.name = "conv.weight", .dtype = "F32", .shape = {2, 3}, .data = bytes},
                         {.name = "bn.steps",
                          .dtype = "I64",
                          .shape = {},
                          .data = std::string_view(bytes).substr(16)},
                         {.name = "empty", .dtype = "U8", .shape = {0, 4}, .data = ""}},
                        {{"format", "pt"}}));
}

void WriteImages(const SeedFolder& seeds) {
  const std::string pixels(48, '\x40');
  const std::span<const uint8_t> bytes(reinterpret_cast<const uint8_t*>(pixels.data()),
                                       pixels.size());
  seeds.Write("png", "grey.png", *EncodePng(bytes, 6, 8, 1));
  const std::string rgb = *EncodePng(bytes, 4, 4, 3);
  seeds.Write("png", "rgb.png", rgb);
  const std::string much("\x44\0\0\0", 4);  // of text, says the chunk: a gibibyte
  seeds.Write("png", "text_beyond_the_file.png", rgb.substr(0, kPngHeaderBytes) + much + "tEXt");
}

void WriteTrainingState(const SeedFolder& seeds) {
  v1::TrainingState state;
  state.set_format_version(kTrainingStateVersion);
  state.set_epoch(1);
  state.set_step_in_epoch(2);
  state.set_global_step(7);
  v1::EpochMetrics& epoch = *state.add_history();
  epoch.set_epoch(1);
  epoch.set_val_loss(0.25);
  epoch.set_val_accuracy(0.5);
  v1::EpochSums& sums = *state.add_sums();
  sums.set_loss(1.5);
  for (int i = 0; i < kCalibrationBins; ++i) sums.mutable_classified()->add_bins()->set_rows(1);
  for (v1::ClassCounts* counts :
       {sums.mutable_classified()->mutable_classes(), state.add_classes()->mutable_train(),
        state.mutable_classes(0)->mutable_validation()}) {
    for (uint32_t i = 1; i <= 2; ++i) {
      counts->add_rows(4 * i);
      counts->add_predicted(6);
      counts->add_hits(3);
    }
  }
  state.mutable_best()->set_epoch(1);
  state.mutable_best()->mutable_weights()->set_path("sweeps/a/trials/0000/fold_0/attempt_1/x");
  seeds.Write("training_state", "state.json", TrainingStateToJson(state));
}

void WriteJournal(const SeedFolder& seeds, const std::string& name, const CoreHarness& core) {
  fuzz::Journal journal;
  for (v1::JournalRecord record : core.journal) {
    // Answers and texts for people make a seed long and say nothing more.
    record.clear_reply();
    *journal.add_records() = std::move(record);
  }
  std::string text;
  google::protobuf::TextFormat::PrintToString(journal, &text);
  seeds.Write("journal", name, text);
}

void WriteJournals(const SeedFolder& seeds) {
  CoreHarness whole;
  whole.Register("w");
  (void)whole.Submit(
      SmallSweep("a", 1, 2, "ensemble: {tta: {views: [{shift_scale_rotate: {}}]}}\n"));
  whole.Finish("a", "w");
  WriteJournal(seeds, "a_whole_sweep.txt", whole);

  CoreHarness troubled;
  troubled.Register("w");
  (void)troubled.Submit(SweepWithoutTestSet("b", 2, 2));
  troubled.Prepare("w");
  const v1::Lease first = troubled.Acquire("w").lease();
  (void)troubled.ReportEpoch(first, 1);
  (void)troubled.Publish(first, 1);
  (void)troubled.Fail(first, v1::FAILURE_KIND_STORE);
  (void)troubled.Release(troubled.Acquire("w").lease());
  (void)troubled.Fail(troubled.Acquire("w").lease(), v1::FAILURE_KIND_NAN);
  (void)troubled.ChangeLimits("b", {"search.max_trials=1"});
  (void)troubled.CancelTrial("b", 0);
  (void)troubled.Retry("b", 0);
  (void)troubled.Cancel("b");
  WriteJournal(seeds, "failures_and_changes.txt", troubled);
}

}  // namespace
}  // namespace pleat

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
    return 2;
  }
  const pleat::SeedFolder seeds(argv[1]);
  pleat::WriteArrays(seeds);
  pleat::WriteImages(seeds);
  pleat::WriteTrainingState(seeds);
  pleat::WriteJournals(seeds);
}
