#include "client/report/collect_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "absl/strings/str_cat.h"
#include "client/report/text_report.h"

namespace pleat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

// A sweep of one trial with two folds, of which the first is a member, on two classes.
ReportSource Source() {
  ReportSource source;
  v1::GetResponse& sweep = source.sweep;
  sweep.mutable_summary()->set_name("s");
  sweep.mutable_summary()->set_state(v1::SWEEP_STATE_FINISHED);
  sweep.mutable_summary()->set_best_trial(0);
  sweep.mutable_ended()->set_reason("complete");
  sweep.mutable_spec()->mutable_search()->mutable_metric()->set_name("val_accuracy");
  sweep.mutable_spec()->mutable_model()->mutable_mlp();
  v1::DatasetInfo& train = *sweep.add_datasets();
  train.set_split("train");
  train.set_classes(2);
  train.add_class_names("cat");
  train.add_class_names("dog");
  v1::TrialStatus& trial = *sweep.add_trials();
  for (uint32_t fold = 0; fold < 2; ++fold) {
    v1::FoldStatus& status = *trial.add_folds();
    status.set_fold(fold);
    status.mutable_result()->mutable_metrics()->set_val_accuracy(0.5 + 0.25 * fold);
  }
  trial.mutable_finished()->set_mean(0.625);
  trial.mutable_finished()->add_folds(0);
  sweep.mutable_members()->add_members()->set_weight(1);
  sweep.mutable_ensemble()->mutable_out_of_fold()->set_accuracy(0.75);
  v1::SplitScores& test = *sweep.mutable_ensemble()->add_splits();
  test.set_split("test");
  test.add_members()->set_accuracy(0.5);
  source.texts = {
      {"members/0000_0/classes.csv",
       "epoch,split,class,rows,precision,recall,f1\n1,train,0,5,1,1,1\n1,train,1,5,1,1,1\n"
       "1,validation,0,2,1,0.5,0.6\n1,validation,1,2,1,0.25,0.6\n"},
      {"members/0000_0/ValidationResults0.csv", "Class,Valid_accuracy\n0,0.5\n1,\n"},
      {"reports/oof/confusion_matrix.csv", "label,cat,dog\ncat,3,1\ndog,0,4\n"},
      {"reports/oof/calibration.csv",
       "from,to,rows,accuracy,confidence\n0,0.5,0,,\n0.5,1,8,0.75,0.9\n"},
      {"reports/oof/groups.csv", "group,rows,accuracy,log_loss\n-3,8,0.75,0.5\n"},
      {"reports/oof/origins.csv", "origin,rows,accuracy,log_loss\n\"a, b\",8,0.75,0.5\n"},
      {"reports/oof/mistakes.csv",
       "row,label,predicted,confidence,label_probability\n17,0,1,0.9,0.1\n"}};
  for (const double loss : {0.5, 0.25}) {
    v1::JournalRecord& record = source.epochs.emplace_back();
    record.mutable_epoch_reported()->set_task("train/0000/1");
    record.mutable_epoch_reported()->mutable_metrics()->set_epoch(1);
    record.mutable_epoch_reported()->mutable_metrics()->set_val_loss(loss);
  }
  return source;
}

TEST(MakeReport, GathersTrialsFoldsAndMembers) {
  const SweepReport report = MakeReport(Source(), 0.99).value();
  EXPECT_EQ(report.name, "s");
  EXPECT_EQ(report.baseline, 0.99);
  EXPECT_THAT(report.class_names, ElementsAre("cat", "dog"));
  ASSERT_THAT(report.trials, SizeIs(1));
  const TrialReport& trial = report.trials[0];
  EXPECT_TRUE(trial.is_best);
  EXPECT_EQ(trial.weight, 1);
  EXPECT_EQ(trial.folds[1].score, 0.75);
  EXPECT_THAT(trial.folds[0].class_recall, ElementsAre(ElementsAre(0.5, 0.25)));
  EXPECT_EQ(trial.folds[0].rounded_accuracy[0], 0.5);
  EXPECT_TRUE(std::isnan(trial.folds[0].rounded_accuracy[1]));
}

