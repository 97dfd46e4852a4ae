// SweepService.Resolve: the YAML of clients that cannot read it.
#include <gmock/gmock.h>

#include "common/config/sweep_reader.h"
#include "tests/coordinator/service/service_fixture.h"

namespace pleat {
namespace {

using testing::HasSubstr;

class ResolveTest : public ServiceFixture {
 protected:
  grpc::Status Resolve(const std::string& source, v1::ResolveResponse& response) {
    v1::ResolveRequest request;
    request.set_source(source);
    request.set_file("my.yaml");
    request.set_folder("/home/me");
    request.add_overrides("training.epochs=3");
    grpc::ClientContext context;
    return sweeps->Resolve(&context, request, &response);
  }
};

TEST_F(ResolveTest, ReadsASweepAsTheClientDoes) {
  StartCoordinator();
  v1::ResolveResponse response;
  const std::string data = "data: {root: data, train: {csv: {path: train.csv}}}\n";
  const grpc::Status status = Resolve("name: small\n" + data, response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.spec().data().root(), "/home/me/data");
  EXPECT_EQ(response.spec().training().epochs(), 3u);
  EXPECT_TRUE(CheckSweepSpec(response.spec()).ok());
}

TEST_F(ResolveTest, SaysEveryProblemWithItsPlace) {
  StartCoordinator();
  v1::ResolveResponse response;
  const grpc::Status status = Resolve("name: Small\ntrainig: {}\n", response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("my.yaml:1:7: name: "));
  EXPECT_THAT(status.error_message(), HasSubstr("did you mean \"training\"?"));
}

}  // namespace
}  // namespace pleat
