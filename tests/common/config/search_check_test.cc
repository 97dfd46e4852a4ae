// Search parameters that do not fit the sweep.
#include "common/config/search_check.h"

#include <gtest/gtest.h>

#include "tests/common/config/sweep_text.h"

namespace pleat {
namespace {

// Diagnostics of a sweep with this one parameter.
std::string WithParameter(const std::string& key, const std::string& distribution,
                          const std::string& method = "random") {
  return DiagnosticsOf(SmallSweep("search:\n  method: " + method +
                                  "\n  max_trials: 5\n  parameters:\n    " + key + ": " +
                                  distribution + "\n"));
}

TEST(SearchCheck, AcceptsEveryDistribution) {
  EXPECT_EQ(WithParameter("training.optimizer.adam_w.lr", "{log_uniform: {min: 1e-4, max: 0.1}}"),
            "");
  EXPECT_EQ(WithParameter("model.se_cnn.dropout", "{uniform: {min: 0, max: 0.5}}"), "");
  EXPECT_EQ(WithParameter("model.se_cnn.dense[0]", "{int_uniform: {min: 8, max: 64}}"), "");
  EXPECT_EQ(WithParameter("training.checkpoint", "{values: [last, best]}", "grid"), "");
  EXPECT_EQ(WithParameter("training.epochs", "{log_int_uniform: {min: 2, max: 9}}", "grid"), "");
  EXPECT_EQ(
      WithParameter("model.se_cnn.dropout", "{uniform: {min: 0, max: 0.5, step: 0.1}}", "grid"),
      "");
  EXPECT_EQ(
      WithParameter("model.se_cnn.dropout", "{normal: {mean: 0.2, stddev: 0.1, min: 0, max: 0.5}}"),
      "");
  EXPECT_EQ(WithParameter("training.checkpoint", "{constant: best}", "grid"), "");
}

TEST(SearchCheck, AsksOfAnExternalSearchWhatItsClientsTrialsAreHeldAgainst) {
  EXPECT_EQ(WithParameter("training.epochs", "{int_uniform: {min: 1, max: 9}}", "external"), "");
  EXPECT_EQ(DiagnosticsOf(SmallSweep("search: {method: external, max_trials: 5}\n")),
            "sweep.yaml:3:1: search.parameters: external search needs parameters, which the "
            "client's trials have values of; declare them");
  EXPECT_EQ(DiagnosticsOf(SmallSweep("search:\n  method: external\n  parameters:\n"
                                     "    training.epochs: {values: [1, 2]}\n"
                                     "  enqueue: [{training.epochs: 1}]\n")),
            "sweep.yaml:3:1: search.max_trials: external search needs a limit; give at least 1\n"
            "sweep.yaml:7:12: search.enqueue: external search takes all its trials from the "
            "client; give it these too, and leave them out here");
}

TEST(SearchCheck, RefusesPathsThatAreNotOneValueOfThisSweep) {
  EXPECT_EQ(WithParameter("training.epoch", "{values: [1, 2]}"),
            "sweep.yaml:7:5: search.parameters[training.epoch]: there is no \"epoch\" in training; "
            "did you mean \"epochs\"?");
  EXPECT_EQ(WithParameter("training.optimizer.sgd.lr", "{values: [1, 2]}"),
            "sweep.yaml:7:5: search.parameters[training.optimizer.sgd.lr]: training.optimizer.sgd "
            "is not in use: this sweep chose \"adam_w\" instead");
  EXPECT_EQ(WithParameter("resources.threads", "{values: [1, 2]}"),
            "sweep.yaml:7:5: search.parameters[resources.threads]: resources.threads may not vary; "
            "parameters are fields of model or training");
  EXPECT_EQ(WithParameter("training.optimizer", "{uniform: {min: 0, max: 1}}"),
            "sweep.yaml:7:25: search.parameters[training.optimizer]: training.optimizer is a "
            "section or a list; list whole ones with values, or name a field below it");
  EXPECT_EQ(WithParameter("model.se_cnn.dense", "{int_uniform: {min: 1, max: 2}}"),
            "sweep.yaml:7:25: search.parameters[model.se_cnn.dense]: model.se_cnn.dense is a "
            "section or a list; list whole ones with values, or name a field below it");
  EXPECT_EQ(WithParameter("training.optimizer.sgd", "{values: [{lr: 0.1}]}"),
            "sweep.yaml:7:5: search.parameters[training.optimizer.sgd]: training.optimizer.sgd is "
            "not in use: this sweep chose \"adam_w\" instead");
  EXPECT_EQ(WithParameter("training", "{values: [{epochs: 3}]}"),
            "sweep.yaml:7:15: search.parameters[training]: may not vary as a whole; name a field "
            "below it");
  EXPECT_EQ(WithParameter("training.start_from", "{values: [{sweep: first}]}"),
            "sweep.yaml:7:26: search.parameters[training.start_from]: may not vary as a whole; "
            "name a field below it");
  EXPECT_EQ(WithParameter("training.augmentation[0].shift_scale_rotate.p", "{values: [1]}"),
            "sweep.yaml:7:5: search.parameters[training.augmentation[0].shift_scale_rotate.p]: "
            "there is no training.augmentation[0]; the list has 0 elements, counted from 0");
}

TEST(SearchCheck, AcceptsWholeSectionsAndLists) {
  EXPECT_EQ(WithParameter("training.optimizer", "{values: [{rmsprop: {lr: 1e-3}}, adam: {}, sgd]}",
                          "grid"),
            "");
  EXPECT_EQ(WithParameter("training.optimizer", "{constant: {sgd: {lr: 0.2}}}", "tpe"), "");
  EXPECT_EQ(WithParameter("model", "{values: [mlp, {se_cnn: {width: 8}}]}"), "");
  EXPECT_EQ(WithParameter("model.se_cnn.dense", "{values: [[64], [128, 64]]}"), "");
  EXPECT_EQ(WithParameter("training.mixup", "{values: [{alpha: 0.1}, {alpha: 0.4}]}"), "");
  EXPECT_EQ(
      WithParameter("training.augmentation",
                    "\n      values:\n        - []\n        - - shift_scale_rotate: {p: 0.5}"),
      "");
}

TEST(SearchCheck, ChecksSectionsAsIfTheyStoodInTheirPlace) {
  EXPECT_EQ(WithParameter("training.optimizer", "{values: [{rmsprop: {lr: 0}}, {adam: {}}]}"),
            "sweep.yaml:7:50: search.parameters[training.optimizer].values[0].rmsprop.lr: 0 is "
            "out of range: it must be more than 0 and at most 1000");
  EXPECT_EQ(
      WithParameter("training.optimizer", "{values: [adam, {sgd: {rate: 0.1, momentum: x}}]}"),
      "sweep.yaml:7:48: search.parameters[training.optimizer].values[1].sgd: unknown key "
      "\"rate\"; one of: lr, momentum, nesterov, weight_decay\n"
      "sweep.yaml:7:69: search.parameters[training.optimizer].values[1].sgd.momentum: \"x\" "
      "is not a number");
  EXPECT_EQ(WithParameter("training.optimizer", "{values: [adamw]}"),
            "sweep.yaml:7:35: search.parameters[training.optimizer].values[0]: unknown choice "
            "\"adamw\"; did you mean \"adam\"?");
  EXPECT_EQ(WithParameter("model.se_cnn.dense", "{values: [[64], 1, []]}"),
            "sweep.yaml:7:41: search.parameters[model.se_cnn.dense].values[1]: expected a list "
            "[a, b, …], found \"1\"\n"
            "sweep.yaml:7:44: search.parameters[model.se_cnn.dense].values[2]: needs at least one "
            "element; remove the key for the default [256, 128]");
  EXPECT_EQ(WithParameter("training.optimizer",
                          "\n      values:\n        - adam: {lr: 0.001}\n        - adam:\n"
                          "            lr: 0.001"),
            "sweep.yaml:10:11: search.parameters[training.optimizer].values[1]: {adam: {lr: "
            "0.001}} is listed twice; keep one");
  EXPECT_EQ(WithParameter("training.optimizer", "{values: [adam, {adam: {lr: 0.001}}]}"),
            "sweep.yaml:7:41: search.parameters[training.optimizer].values[1]: {adam: {lr: "
            "0.001}} is listed twice; keep one");
  EXPECT_EQ(WithParameter("training.class_weights", "{values: [balanced, {values: [0, 0]}]}"),
            "sweep.yaml:7:49: search.parameters[training.class_weights].values[1].values: all are "
            "0, so nothing would be learned; raise one");
  EXPECT_EQ(WithParameter("model.sequential[0]", "{values: [flatten]}"),
            "sweep.yaml:7:5: search.parameters[model.sequential[0]]: model.sequential is not in "
            "use: this sweep chose \"se_cnn\" instead");
  EXPECT_EQ(WithParameter("training.epochs", "{values: [3, {a: 1}]}"),
            "sweep.yaml:7:35: search.parameters[training.epochs].values[1]: \"{a: 1}\" is not a "
            "whole number");
}

// Diagnostics of a grid search with these parameters, a line each.
std::string WithParameters(const std::string& lines, const std::string& more = "") {
  return DiagnosticsOf(SmallSweep("search:\n  parameters:\n" + lines + more));
}

TEST(SearchCheck, RefusesFieldsThatSomeSectionsLack) {
  const std::string optimizer = "    training.optimizer: {values: [adam, sgd]}\n";
  EXPECT_EQ(
      WithParameters(optimizer + "    training.optimizer.sgd.momentum: {values: [0.5, 0.9]}\n"),
      "");
  EXPECT_EQ(
      WithParameters(optimizer + "    training.optimizer.sgd.momentum: {values: [0.5, 0.9], when: "
                                 "{training.optimizer: [adam, sgd]}}\n"),
      "sweep.yaml:6:5: search.parameters[training.optimizer.sgd.momentum]: is not there "
      "where training.optimizer is adam: training.optimizer.sgd is not in use: this sweep "
      "chose \"adam\" instead");
  EXPECT_EQ(WithParameters(optimizer + "    training.optimizer.rmsprop.rho: {values: [0.5]}\n"),
            "sweep.yaml:6:5: search.parameters[training.optimizer.rmsprop.rho]: "
            "training.optimizer.rmsprop is not in use: this sweep chose \"sgd\" instead");
}

TEST(SearchCheck, RefusesConditionsThatCannotHold) {
  const std::string seed = "    training.seed: {values: [1, 2]}\n";
  const auto with = [&](const std::string& when, const std::string& more = "") {
    return WithParameters(seed + "    training.epochs: {values: [1, 2], when: " + when + "}\n" +
                          more);
  };
  EXPECT_EQ(with("{training.seed: 2}"), "");
  EXPECT_EQ(with("{training.seed: [1, 2]}"), "");
  EXPECT_EQ(with("{training.seeds: 2}"),
            "sweep.yaml:6:46: search.parameters[training.epochs].when[training.seeds]: is not "
            "among search.parameters; add it there; did you mean \"training.seed\"?");
  EXPECT_EQ(with("{training.seed: 3}"),
            "sweep.yaml:6:61: search.parameters[training.epochs].when[training.seed][0]: "
            "training.seed is never 3; did you mean \"1\"?");
  EXPECT_EQ(with("{training.optimizer: adamw}",
                 "    training.optimizer: {values: [{adam_w: {lr: 1}}, sgd]}\n"),
            "sweep.yaml:6:66: search.parameters[training.epochs].when[training.optimizer][0]: "
            "training.optimizer is never adamw; did you mean \"adam_w\"?");
  EXPECT_EQ(with("{training.epochs: 2}"),
            "sweep.yaml:6:46: search.parameters[training.epochs].when[training.epochs]: is the "
            "parameter itself; name another");
  EXPECT_EQ(with("{training.seed: }"),
            "sweep.yaml:6:46: search.parameters[training.epochs].when[training.seed][0]: no value; "
            "give one, or remove the key");
  EXPECT_EQ(with("{training.batch_size: 2}",
                 "    training.batch_size: {int_uniform: {min: 1, max: 5000}}\n"),
            "sweep.yaml:6:46: search.parameters[training.epochs].when[training.batch_size]: has "
            "more than 1024 values; only a parameter with fewer, such as a list, may decide");
}

TEST(SearchCheck, RefusesConditionsThatGoRound) {
  EXPECT_EQ(WithParameters("    training.seed: {values: [1], when: {training.epochs: 1}}\n"
                           "    training.epochs: {values: [1], when: {training.batch_size: 1}}\n"
                           "    training.batch_size: {values: [1], when: {training.epochs: 1}}\n"),
            "sweep.yaml:6:36: search.parameters[training.epochs].when: goes round: "
            "training.epochs -> training.batch_size -> training.epochs; remove one of these "
            "conditions");
}

TEST(SearchCheck, ChecksEachLinkedField) {
  const auto with = [](const std::string& distribution, const std::string& also) {
    return WithParameters("    training.epochs: {" + distribution + ", also: " + also + "}\n",
                          "  max_trials: 2\n  method: random\n");
  };
  EXPECT_EQ(with("int_uniform: {min: 1, max: 9}", "[training.batch_size, model.se_cnn.depth]"), "");
  EXPECT_EQ(with("int_uniform: {min: 1, max: 99}", "[training.seed, model.se_cnn.depth]"),
            "sweep.yaml:5:77: search.parameters[training.epochs].also[1]: int_uniform.max: 99 is "
            "out of range: it must be from 1 to 16");
  EXPECT_EQ(with("values: [1, 0]", "[training.batch_size]"),
            "sweep.yaml:5:35: search.parameters[training.epochs].values[1]: 0 is out of range: it "
            "must be from 1 to 100000 (epochs)");
  EXPECT_EQ(
      with("values: [1]", "[training.batch_sizes]"),
      "sweep.yaml:5:43: search.parameters[training.epochs].also[0]: there is no \"batch_sizes\" "
      "in training; did you mean \"batch_size\"?");
  EXPECT_EQ(with("values: [1]", "[training.seed, training.epochs, training.seed]"),
            "sweep.yaml:5:58: search.parameters[training.epochs].also[1]: training.epochs takes "
            "the value of search.parameters[training.epochs] already; name it once\n"
            "sweep.yaml:5:75: search.parameters[training.epochs].also[2]: training.seed takes the "
            "value of search.parameters[training.epochs] already; name it once");
}

TEST(SearchCheck, RefusesConstraintsAtTheLetter) {
  const auto with = [](const std::string& constraint) {
    return WithParameters("    training.epochs: {values: [1, 2]}\n",
                          "  constraints:\n    - " + constraint + "\n");
  };
  EXPECT_EQ(with("training.epochs * training.batch_size <= 256"), "");
  EXPECT_EQ(with("training.epochs * <= 3"),
            "sweep.yaml:7:25: search.constraints[0]: expected a number, a path or \"(\", found "
            "\"<= 3\"");
  EXPECT_EQ(with("\"training.epochs * <= 3\""),
            "sweep.yaml:7:26: search.constraints[0]: expected a number, a path or \"(\", found "
            "\"<= 3\"");
  EXPECT_EQ(with("2 * training.epoch <= 3"),
            "sweep.yaml:7:11: search.constraints[0]: there is no \"epoch\" in training; did you "
            "mean \"epochs\"?");
  EXPECT_EQ(with("1 < training.checkpoint"),
            "sweep.yaml:7:11: search.constraints[0]: training.checkpoint is not a number");
  EXPECT_EQ(with("1 < resources.threads"),
            "sweep.yaml:7:11: search.constraints[0]: resources.threads may not vary; parameters "
            "are fields of model or training");
  EXPECT_EQ(with("training.epochs > 2"),
            "sweep.yaml:7:5: search.constraints: no combination of the values keeps them; loosen "
            "one");
}

TEST(SearchCheck, ChecksEveryValueAndBoundAgainstTheField) {
  EXPECT_EQ(WithParameter("training.epochs", "{values: [3, x, 0, 3]}"),
            "sweep.yaml:7:35: search.parameters[training.epochs].values[1]: \"x\" is not a whole "
            "number\n"
            "sweep.yaml:7:38: search.parameters[training.epochs].values[2]: 0 is out of range: it "
            "must be from 1 to 100000 (epochs)\n"
            "sweep.yaml:7:41: search.parameters[training.epochs].values[3]: 3 is listed twice; "
            "keep one");
  EXPECT_EQ(WithParameter("model.se_cnn.dropout", "{uniform: {min: 0, max: 1}}"),
            "sweep.yaml:7:51: search.parameters[model.se_cnn.dropout].uniform.max: 1 is out of "
            "range: it must be at least 0 and less than 1 (probability)");
  EXPECT_EQ(WithParameter("training.epochs", "{int_uniform: {min: -1, max: 5}}"),
            "sweep.yaml:7:42: search.parameters[training.epochs].int_uniform.min: -1 is out of "
            "range: it must be from 1 to 100000 (epochs)");
}

TEST(SearchCheck, RefusesIntervalsWiderThanNumbersAre) {
  EXPECT_EQ(DiagnosticsOf(SmallSweep(
                "model: {registered: {name: plain_net, options: {width: 8}}}\n"
                "search:\n  method: random\n  max_trials: 5\n  parameters:\n"
                "    model.registered.options[width]: {uniform: {min: -1e308, max: 1e308}}\n")),
            "sweep.yaml:8:48: search.parameters[model.registered.options[width]].uniform: is wider "
            "than the largest number; bring min and max closer");
}

TEST(SearchCheck, RefusesIntervalsThatAreEmptyOrOfTheWrongKind) {
  EXPECT_EQ(WithParameter("model.se_cnn.dropout", "{uniform: {min: 0.5, max: 0.5}}"),
            "sweep.yaml:7:37: search.parameters[model.se_cnn.dropout].uniform: min must be less "
            "than max");
  EXPECT_EQ(WithParameter("model.se_cnn.dropout", "{log_uniform: {min: 0, max: 0.5}}"),
            "sweep.yaml:7:47: search.parameters[model.se_cnn.dropout].log_uniform.min: must be "
            "more than 0, for its logarithm");
  EXPECT_EQ(WithParameter("training.epochs", "{uniform: {min: 1, max: 5}}"),
            "sweep.yaml:7:32: search.parameters[training.epochs].uniform: draws reals, which "
            "training.epochs does not take; use int_uniform or values");
  EXPECT_EQ(WithParameter("model.se_cnn.dropout", "{uniform: {min: 0.1}}"),
            "sweep.yaml:7:28: search.parameters[model.se_cnn.dropout].uniform.max: missing, but "
            "required: upper bound");
  EXPECT_EQ(WithParameter("model.se_cnn.dropout", "{}"),
            "sweep.yaml:7:27: search.parameters[model.se_cnn.dropout]: missing: give one of "
            "uniform, log_uniform, int_uniform, values, log_int_uniform, normal, constant");
}

TEST(SearchCheck, RefusesStepsThatLeadNowhere) {
  EXPECT_EQ(WithParameter("model.se_cnn.dropout", "{uniform: {min: 0, max: 0.5, step: 0.6}}"),
            "sweep.yaml:7:62: search.parameters[model.se_cnn.dropout].uniform.step: is more than "
            "max - min; lower it");
  EXPECT_EQ(WithParameter("model.se_cnn.dropout", "{uniform: {min: 0, max: 0.5, step: 0}}"),
            "sweep.yaml:7:62: search.parameters[model.se_cnn.dropout].uniform.step: 0 is out of "
            "range: it must be more than 0");
  EXPECT_EQ(WithParameter("model.se_cnn.dropout", "{uniform: {min: 0, max: 0.5, step: 1e-6}}"),
            "sweep.yaml:7:62: search.parameters[model.se_cnn.dropout].uniform.step: is too fine "
            "for values of 6 significant digits; raise it");
  EXPECT_EQ(WithParameter("training.epochs", "{int_uniform: {min: 1, max: 5, step: 9}}"),
            "sweep.yaml:7:59: search.parameters[training.epochs].int_uniform.step: is more than "
            "max - min; lower it");
  EXPECT_EQ(WithParameter("training.epochs", "{log_int_uniform: {min: 2, max: 3, factor: 2}}"),
            "sweep.yaml:7:65: search.parameters[training.epochs].log_int_uniform.factor: is more "
            "than max / min; lower it");
  EXPECT_EQ(
      WithParameter("training.epochs", "{log_int_uniform: {min: 2, max: 9, step: 2, factor: 2}}"),
      "sweep.yaml:7:74: search.parameters[training.epochs].log_int_uniform.factor: step is given "
      "too; keep one of both");
  EXPECT_EQ(WithParameter("training.seed", "{log_int_uniform: {min: 0, max: 9}}"),
            "sweep.yaml:7:44: search.parameters[training.seed].log_int_uniform.min: must be more "
            "than 0, for its logarithm");
}

TEST(SearchCheck, RefusesNormalDistributionsBeyondTheField) {
  EXPECT_EQ(WithParameter("model.se_cnn.dropout", "{normal: {mean: 0.2, stddev: 0.1, max: 0.5}}"),
            "sweep.yaml:7:36: search.parameters[model.se_cnn.dropout].normal: give a min: "
            "model.se_cnn.dropout must be at least 0 and less than 1 (probability)");
  EXPECT_EQ(
      WithParameter("model.se_cnn.dropout", "{normal: {mean: 0.2, stddev: 0.1, min: 0, max: 1}}"),
      "sweep.yaml:7:74: search.parameters[model.se_cnn.dropout].normal.max: 1 is out of "
      "range: it must be at least 0 and less than 1 (probability)");
  EXPECT_EQ(
      WithParameter("model.se_cnn.dropout", "{normal: {mean: 9, stddev: 0.1, min: 0, max: 0.5}}"),
      "sweep.yaml:7:36: search.parameters[model.se_cnn.dropout].normal: min and max leave "
      "nothing within 8 standard deviations of the mean; move them or the mean");
  EXPECT_EQ(
      WithParameter("model.se_cnn.dropout", "{normal: {mean: 0.2, stddev: 0, min: 0.1, max: 0.5}}"),
      "sweep.yaml:7:56: search.parameters[model.se_cnn.dropout].normal.stddev: 0 is out of "
      "range: it must be more than 0");
  EXPECT_EQ(WithParameter("training.epochs", "{normal: {mean: 5, stddev: 1}}"),
            "sweep.yaml:7:31: search.parameters[training.epochs].normal: draws reals, which "
            "training.epochs does not take; use int_uniform or values");
}

TEST(SearchCheck, TakesTheOptionsOfTpeWithinTheirRanges) {
  const std::string dropout = "{uniform: {min: 0, max: 0.5}}";
  EXPECT_EQ(WithParameter("model.se_cnn.dropout", dropout, "tpe"), "");
  EXPECT_EQ(WithParameter("model.se_cnn.dropout", dropout, "{tpe: {startup_trials: 1}}"), "");
  EXPECT_EQ(
      WithParameter("model.se_cnn.dropout", dropout, "{tpe: {startup_trials: 0}}"),
      "sweep.yaml:4:34: search.method.tpe.startup_trials: 0 is out of range: it must be from 1 "
      "to 10000 (trials)");
  EXPECT_EQ(
      WithParameter("model.se_cnn.dropout", dropout, "{tpe: {candidates: 10001}}"),
      "sweep.yaml:4:30: search.method.tpe.candidates: 10001 is out of range: it must be from 1 "
      "to 10000 (points)");
}

TEST(SearchCheck, TakesTheOptionsOfGpWithinTheirRanges) {
  const std::string dropout = "{uniform: {min: 0, max: 0.5}}";
  EXPECT_EQ(WithParameter("model.se_cnn.dropout", dropout, "gp"), "");
  EXPECT_EQ(WithParameter("model.se_cnn.dropout", dropout, "{gp: {startup_trials: 5}}"), "");
  EXPECT_EQ(
      WithParameter("model.se_cnn.dropout", dropout, "{gp: {startup_trials: 0}}"),
      "sweep.yaml:4:33: search.method.gp.startup_trials: 0 is out of range: it must be from 1 "
      "to 10000 (trials)");
  EXPECT_EQ(DiagnosticsOf(SmallSweep("search:\n  method: gp\n  parameters: {training.epochs: "
                                     "{values: [1]}}\n")),
            "sweep.yaml:3:1: search.max_trials: gp search needs a limit; give at least 1");
}

TEST(SearchCheck, RefusesSearchesWithoutEnd) {
  EXPECT_EQ(WithParameter("model.se_cnn.dropout", "{uniform: {min: 0, max: 0.5}}", "grid"),
            "sweep.yaml:7:37: search.parameters[model.se_cnn.dropout].uniform: reals have no grid; "
            "give a step, list them with values, or use method: random");
  EXPECT_EQ(WithParameter("model.se_cnn.dropout", "{log_uniform: {min: 0.1, max: 0.5}}", "grid"),
            "sweep.yaml:7:41: search.parameters[model.se_cnn.dropout].log_uniform: reals have no "
            "grid; give a factor or a step, list them with values, or use method: random");
  EXPECT_EQ(WithParameter("model.se_cnn.dropout",
                          "{normal: {mean: 0.2, stddev: 0.1, min: 0, max: 0.5}}", "grid"),
            "sweep.yaml:7:36: search.parameters[model.se_cnn.dropout].normal: a normal "
            "distribution has no grid; list values, or use method: random");
  EXPECT_EQ(DiagnosticsOf(SmallSweep("search:\n  method: random\n  parameters: {training.epochs: "
                                     "{values: [1]}}\n")),
            "sweep.yaml:3:1: search.max_trials: random search needs a limit; give at least 1");
  EXPECT_EQ(DiagnosticsOf(SmallSweep("search:\n  method: tpe\n  parameters: {training.epochs: "
                                     "{values: [1]}}\n")),
            "sweep.yaml:3:1: search.max_trials: tpe search needs a limit; give at least 1");
  EXPECT_EQ(DiagnosticsOf(SmallSweep("search:\n  method: sobol\n  parameters: {training.epochs: "
                                     "{values: [1]}}\n")),
            "sweep.yaml:3:1: search.max_trials: sobol search needs a limit; give at least 1");
  EXPECT_EQ(WithParameter("training.seed", "{int_uniform: {min: 0, max: 2000000}}", "grid"),
            "sweep.yaml:7:5: search.parameters: the grid has more than 1000000 trials; give fewer "
            "values, or use method: random with max_trials");
}

// Diagnostics of a random search of two parameters with these trials by hand.
std::string WithEnqueued(const std::string& trials) {
  return DiagnosticsOf(
      SmallSweep("search:\n  method: random\n  max_trials: 2\n  parameters:\n"
                 "    training.epochs: {int_uniform: {min: 2, max: 9}}\n"
                 "    training.checkpoint: {values: [last]}\n  enqueue: " +
                 trials + "\n"));
}

TEST(SearchCheck, AcceptsTrialsByHandThatTheFieldsTake) {
  EXPECT_EQ(WithEnqueued("[{training.epochs: 20}, {training.checkpoint: last}]"), "");
}

TEST(SearchCheck, RefusesTrialsByHandThatAreNone) {
  EXPECT_EQ(WithEnqueued("[{training.epoch: 20}]"),
            "sweep.yaml:9:14: search.enqueue[0][training.epoch]: is not among search.parameters; "
            "add it there; did you mean \"training.epochs\"?");
  EXPECT_EQ(WithEnqueued("[{training.epochs: 0}]"),
            "sweep.yaml:9:31: search.enqueue[0][training.epochs]: 0 is out of range: it must be "
            "from 1 to 100000 (epochs)");
  EXPECT_EQ(WithEnqueued("[{training.checkpoint: best}]"),
            "sweep.yaml:9:35: search.enqueue[0][training.checkpoint]: best is not one of the "
            "values of search.parameters[training.checkpoint]");
  const auto with_optimizer = [](const std::string& value) {
    return DiagnosticsOf(SmallSweep(
        "search:\n  parameters:\n    training.optimizer: {values: [sgd, {adam: {lr: 1}}, {adam: "
        "{lr: 2}}]}\n  enqueue: [{training.optimizer: " +
        value + "}]\n"));
  };
  EXPECT_EQ(with_optimizer("{adam: {lr: 2}}"), "");
  EXPECT_EQ(with_optimizer("sgd"), "");
  EXPECT_EQ(with_optimizer("adam"),
            "sweep.yaml:6:34: search.enqueue[0][training.optimizer]: adam names 2 values of "
            "search.parameters[training.optimizer]; write one of them out");
  EXPECT_EQ(with_optimizer("rmsprop"),
            "sweep.yaml:6:34: search.enqueue[0][training.optimizer]: rmsprop is not one of the "
            "values of search.parameters[training.optimizer]");
  const auto constrained = [](const std::string& trial) {
    return WithParameters(
        "    training.epochs: {values: [1, 2]}\n"
        "    training.seed: {values: [1, 2]}\n",
        "  constraints: [training.epochs * training.seed < 4]\n"
        "  enqueue: [" +
            trial + "]\n");
  };
  EXPECT_EQ(constrained("{training.epochs: 2}"), "");
  EXPECT_EQ(constrained("{training.epochs: 2, training.seed: 2}"),
            "sweep.yaml:8:13: search.enqueue[0]: breaks search.constraints[0], training.epochs * "
            "training.seed < 4; change it, or the constraint");
  EXPECT_EQ(WithEnqueued("[{training.epochs: 1}, {training.epochs: 2}, {training.epochs: 3}]"),
            "sweep.yaml:9:12: search.enqueue: 3 trials are more than search.max_trials, 2; raise "
            "it");
}

}  // namespace
}  // namespace pleat
