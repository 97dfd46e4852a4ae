#include "coordinator/service/search_service.h"

#include <gmock/gmock.h>

#include <mutex>
#include <set>
#include <thread>

#include "tests/coordinator/service/service_fixture.h"

namespace pleat {
namespace {

using testing::HasSubstr;

class SearchServiceTest : public ServiceFixture {
 protected:
  grpc::Status Create(const std::string& name) {
    v1::CreateStudyRequest request;
    request.set_request_id(NextId());
    request.set_name(name);
    request.mutable_search()->mutable_method()->mutable_tpe()->set_startup_trials(4);
    request.mutable_search()->set_max_trials(24);
    v1::ParameterSpec& parameter = *request.mutable_search()->add_parameters();
    parameter.set_key("x");
    parameter.mutable_uniform()->set_min(-1);
    parameter.mutable_uniform()->set_max(1);
    grpc::ClientContext context;
    v1::CreateStudyResponse response;
    return studies->CreateStudy(&context, request, &response);
  }

  v1::AskResponse Ask(const std::string& study) {
    v1::AskRequest request;
    request.set_request_id(NextId());
    request.set_study(study);
    grpc::ClientContext context;
    v1::AskResponse response;
    const grpc::Status status = studies->Ask(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  grpc::Status Tell(const std::string& study, uint32_t trial, double value) {
    v1::TellRequest request;
    request.set_request_id(NextId());
    request.set_study(study);
    request.set_trial(trial);
    request.set_value(value);
    grpc::ClientContext context;
    v1::TellResponse response;
    return studies->Tell(&context, request, &response);
  }

  v1::GetStudyResponse GetStudy(const std::string& name) {
    v1::GetStudyRequest request;
    request.set_name(name);
    grpc::ClientContext context;
    v1::GetStudyResponse response;
    EXPECT_TRUE(studies->GetStudy(&context, request, &response).ok());
    return response;
  }
};

TEST_F(SearchServiceTest, GivesEachOfManyClientsTrialsOfItsOwn) {
  StartCoordinator();
  ASSERT_TRUE(Create("a").ok());
  std::mutex mutex;
  std::set<uint32_t> seen;
  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < 4; ++i) {
      clients.emplace_back([&] {
        for (v1::AskResponse asked = Ask("a"); asked.has_trial(); asked = Ask("a")) {
          EXPECT_TRUE(Tell("a", asked.trial(), asked.trial()).ok());
          std::lock_guard lock(mutex);
          EXPECT_TRUE(seen.insert(asked.trial()).second);
        }
      });
    }
  }
  EXPECT_EQ(seen.size(), 24u);
  EXPECT_EQ(GetStudy("a").summary().scored(), 24u);
}

TEST_F(SearchServiceTest, IsThereAfterARestart) {
  StartCoordinator();
  ASSERT_TRUE(Create("a").ok());
  for (uint32_t trial = 0; trial < 8; ++trial) {
    ASSERT_EQ(Ask("a").trial(), trial);
    ASSERT_TRUE(Tell("a", trial, 1).ok());
  }
  const std::string before = GetStudy("a").SerializeAsString();
  StopCoordinator();
  StartCoordinator();
  EXPECT_EQ(GetStudy("a").SerializeAsString(), before);
  EXPECT_EQ(Ask("a").trial(), 8u);
  v1::ListStudiesResponse list;
  grpc::ClientContext context;
  ASSERT_TRUE(studies->ListStudies(&context, v1::ListStudiesRequest(), &list).ok());
  ASSERT_EQ(list.studies_size(), 1);
  EXPECT_EQ(list.studies(0).trials(), 9u);
}

TEST_F(SearchServiceTest, SaysWhatIsWrong) {
  StartCoordinator();
  ASSERT_TRUE(Create("a").ok());
  const grpc::Status status = Tell("a", 3, 1);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_THAT(status.error_message(), HasSubstr("study 'a' has no trial 3"));
}

}  // namespace
}  // namespace pleat
