#include "client/report/report_facts.h"

#include <google/protobuf/message.h>

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/time_text.h"
#include "common/config/trial_config.h"
#include "common/html/html_text.h"

namespace pleat {
namespace {

// The name of the choice made in the message's oneof: "se_cnn"; empty if none is made.
std::string ChoiceOf(const google::protobuf::Message& message) {
  const google::protobuf::Descriptor* type = message.GetDescriptor();
  if (type->real_oneof_decl_count() == 0) return "";
  const google::protobuf::FieldDescriptor* field =
      message.GetReflection()->GetOneofFieldDescriptor(message, type->oneof_decl(0));
  return field == nullptr ? "" : field->name();
}

std::string DataText(const v1::DatasetInfo& data) {
  std::string text = absl::StrCat(CountText(data.rows()), " rows of ", data.channels(), " × ",
                                  data.height(), " × ", data.width());
  if (data.classes() > 0) absl::StrAppend(&text, ", ", data.classes(), " classes");
  return absl::StrCat(text, " · SHA-256 ", data.data_sha256());
}

std::string TrainingText(const v1::TrainingSpec& training) {
  if (OnlyUsesWeights(training)) return "none: earlier weights are used as they are";
  return absl::StrCat(training.epochs(), " epochs, batches of ", training.batch_size(), ", ",
                      ChoiceOf(training.loss()), ", ", ChoiceOf(training.optimizer()), ", ",
                      ChoiceOf(training.lr_schedule()), ", ", training.precision(), ", seed ",
                      training.seed());
}

// "24 tensors taken; of another shape: logits.bias [3], here [5]".
std::string TransferText(const v1::WeightTransfer& transfer) {
  std::string text = absl::StrCat(transfer.taken_size(), " tensors taken");
  const auto append = [&](const char* what, const auto& names) {
    if (!names.empty()) absl::StrAppend(&text, "; ", what, ": ", absl::StrJoin(names, ", "));
  };
  append("of another shape", transfer.misfits());
  append("missing", transfer.missing());
  append("unused", transfer.unused());
  return text;
}

// What the folds took of earlier weights: the first of them in full, since most are alike.
std::string StartText(const v1::GetResponse& sweep) {
  const v1::StartFromSpec& start = sweep.spec().training().start_from();
  std::string text = absl::StrCat("those of sweep ", start.sweep());
  for (const v1::TrialStatus& trial : sweep.trials()) {
    for (const v1::FoldStatus& fold : trial.folds()) {
      if (!fold.result().has_transfer()) continue;
      return absl::StrCat(text, " · trial ", trial.trial(), ", fold ", fold.fold(), ": ",
                          TransferText(fold.result().transfer()));
    }
  }
  return text;
}

// Hosts and devices of the groups that are connected still and compute as the sweep's did, each
// once: "node1: cpu, pleat 0.1.0".
std::string WorkersText(const v1::GetResponse& sweep) {
  std::set<std::string> workers;
  for (const v1::WorkerStatus& worker : sweep.workers()) {
    const v1::WorkerInfo& info = worker.info();
    if (info.fingerprint() != sweep.execution().fingerprint()) continue;
    workers.insert(absl::StrCat(info.host(), ": ", info.device(), ", pleat ", info.version()));
  }
  return absl::StrJoin(workers, "; ");
}

std::string EnsembleText(const v1::GetResponse& sweep) {
  std::string text = absl::StrCat(ChoiceOf(sweep.spec().ensemble().select()), ", ",
                                  sweep.spec().ensemble().blend());
  if (sweep.has_members()) {
    absl::StrAppend(&text, ", ", sweep.members().members_size(), " members, ",
                    sweep.members().views_size(), " views");
  }
  return text;
}

}  // namespace

std::vector<FactReport> ReportFacts(const v1::GetResponse& sweep) {
  const v1::SweepSpec& spec = sweep.spec();
  std::vector<FactReport> facts;
  for (const v1::DatasetInfo& data : sweep.datasets()) {
    facts.push_back({absl::StrCat("Data, ", data.split()), DataText(data)});
  }
  facts.push_back({"Folds", ChoiceOf(spec.cross_validation())});
  facts.push_back({"Model", ChoiceOf(spec.model())});
  facts.push_back({"Training", TrainingText(spec.training())});
  if (spec.training().has_start_from()) facts.push_back({"Begins with weights", StartText(sweep)});
  facts.push_back({"Search", absl::StrCat(ChoiceOf(spec.search().method()), ", ",
                                          spec.search().metric().name())});
  if (!spec.search().warm_start().empty()) {
    facts.push_back({"Search learns from", absl::StrJoin(spec.search().warm_start(), ", ")});
  }
  if (sweep.has_search_ended()) {
    facts.push_back({"Search ended early", sweep.search_ended().reason()});
  }
  for (const v1::SweepChange& change : sweep.changes()) {
    facts.push_back(
        {"Changed", absl::StrCat(LocalTimeText(change.time_unix_ms()), ": ", change.what())});
  }
  facts.push_back({"Ensemble", EnsembleText(sweep)});
  if (sweep.has_execution()) {
    facts.push_back({"Execution", absl::StrCat("fingerprint ", sweep.execution().fingerprint(),
                                               ", groups of ", sweep.execution().group_size(), ", ",
                                               spec.resources().threads(), " threads")});
    if (const std::string workers = WorkersText(sweep); !workers.empty()) {
      facts.push_back({"Workers connected", workers});
    }
  }
  const v1::SweepSummary& summary = sweep.summary();
  facts.push_back({"Submitted", LocalTimeText(summary.submitted_unix_ms())});
  if (summary.ended_unix_ms() > 0) {
    facts.push_back({"Ended", absl::StrCat(LocalTimeText(summary.ended_unix_ms()), ", after ",
                                           DurationText(summary.ended_unix_ms() -
                                                        summary.submitted_unix_ms()))});
  }
  return facts;
}

}  // namespace pleat
