#include "worker/train/optimizer.h"

#include "worker/train/adam.h"
#include "worker/train/rmsprop.h"
#include "worker/train/sgd.h"

namespace pleat {

std::unique_ptr<Optimizer> MakeOptimizer(const v1::OptimizerSpec& spec, const at::Tensor& values) {
  switch (spec.rule_case()) {
    case v1::OptimizerSpec::kRmsprop:
      return std::make_unique<RmsProp>(spec.rmsprop(), values);
    case v1::OptimizerSpec::kSgd:
      return std::make_unique<Sgd>(spec.sgd(), values);
    case v1::OptimizerSpec::kAdam:
      return std::make_unique<Adam>(spec.adam(), Adam::Decay::kInGradient, values);
    case v1::OptimizerSpec::kAdamW:
    case v1::OptimizerSpec::RULE_NOT_SET:
      break;
  }
  return std::make_unique<Adam>(spec.adam_w(), Adam::Decay::kDecoupled, values);
}

double BaseLearningRate(const v1::OptimizerSpec& spec) {
  switch (spec.rule_case()) {
    case v1::OptimizerSpec::kRmsprop:
      return spec.rmsprop().lr();
    case v1::OptimizerSpec::kSgd:
      return spec.sgd().lr();
    case v1::OptimizerSpec::kAdam:
      return spec.adam().lr();
    case v1::OptimizerSpec::kAdamW:
    case v1::OptimizerSpec::RULE_NOT_SET:
      break;
  }
  return spec.adam_w().lr();
}

}  // namespace pleat
