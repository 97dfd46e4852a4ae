#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/commands.h"
#include "tests/client/fake_service.h"

namespace pleat {
namespace {

using ::testing::HasSubstr;

// One trial with a learning rate.
void AddSweep(FakeService& service) {
  service.sweep.mutable_summary()->set_name("s");
  service.sweep.mutable_spec()->mutable_search()->add_parameters()->set_key("training.lr");
  v1::TrialStatus& trial = *service.sweep.add_trials();
  trial.add_parameters()->set_path("training.lr");
  trial.mutable_parameters(0)->set_value("0.5");
}

struct Printed {
  ExitCode code = kExitDone;
  std::string out;
  std::string err;
};

Printed List(const ListOptions& options) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const ExitCode code = ListSweeps(options);
  return {code, testing::internal::GetCapturedStdout(), testing::internal::GetCapturedStderr()};
}

TEST(ListCommand, ListsSweepsOrTheTrialsOfOne) {
  FakeService service;
  AddSweep(service);
  service.list.add_sweeps()->set_name("other");
  EXPECT_THAT(List({.coordinator = service.address(), .csv = true}).out, HasSubstr("\nother,"));
  const Printed trials = List({.coordinator = service.address(), .name = "s", .csv = true});
  EXPECT_EQ(trials.code, kExitDone);
  EXPECT_THAT(trials.out, HasSubstr("folds,training.lr\n0,waiting,,,0,0,0.5\n"));
}

TEST(ListCommand, EndsWithBadInputForKeysThatThereAreNot) {
  FakeService service;
  AddSweep(service);
  const Printed sorted = List({.coordinator = service.address(), .name = "s", .sort = "-lrr"});
  EXPECT_EQ(sorted.code, kExitBadInput);
  EXPECT_EQ(sorted.out, "");
  EXPECT_THAT(sorted.err, HasSubstr("did you mean \"lr\"?"));
  EXPECT_EQ(List({.coordinator = service.address(), .name = "s", .filter = "l<1"}).code,
            kExitBadInput);
}

TEST(ListCommand, AsksForASweepWhereTrialsAreSorted) {
  const Printed printed = List({.sort = "score"});
  EXPECT_EQ(printed.code, kExitBadInput);
  EXPECT_THAT(printed.err, HasSubstr("pleat ls NAME --sort score"));
}

TEST(ListCommand, SaysThatNoTrialIsLeft) {
  FakeService service;
  AddSweep(service);
  EXPECT_EQ(List({.coordinator = service.address(), .name = "s", .filter = "lr>1"}).out,
            "no trial fits the filter\n");
}

}  // namespace
}  // namespace pleat
