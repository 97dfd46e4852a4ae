// Every kind of mistake in a sweep's YAML, with the exact place and message.
#include <gtest/gtest.h>

#include "tests/common/config/sweep_text.h"

namespace pleat {
namespace {

struct BadSweep {
  const char* name;
  std::string text;
  std::string diagnostics;
};

class BadSweepTest : public testing::TestWithParam<BadSweep> {};

TEST_P(BadSweepTest, IsRefusedWithPlaceAndMessage) {
  EXPECT_EQ(DiagnosticsOf(GetParam().text), GetParam().diagnostics);
}

INSTANTIATE_TEST_SUITE_P(
    Keys, BadSweepTest,
    testing::Values(
        BadSweep{"Unknown", SmallSweep("training:\n  epoch: 3\n"),
                 "sweep.yaml:4:3: training: unknown key \"epoch\"; did you mean \"epochs\"?"},
        BadSweep{"UnknownAtTheTop", SmallSweep("trianing: {}\n"),
                 "sweep.yaml:3:1: unknown key \"trianing\"; did you mean \"training\"?"},
        BadSweep{"Misplaced", SmallSweep("training: {momentum: 0.5}\n"),
                 "sweep.yaml:3:12: training: unknown key \"momentum\"; it belongs at "
                 "training.optimizer.sgd.momentum"},
        BadSweep{"Nonsense", SmallSweep("resources: {banana: 1}\n"),
                 "sweep.yaml:3:13: resources: unknown key \"banana\"; one of: group_size, threads, "
                 "max_concurrent_trials, max_failures, keep"},
        BadSweep{"BelowAnEmptySection", SmallSweep("search: {method: {grid: {banana: 1}}}\n"),
                 "sweep.yaml:3:26: search.method.grid: unknown key \"banana\"; there are no keys "
                 "here"},
        BadSweep{"Duplicate", SmallSweep("training: {epochs: 3}\ntraining: {epochs: 4}\n"),
                 "sweep.yaml:4:1: the key \"training\" stands here again (first on line 3); keep "
                 "one"},
        BadSweep{
            "Missing", "data:\n  test: {synthetic_digits: {}}\n",
            "sweep.yaml:1:1: name: missing, but required: name of the sweep and of its folder in "
            "the store\n"
            "sweep.yaml:1:1: data.train: missing, but required: the labelled rows that are "
            "cut into folds"},
        BadSweep{"NotAMapping", "name: a\ndata: 5\n",
                 "sweep.yaml:2:7: data: expected a mapping with the keys root, train, test, extra, "
                 "merge, groups, classes, scale; found \"5\""},
        BadSweep{"MissingArm", "name: a\ndata:\n  train: {limit: 3}\n",
                 "sweep.yaml:3:10: data.train: missing: give one of idx, csv, synthetic_digits, "
                 "image_folder"},
        BadSweep{
            "MissingInAnArm", "name: a\ndata:\n  train: {idx: {labels: y}}\n",
            "sweep.yaml:3:11: data.train.idx.images: missing, but required: IDX file of unsigned "
            "bytes [rows, height, width], optionally .gz"},
        BadSweep{"TwoArms", SmallSweep("cross_validation:\n  k_fold: {}\n  group_k_fold: {}\n"),
                 "sweep.yaml:5:3: cross_validation: only one of k_fold, stratified_k_fold, "
                 "group_k_fold, stratified_group_k_fold, repeated_k_fold, "
                 "repeated_stratified_k_fold, leave_one_group_out, predefined may be given; "
                 "\"k_fold\" stands on line 4"},
        BadSweep{"UnknownArm", SmallSweep("ensemble: {select: beast}\n"),
                 "sweep.yaml:3:20: ensemble.select: unknown choice \"beast\"; did you mean "
                 "\"best\"?"},
        BadSweep{"KeyOfAKeyedElement",
                 SmallSweep("search: {parameters: {training.epochs: {key: a, "
                            "values: [1, 2]}}}\n"),
                 "sweep.yaml:3:41: search.parameters[training.epochs]: unknown key \"key\"; one "
                 "of: uniform, log_uniform, int_uniform, values, log_int_uniform, normal, "
                 "constant, when, "
                 "also"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Values, BadSweepTest,
    testing::Values(
        BadSweep{"Text", SmallSweep("training: {epochs: abc}\n"),
                 "sweep.yaml:3:20: training.epochs: \"abc\" is not a whole number"},
        BadSweep{"Range", SmallSweep("training: {epochs: 0}\n"),
                 "sweep.yaml:3:20: training.epochs: 0 is out of range: it must be from 1 to 100000 "
                 "(epochs)"},
        BadSweep{"Infinite", SmallSweep("training: {optimizer: {sgd: {lr: .inf}}}\n"),
                 "sweep.yaml:3:34: training.optimizer.sgd.lr: \".inf\" is not a finite number"},
        BadSweep{"Yes", SmallSweep("cross_validation: {k_fold: {shuffle: yes}}\n"),
                 "sweep.yaml:3:38: cross_validation.k_fold.shuffle: \"yes\" is not true or false; "
                 "write true"},
        BadSweep{"NotAllowed", SmallSweep("training: {precision: fp23}\n"),
                 "sweep.yaml:3:23: training.precision: \"fp23\" is not one of fp32, fp64; did you "
                 "mean \"fp32\"?"},
        BadSweep{"Nothing", SmallSweep("training:\n  epochs:\n"),
                 "sweep.yaml:4:3: training.epochs: no value; give one, or remove the key"},
        BadSweep{"ListForAScalar", SmallSweep("training: {epochs: [1]}\n"),
                 "sweep.yaml:3:20: training.epochs: expected a single value, found a list"},
        BadSweep{"ScalarForAList", SmallSweep("model: {se_cnn: {dense: 64}}\n"),
                 "sweep.yaml:3:25: model.se_cnn.dense: expected a list [a, b, …], found \"64\""},
        BadSweep{"ScalarForASection", SmallSweep("training: 3\n"),
                 "sweep.yaml:3:11: training: expected a mapping with the keys epochs, batch_size, "
                 "loss, optimizer, lr_schedule, augmentation, precision, seed, checkpoint, "
                 "checkpoint_metric, normalization, class_weights, clip_gradient_norm, mixup, ema, "
                 "early_stopping, start_from, train, checkpoint_epochs, checkpoint_steps, "
                 "checkpoint_seconds; found \"3\""},
        BadSweep{"ListForAKeyedMapping", SmallSweep("search: {parameters: [a]}\n"),
                 "sweep.yaml:3:22: search.parameters: expected a mapping {path of a field of model "
                 "or training: …}, found a list"},
        BadSweep{"ElementOfAList", SmallSweep("model: {se_cnn: {dense: [64, x, 0]}}\n"),
                 "sweep.yaml:3:30: model.se_cnn.dense[1]: \"x\" is not a whole number"},
        BadSweep{"EmptyListWithADefault", SmallSweep("model: {mlp: {hidden: []}}\n"),
                 "sweep.yaml:3:23: model.mlp.hidden: needs at least one element; remove the key "
                 "for the default [256, 128]"},
        BadSweep{"TooManyElements",
                 SmallSweep("model: {mlp: {hidden: [1,1,1,1,1,1,1,1,1,1,1,1,1,1,"
                            "1,1,1]}}\n"),
                 "sweep.yaml:3:23: model.mlp.hidden: has 17 elements; at most 16 may be given"},
        BadSweep{"Name", "name: Bad Name\ndata: {train: {synthetic_digits: {}}}\n",
                 "sweep.yaml:1:7: name: \"Bad Name\" is not a name: use 1 to 64 of a-z, 0-9, '_', "
                 "'.' and '-', starting with a letter or digit"},
        BadSweep{"ArmThatNeedsAValue", SmallSweep("training: {augmentation: [mirror]}\n"),
                 "sweep.yaml:3:27: training.augmentation[0]: unknown choice \"mirror\"; one of: "
                 "shift_scale_rotate, affine, grid_distortion, elastic, brightness, gamma, "
                 "contrast, random_crop, cutout, horizontal_flip, vertical_flip, one_of"}),
    [](const auto& info) { return info.param.name; });

// A sweep whose data section is `data`.
std::string WithData(const std::string& data) { return "name: a\ndata:\n" + data; }

INSTANTIATE_TEST_SUITE_P(
    Data, BadSweepTest,
    testing::Values(
        BadSweep{"LabelsOfTrainingRows", WithData("  train: {idx: {images: x}}\n"),
                 "sweep.yaml:3:11: data.train.idx.labels: missing: these rows need labels"},
        BadSweep{"LabelsOfExtraRows",
                 WithData("  train: {csv: {path: a}}\n  extra: {dig: {csv: {path: b, label_column: "
                          "''}}}\n"),
                 "sweep.yaml:4:46: data.extra[dig].csv.label_column: empty, but these rows need "
                 "labels"},
        BadSweep{"ExtraNamedTest",
                 WithData("  train: {csv: {path: a}}\n  extra: {test: {csv: {path: b}}}\n"),
                 "sweep.yaml:4:11: data.extra[test]: \"test\" names a split already; choose "
                 "another name"},
        BadSweep{"ExtraWithABadName",
                 WithData("  train: {csv: {path: a}}\n  extra: {Dig: {csv: {path: b}}}\n"),
                 "sweep.yaml:4:11: data.extra[Dig]: \"Dig\" is not a name: use 1 to 64 of a-z, "
                 "0-9, '_', '.' and '-', starting with a letter or digit"},
        BadSweep{"GroupColumnWithoutCsv",
                 WithData("  train: {synthetic_digits: {}}\n  groups: {column: writer}\n"),
                 "sweep.yaml:4:20: data.groups.column: needs data.train.csv; use rows_per_group or "
                 "file for other formats"},
        BadSweep{"GroupColumnWithoutCsvOfAMergedSet",
                 WithData("  train: {csv: {path: a}}\n  merge: {more: {image_folder: {path: b}}}\n"
                          "  groups: {column: writer}\n"),
                 "sweep.yaml:5:20: data.groups.column: needs data.merge[more].csv; use "
                 "rows_per_group or file for other formats"},
        BadSweep{"GroupsByOriginOfOneSet",
                 WithData("  train: {csv: {path: a}}\n  groups: origin\n"),
                 "sweep.yaml:4:11: data.groups.origin: needs data.merge: all rows come from "
                 "data.train"},
        BadSweep{"RowsPerGroupOfALimitedFolder",
                 WithData("  train: {image_folder: {path: a}}\n"
                          "  merge: {more: {image_folder: {path: b}, limit: 9}}\n"
                          "  groups: {rows_per_group: 3}\n"),
                 "sweep.yaml:5:28: data.groups.rows_per_group: cannot be counted in "
                 "data.merge[more], of which limit takes some images of each class; remove that "
                 "limit, or give the groups by file"},
        BadSweep{"LabelsOfMergedRows",
                 WithData("  train: {csv: {path: a}}\n  merge: {more: {idx: {images: b}}}\n"),
                 "sweep.yaml:4:18: data.merge[more].idx.labels: missing: these rows need labels"},
        BadSweep{"MergedSetNamedTrain",
                 WithData("  train: {csv: {path: a}}\n  merge: {train: {csv: {path: b}}}\n"),
                 "sweep.yaml:4:11: data.merge[train]: \"train\" names a split already; choose "
                 "another name"},
        BadSweep{"GroupsWithoutAValue",
                 WithData("  train: {synthetic_digits: {}}\n  groups: column\n"),
                 "sweep.yaml:4:11: data.groups: \"column\" needs a value: {column: …}"},
        BadSweep{"EmptyPath", WithData("  train: {csv: {path: ''}}\n"),
                 "sweep.yaml:3:23: data.train.csv.path: an empty path; name a file or folder"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Start, BadSweepTest,
    testing::Values(
        BadSweep{"FinishedWeightsOfNoSweep", SmallSweep("training:\n  train: false\n"),
                 "sweep.yaml:4:10: training.train: false needs training.start_from, which names "
                 "the weights to use"},
        BadSweep{
            "FinishedWeightsOfNoSweepBySearch",
            SmallSweep("search:\n  parameters:\n    training.train: {values: [true, false]}\n"),
            "sweep.yaml:5:37: search.parameters[training.train].values[1]: false needs "
            "training.start_from, which names the weights to use"},
        BadSweep{"StartWithoutASweep", SmallSweep("training: {start_from: {trial: 1}}\n"),
                 "sweep.yaml:3:12: training.start_from.sweep: missing, but required: name of an "
                 "earlier sweep of the same coordinator"},
        BadSweep{"StartFromItself", SmallSweep("training: {start_from: {sweep: small}}\n"),
                 "sweep.yaml:3:32: training.start_from.sweep: \"small\" is this sweep; name an "
                 "earlier one"},
        BadSweep{"StartFromATrialBeforeTheFirst",
                 SmallSweep("training: {start_from: {sweep: early, trial: -2}}\n"),
                 "sweep.yaml:3:46: training.start_from.trial: -2 is out of range: it must be "
                 "from -1 to 2147483647"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Recipe, BadSweepTest,
    testing::Values(
        BadSweep{"WeightsForOtherClasses",
                 "name: small\n"
                 "data: {train: {synthetic_digits: {}}, classes: 3}\n"
                 "training: {class_weights: {values: [1, 2]}}\n",
                 "sweep.yaml:3:36: training.class_weights.values: 2 values for 3 classes; give one "
                 "for each"},
        BadSweep{"NoWeightForAnyClass", SmallSweep("training: {class_weights: {values: [0, 0]}}\n"),
                 "sweep.yaml:3:36: training.class_weights.values: all are 0, so nothing would be "
                 "learned; raise one"},
        BadSweep{"NegativeWeight", SmallSweep("training: {class_weights: {values: [1, -1]}}\n"),
                 "sweep.yaml:3:40: training.class_weights.values[1]: -1 is out of range: it must "
                 "be from 0 to 1000000"}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Folds, BadSweepTest,
    testing::Values(
        BadSweep{"GroupFoldsWithoutGroups", SmallSweep("cross_validation: {group_k_fold: {}}\n"),
                 "sweep.yaml:3:34: cross_validation.group_k_fold: needs data.groups, which says "
                 "which rows belong together"},
        BadSweep{"StratifiedGroupFoldsWithoutGroups",
                 SmallSweep("cross_validation: {stratified_group_k_fold: {folds: 3}}\n"),
                 "sweep.yaml:3:45: cross_validation.stratified_group_k_fold: needs data.groups, "
                 "which says which rows belong together"},
        BadSweep{"LeavingGroupsOutWithoutGroups",
                 SmallSweep("cross_validation: leave_one_group_out\n"),
                 "sweep.yaml:3:19: cross_validation.leave_one_group_out: needs data.groups, which "
                 "says which rows belong together"},
        BadSweep{"MoreFoldsThanMayBe",
                 SmallSweep("cross_validation: {repeated_k_fold: {folds: 101, repeats: 10}}\n"),
                 "sweep.yaml:3:37: cross_validation.repeated_k_fold: folds x repeats are 1010 "
                 "folds; a sweep may have at most 1000"},
        BadSweep{"NoRepeats",
                 SmallSweep("cross_validation: {repeated_stratified_k_fold: {repeats: 0}}\n"),
                 "sweep.yaml:3:58: cross_validation.repeated_stratified_k_fold.repeats: 0 is out "
                 "of range: it must be from 1 to 100"},
        BadSweep{"PredefinedFoldsNowhere", SmallSweep("cross_validation: {predefined: {}}\n"),
                 "sweep.yaml:3:32: cross_validation.predefined: missing: give one of column, file"},
        BadSweep{"PredefinedColumnWithoutCsv",
                 SmallSweep("cross_validation: {predefined: {column: fold}}\n"),
                 "sweep.yaml:3:41: cross_validation.predefined.column: needs data.train.csv; use "
                 "file for other formats"},
        BadSweep{"PredefinedColumnWithoutCsvOfAMergedSet",
                 "name: a\ndata:\n  train: {csv: {path: a}}\n  merge: {more: {synthetic_digits: "
                 "{}}}\ncross_validation: {predefined: {column: fold}}\n",
                 "sweep.yaml:5:41: cross_validation.predefined.column: needs "
                 "data.merge[more].csv; use file for other formats"}),
    [](const auto& info) { return info.param.name; });

TEST(BadSweep, FinishedWeightsOfASweepHold) {
  EXPECT_EQ(DiagnosticsOf(SmallSweep("training: {train: false, start_from: {sweep: early}}\n")),
            "");
}

TEST(BadSweep, SaysEverythingInOneGoInTheOrderOfTheText) {
  EXPECT_EQ(DiagnosticsOf("name: a\n"
                          "data: {train: {synthetic_digits: {samples: 5, wirters: 3}}}\n"
                          "training:\n"
                          "  epochs: 1.5\n"
                          "  optimizer: rmspro\n"
                          "  batch_size: 0\n"
                          "training: {}\n"),
            "sweep.yaml:2:44: data.train.synthetic_digits.samples: 5 is out of range: it must be "
            "from 10 to 1000000 (rows)\n"
            "sweep.yaml:2:47: data.train.synthetic_digits: unknown key \"wirters\"; did you mean "
            "\"writers\"?\n"
            "sweep.yaml:4:11: training.epochs: \"1.5\" is not a whole number\n"
            "sweep.yaml:5:14: training.optimizer: unknown choice \"rmspro\"; did you mean "
            "\"rmsprop\"?\n"
            "sweep.yaml:6:15: training.batch_size: 0 is out of range: it must be from 1 to 1048576 "
            "(rows)\n"
            "sweep.yaml:7:1: the key \"training\" stands here again (first on line 3); keep one");
}

TEST(BadSweep, RefusesADocumentThatIsNoMapping) {
  const std::string keys =
      "a mapping with the keys name, data, cross_validation, model, training, search, ensemble, "
      "resources, priority, verify";
  EXPECT_EQ(DiagnosticsOf(""), "sweep.yaml:1:1: empty; expected " + keys);
  EXPECT_EQ(DiagnosticsOf("# nothing\n"), "sweep.yaml:1:1: empty; expected " + keys);
  EXPECT_EQ(DiagnosticsOf("[1, 2]\n"), "sweep.yaml:1:1: expected " + keys + "; found a list");
  EXPECT_EQ(DiagnosticsOf("a: b: c\n"), "sweep.yaml:1:5: not valid YAML: illegal map value");
}

}  // namespace
}  // namespace pleat
