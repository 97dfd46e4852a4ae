#include "coordinator/service/coordinator_server.h"

#include "tests/coordinator/service/service_fixture.h"

namespace pleat {
namespace {

class CoordinatorServerTest : public ServiceFixture {};

TEST_F(CoordinatorServerTest, LetsClientsPingWhileTheyPoll) {
  StartCoordinator();
  Register("w");
  CoordinatorServer server(*loop, *store);
  ASSERT_TRUE(server.Listen({"127.0.0.1", 0}).ok());
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 50);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  workers = v1::WorkerService::NewStub(grpc::CreateCustomChannel(
      server.address().ToString(), grpc::InsecureChannelCredentials(), arguments));
  grpc::ClientContext context;
  v1::AcquireTaskResponse response;
  const grpc::Status status = Acquire(context, "w", 1'000, response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  loop->Stop();
}

}  // namespace
}  // namespace pleat