TEST(MakeReport, LastReportOfAnEpochCounts) {
  const SweepReport report = MakeReport(Source(), 0.99).value();
  ASSERT_THAT(report.trials[0].folds[1].epochs, SizeIs(1));
  EXPECT_EQ(report.trials[0].folds[1].epochs[0].val_loss(), 0.25);
}

TEST(MakeReport, GathersWhatIsKnownOfEachSplit) {
  const SweepReport report = MakeReport(Source(), 0.99).value();
  ASSERT_THAT(report.splits, SizeIs(2));
  const SplitReport& oof = report.splits[0];
  EXPECT_THAT(oof.confusion, ElementsAre(3, 1, 0, 4));
  EXPECT_EQ(oof.calibration[1].rows, 8u);
  EXPECT_EQ(oof.groups[0].name, "-3");
  EXPECT_EQ(oof.origins[0].name, "a, b");
  EXPECT_EQ(oof.mistakes[0].row, 17u);
  EXPECT_EQ(report.splits[1].members[0].accuracy(), 0.5);
  EXPECT_THAT(report.splits[1].confusion, SizeIs(0));
}

TEST(MakeReport, ShowsGroupsByOriginOnceAndByName) {
  ReportSource source = Source();
  source.sweep.mutable_spec()->mutable_data()->mutable_groups()->mutable_origin();
  const SweepReport report = MakeReport(source, 0.99).value();
  EXPECT_THAT(report.splits[0].groups, SizeIs(0));
  EXPECT_THAT(report.splits[0].origins, SizeIs(1));
}

std::string FactOf(const SweepReport& report, const std::string& label) {
  for (const FactReport& fact : report.facts) {
    if (fact.label == label) return fact.value;
  }
  return "";
}

TEST(MakeReport, TellsWhatWasTakenOfEarlierWeights) {
  ReportSource source = Source();
  v1::TrainingSpec& training = *source.sweep.mutable_spec()->mutable_training();
  training.set_epochs(7);
  EXPECT_THAT(FactOf(MakeReport(source, 0.99).value(), "Training"), HasSubstr("7 epochs"));
  EXPECT_EQ(FactOf(MakeReport(source, 0.99).value(), "Begins with weights"), "");
  training.mutable_start_from()->set_sweep("early");
  EXPECT_EQ(FactOf(MakeReport(source, 0.99).value(), "Begins with weights"),
            "those of sweep early");
  v1::WeightTransfer& transfer =
      *source.sweep.mutable_trials(0)->mutable_folds(1)->mutable_result()->mutable_transfer();
  transfer.add_taken("stem.weight");
  transfer.add_taken("stem.bias");
  transfer.add_misfits("out.bias [10], here [5]");
  EXPECT_EQ(FactOf(MakeReport(source, 0.99).value(), "Begins with weights"),
            "those of sweep early · trial 0, fold 1: 2 tensors taken; of another shape: out.bias "
            "[10], here [5]");
  training.set_train(false);
  EXPECT_THAT(FactOf(MakeReport(source, 0.99).value(), "Training"), HasSubstr("as they are"));
}

TEST(MakeReport, NamesTheConnectedWorkersThatComputeAlike) {
  ReportSource source = Source();
  const auto add = [&](const std::string& host, const std::string& fingerprint) {
    v1::WorkerInfo& info = *source.sweep.add_workers()->mutable_info();
    info.set_host(host);
    info.set_device("cpu");
    info.set_version("1.2");
    info.set_fingerprint(fingerprint);
  };
  for (const char* host : {"node2", "node1", "node2"}) add(host, "abc");
  add("node3", "other");
  EXPECT_EQ(FactOf(MakeReport(source, 0.99).value(), "Workers connected"), "");
  source.sweep.mutable_execution()->set_fingerprint("abc");
  EXPECT_EQ(FactOf(MakeReport(source, 0.99).value(), "Workers connected"),
            "node1: cpu, pleat 1.2; node2: cpu, pleat 1.2");
}

