#include "worker/predict/predict_command.h"

#include <cstdio>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "common/base/status_macros.h"
#include "common/metrics/metrics.h"
#include "worker/distributed/device.h"
#include "worker/exit_code.h"
#include "worker/predict/ensemble_predictor.h"
#include "worker/predict/prediction_input.h"
#include "worker/predict/prediction_output.h"

namespace pleat {
namespace {

absl::Status CheckLabels(const Dataset& dataset, uint32_t classes) {
  for (size_t row = 0; row < dataset.labels.size(); ++row) {
    if (dataset.labels[row] < int64_t{classes}) continue;
    return absl::InvalidArgumentError(absl::StrFormat(
        "row %d has the label %d, but the ensemble knows %d classes (0 to %d); correct the labels "
        "or leave the column out",
        row, dataset.labels[row], classes, classes - 1));
  }
  return absl::OkStatus();
}

absl::Status PredictFile(const PredictOptions& options) {
  PLEAT_RETURN_IF_ERROR(CheckPredictionOutput(options.out));
  PLEAT_ASSIGN_OR_RETURN(const ComputeDevice device, SelectDevice(/*place=*/0));
  PLEAT_ASSIGN_OR_RETURN(const EnsemblePredictor ensemble,
                         EnsemblePredictor::Open(options.folder, device));
  const EnsembleManifest& manifest = ensemble.manifest();
  PLEAT_ASSIGN_OR_RETURN(const Dataset dataset,
                         ReadPredictionInput(options.input, options.format, manifest));
  absl::Status labels = CheckLabels(dataset, manifest.classes);
  if (!labels.ok()) return Annotate(labels, options.input);
  PLEAT_ASSIGN_OR_RETURN(const std::vector<float> probabilities, ensemble.Predict(dataset));
  PLEAT_RETURN_IF_ERROR(WritePredictionOutput(options.out, dataset, probabilities, manifest));
  absl::PrintF("predicted %d rows with %d members: %s\n", dataset.rows, manifest.members.size(),
               options.out);
  if (!dataset.labels.empty()) {
    const v1::Scores scores = ScoreProbabilities(probabilities, dataset.labels, manifest.classes);
    absl::PrintF("accuracy %.4f, log loss %.4f\n", scores.accuracy(), scores.log_loss());
  }
  return absl::OkStatus();
}

}  // namespace

int RunPredictCommand(const PredictOptions& options) {
  const absl::Status status = PredictFile(options);
  if (!status.ok()) absl::FPrintF(stderr, "pleat-worker predict: %s\n", status.message());
  return ExitCodeOf(status);
}

}  // namespace pleat
