#include "worker/train/losses.h"

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tests/reference/fixture.h"

namespace pleat {
namespace {

v1::LossSpec SpecFromJson(const std::string& json) {
  v1::LossSpec spec;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, &spec).ok()) << json;
  return spec;
}

// [rows, classes] of a nested list.
at::Tensor Matrix(const nlohmann::json& rows, at::ScalarType dtype) {
  std::vector<at::Tensor> tensors;
  for (const nlohmann::json& row : rows) {
    tensors.push_back(at::tensor(row.get<std::vector<double>>(), at::kDouble));
  }
  return at::stack(tensors).to(dtype);
}

// Values and gradients by torch's autograd from the formulas as they are written.
class LossForms : public testing::TestWithParam<size_t> {
 protected:
  const nlohmann::json fixture_ = ReadFixture("losses.json");
  const nlohmann::json loss_ = fixture_["losses"][GetParam()];
  const v1::LossSpec spec_ = SpecFromJson(loss_["spec"].dump());
  const at::Tensor labels_ = at::tensor(fixture_["labels"].get<std::vector<int64_t>>(), at::kLong);
  const int64_t rows_ = labels_.numel();
};

TEST_P(LossForms, HasTheReferencesValueAndGradient) {
  for (const auto& [dtype, tolerance] :
       {std::pair(at::kDouble, 1e-12), std::pair(at::kFloat, 1e-5)}) {
    at::Tensor logits = Matrix(fixture_["logits"], dtype).requires_grad_(true);
    const at::Tensor loss = Loss(spec_, logits, labels_, rows_);
    EXPECT_NEAR(loss.item<double>() / loss_["loss"].get<double>(), 1, tolerance) << loss_["spec"];
    loss.backward();
    const at::Tensor expected = Matrix(loss_["gradient"], dtype);
    EXPECT_TRUE(at::allclose(logits.grad(), expected, tolerance, 0.1 * tolerance))
        << loss_["spec"] << "\n"
        << logits.grad() << "\n"
        << expected;
  }
}

TEST_P(LossForms, PartsOfABatchSumToTheWhole) {
  const at::Tensor logits = Matrix(fixture_["logits"], at::kDouble);
  double sum = 0;
  for (const auto& [begin, count] : {std::pair{0, 3}, std::pair{3, 2}}) {
    sum += Loss(spec_, logits.narrow(0, begin, count), labels_.narrow(0, begin, count), rows_)
               .item<double>();
  }
  EXPECT_NEAR(sum, Loss(spec_, logits, labels_, rows_).item<double>(), 1e-12);
}

TEST_P(LossForms, IsFiniteForHugeLogits) {
  for (const at::ScalarType dtype : {at::kFloat, at::kDouble}) {
    for (const double size : {50.0, 1e4, 1e30}) {
      at::Tensor logits = Matrix(fixture_["logits"], dtype).sign().mul(size).requires_grad_(true);
      const at::Tensor loss = Loss(spec_, logits, labels_, rows_);
      EXPECT_TRUE(std::isfinite(loss.item<double>())) << loss_["spec"] << " at " << size;
      loss.backward();
      EXPECT_TRUE(logits.grad().isfinite().all().item<bool>()) << loss_["spec"] << " at " << size;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(, LossForms, testing::Range<size_t>(0, 10));

TEST(LossFixture, HasNoOtherForms) { EXPECT_EQ(ReadFixture("losses.json")["losses"].size(), 10u); }

TEST(SymmetricCrossEntropy, ClippedLabelGivesNoForwardGradient) {
  at::Tensor logits = at::tensor({-40.0, 0.0}, at::kDouble).view({1, 2}).requires_grad_(true);
  const v1::LossSpec spec = SpecFromJson(R"({"symmetric_cross_entropy": {"alpha": 1, "beta": 0}})");
  Loss(spec, logits, at::tensor({0}, at::kLong), 1).backward();
  EXPECT_TRUE(at::equal(logits.grad(), at::zeros_like(logits)));
}

}  // namespace
}  // namespace pleat