TEST(MakeReport, NamesTheFileThatIsNotPleats) {
  const std::map<std::string, std::string> damaged = {
      {"reports/oof/confusion_matrix.csv", "label,cat\ncat,3\n"},
      {"reports/oof/mistakes.csv", "row\n1\n"},
      {"members/0000_0/classes.csv", "cut"}};
  for (const auto& [path, text] : damaged) {
    ReportSource source = Source();
    source.texts[path] = text;
    const absl::Status status = MakeReport(source, 0.99).status();
    EXPECT_TRUE(absl::IsDataLoss(status));
    EXPECT_THAT(std::string(status.message()), HasSubstr(path));
  }
}

TEST(MakeReport, RefusesClassesThatThereAreNot) {
  ReportSource source = Source();
  source.texts["reports/oof/mistakes.csv"] =
      "row,label,predicted,confidence,label_probability\n17,0,2,0.9,0.1\n";
  EXPECT_TRUE(absl::IsDataLoss(MakeReport(source, 0.99).status()));
}

TEST(MakeReport, OfASweepThatHasJustBegun) {
  ReportSource source;
  source.sweep.mutable_summary()->set_phase("waits for workers");
  EXPECT_EQ(MakeReport(source, 0.99)->reason, "waits for workers");
}

// The sweep above with five trials, whose accuracy falls with their learning rate.
ReportSource SourceOfASearch() {
  ReportSource source = Source();
  v1::ParameterSpec& parameter = *source.sweep.mutable_spec()->mutable_search()->add_parameters();
  parameter.set_key("training.optimizer.sgd.lr");
  parameter.mutable_log_uniform()->set_min(1e-4);
  parameter.mutable_log_uniform()->set_max(1);
  const v1::TrialStatus first = source.sweep.trials(0);
  source.sweep.clear_trials();
  for (uint32_t number = 0; number < 5; ++number) {
    v1::TrialStatus& trial = *source.sweep.add_trials();
    trial = first;
    trial.set_trial(number);
    trial.add_parameters()->set_path(parameter.key());
    trial.mutable_parameters(0)->set_value(absl::StrCat(std::pow(10, number) * 1e-4));
    for (v1::FoldStatus& fold : *trial.mutable_folds()) {
      v1::EpochMetrics& metrics = *fold.mutable_result()->mutable_metrics();
      metrics.set_val_accuracy(metrics.val_accuracy() - 0.125 * number);
    }
    trial.mutable_finished()->set_mean(0.625 - 0.125 * number);
  }
  return source;
}

TEST(MakeReport, TellsWhatTheSearchFound) {
  const SweepReport report = MakeReport(SourceOfASearch(), 0.99).value();
  EXPECT_TRUE(report.search.is_maximized);
  EXPECT_THAT(report.search.names, ElementsAre("lr"));
  EXPECT_EQ(report.search.analysis.scored_trials, 5u);
  EXPECT_NEAR(report.search.analysis.places[2][0].value(), 0.5, 1e-9);
  EXPECT_EQ(report.search.analysis.honest->score, 0.625);
}

TEST(TextReport, TellsTheBestTrialAndWhatMattered) {
  ReportSource source = SourceOfASearch();
  EXPECT_THAT(TextReport(MakeReport(source, 0.99).value()),
              HasSubstr("  trial 0 is the best of 5: val_accuracy 0.6250 ± 0.0000, honest 0.6250\n"
                        "  parameter    best  importance\n"
                        "  lr         0.0001       100 %\n"));
  source.sweep.mutable_trials()->DeleteSubrange(2, 3);
  EXPECT_THAT(TextReport(MakeReport(source, 0.99).value()),
              HasSubstr("lr         0.0001           –\n"
                        "  the importance of parameters is told from 4 trials with a score on\n"));
}

TEST(TextReport, TellsScoresWeakClassesAndConfusions) {
  const std::string text = TextReport(MakeReport(Source(), 0.99).value());
  EXPECT_THAT(text, HasSubstr("Out of fold    0.7500"));
  EXPECT_THAT(text, HasSubstr("classes below 0.9900\n  class  recall\n  cat    0.7500\n"));
  EXPECT_THAT(text, HasSubstr("cat    dog           1\n"));
}

}  // namespace
}  // namespace pleat
