#include "worker/train/checkpointer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/store/safetensors.h"
#include "tests/worker/train/training_fixture.h"
#include "worker/model/model.h"
#include "worker/train/optimizer_file.h"
#include "worker/train/training_state.h"

namespace pleat {
namespace {

class CheckpointerTest : public testing::Test {
 protected:
  CheckpointerTest() { Scribble(*model_, *optimizer_, 0.25); }

  std::unique_ptr<Model> NewModel() const {
    const Dataset dataset = SmallDataset(2);
    const FoldJob job = SmallJob(dataset, "unused");
    return MakeModel(job.task.config().model(), {1, 12, 12, 3}, 9, at::kFloat, at::kCPU).value();
  }

  std::unique_ptr<Optimizer> NewOptimizer(Model& model) const {
    v1::OptimizerSpec spec;
    spec.mutable_adam()->set_beta1(0.9);
    return MakeOptimizer(spec, model.parameters().values());
  }

  // Gives every number of the state a value of its own.
  static void Scribble(Model& model, Optimizer& optimizer, double value) {
    const at::NoGradGuard no_grad;
    for (const FlatEntry& entry : model.parameters().parameters()) {
      entry.tensor.detach().copy_(
          at::arange(entry.size, at::kFloat).add(value += 1).view(entry.tensor.sizes()));
    }
    for (const OptimizerBuffer& buffer : optimizer.buffers()) {
      buffer.values.copy_(at::arange(buffer.values.numel(), at::kFloat).mul(value += 1));
    }
  }

  v1::TrainingState State(uint64_t step) const {
    v1::TrainingState state;
    state.set_format_version(kTrainingStateVersion);
    state.set_global_step(step);
    state.set_step_in_epoch(step);
    state.add_sums()->set_loss(0.1 + 0.2);
    return state;
  }

  v1::Checkpoint Write(uint64_t step) { return Write(State(step)); }
  v1::Checkpoint Write(const v1::TrainingState& state) {
    checkpointer_.Start(state, {model_->parameters(), *optimizer_});
    return checkpointer_.Finish().value();
  }

  CheckpointFiles Files(const v1::Checkpoint& checkpoint) const {
    return {store_->Read(checkpoint.weights()).value(),
            store_->Read(checkpoint.optimizer()).value(), store_->Read(checkpoint.state()).value()};
  }

  const std::unique_ptr<Store> store_ = NewMemoryStore();
  std::vector<std::string> published_;  // by the paths of their states
  Checkpointer checkpointer_{*store_, "attempt_1", [this](const v1::Checkpoint& checkpoint) {
                               EXPECT_TRUE(store_->Read(checkpoint.state()).ok()) << "durable";
                               published_.push_back(checkpoint.state().path());
                               return absl::OkStatus();
                             }};
  const std::unique_ptr<Model> model_ = NewModel();
  const std::unique_ptr<Optimizer> optimizer_ = NewOptimizer(*model_);
};

TEST_F(CheckpointerTest, GivesBackWhatItWrote) {
  const v1::Checkpoint checkpoint = Write(7);
  EXPECT_EQ(checkpoint.weights().path(), "attempt_1/checkpoint_7/weights.safetensors");
  EXPECT_EQ(checkpoint.global_step(), 7u);
  const auto model = NewModel();
  const auto optimizer = NewOptimizer(*model);
  const v1::TrainingState state =
      RestoreCheckpoint(Files(checkpoint), {model->parameters(), *optimizer}).value();
  EXPECT_EQ(state.SerializeAsString(), State(7).SerializeAsString());
  EXPECT_EQ(model->parameters().ToSafetensors(), model_->parameters().ToSafetensors());
  EXPECT_EQ(EncodeOptimizer(model->parameters(), *optimizer, nullptr),
            EncodeOptimizer(model_->parameters(), *optimizer_, nullptr));
}

TEST_F(CheckpointerTest, KeepsTheAverageAsTheWeightsAndTheTrainedOnesBeside) {
  v1::EmaSpec spec;
  spec.set_decay(0.9);
  WeightAverage average(spec, model_->parameters());
  const std::string first_weights = model_->parameters().ToSafetensors();
  Scribble(*model_, *optimizer_, 100);
  model_->parameters().statistic_values().fill_(7);
  const std::string trained = model_->parameters().ToSafetensors();
  checkpointer_.Start(State(7), {model_->parameters(), *optimizer_, &average});
  const v1::Checkpoint checkpoint = checkpointer_.Finish().value();
  EXPECT_EQ(store_->Read(checkpoint.weights()).value(), first_weights);
  EXPECT_EQ(model_->parameters().ToSafetensors(), trained);

  const auto model = NewModel();
  const auto optimizer = NewOptimizer(*model);
  WeightAverage restored(spec, model->parameters());
  ASSERT_TRUE(
      RestoreCheckpoint(Files(checkpoint), {model->parameters(), *optimizer, &restored}).ok());
  EXPECT_EQ(model->parameters().ToSafetensors(), trained);
  EXPECT_TRUE(at::equal(restored.values(), average.values()));
  EXPECT_TRUE(at::equal(restored.statistic_values(), average.statistic_values()));
  // Without training.ema these files are another training's.
  EXPECT_EQ(RestoreCheckpoint(Files(checkpoint), {model->parameters(), *optimizer}).status().code(),
            absl::StatusCode::kDataLoss);
}

TEST_F(CheckpointerTest, NamesOptimizerTensorsByParameter) {
  const std::string bytes = EncodeOptimizer(model_->parameters(), *optimizer_, nullptr);
  const std::vector<SafeTensor> tensors = DecodeSafetensors(bytes).value();
  ASSERT_EQ(tensors.size(), 2 * model_->parameters().parameters().size());
  const FlatEntry& first = model_->parameters().parameters()[0];
  EXPECT_EQ(tensors[0].name, first.name + "/mean");
  EXPECT_EQ(tensors[0].data.size(), first.tensor.nbytes());
}

TEST_F(CheckpointerTest, DamagedFilesAreDataLoss) {
  const CheckpointFiles whole = Files(Write(7));
  for (std::string CheckpointFiles::*file :
       {&CheckpointFiles::weights, &CheckpointFiles::optimizer, &CheckpointFiles::state}) {
    CheckpointFiles damaged = whole;
    (damaged.*file).resize((damaged.*file).size() / 2);
    EXPECT_EQ(RestoreCheckpoint(damaged, {model_->parameters(), *optimizer_}).status().code(),
              absl::StatusCode::kDataLoss);
  }
}

TEST_F(CheckpointerTest, OptimizerOfAnotherRuleIsDataLoss) {
  const CheckpointFiles files = Files(Write(7));
  v1::OptimizerSpec spec;
  spec.mutable_sgd()->set_momentum(0.9);
  const auto sgd = MakeOptimizer(spec, model_->parameters().values());
  EXPECT_EQ(RestoreCheckpoint(files, {model_->parameters(), *sgd}).status().code(),
            absl::StatusCode::kDataLoss);
}

TEST_F(CheckpointerTest, PublishesWhatIsDurable) {
  Write(1);
  Write(2);
  EXPECT_EQ(published_, (std::vector<std::string>{"attempt_1/checkpoint_1/state.json",
                                                  "attempt_1/checkpoint_2/state.json"}));
}

TEST_F(CheckpointerTest, CopiesTheStateBeforeItWrites) {
  const std::string weights = model_->parameters().ToSafetensors();
  checkpointer_.Start(State(7), {model_->parameters(), *optimizer_});
  Scribble(*model_, *optimizer_, 100);
  EXPECT_EQ(store_->Read(checkpointer_.Finish().value().weights()).value(), weights);
}

TEST_F(CheckpointerTest, KeepsTheLastTwoAndTheBestThatTheyName) {
  std::vector<v1::Checkpoint> written;
  const auto write = [&](uint64_t step, const v1::Checkpoint* best) {
    v1::TrainingState state = State(step);
    if (best != nullptr) *state.mutable_best() = *best;
    written.push_back(Write(state));
  };
  const auto kept = [&] {
    std::vector<uint64_t> steps;
    for (const v1::Checkpoint& checkpoint : written) {
      if (store_->Read(checkpoint.weights()).ok()) steps.push_back(checkpoint.global_step());
      EXPECT_EQ(store_->Read(checkpoint.weights()).ok(), store_->Read(checkpoint.state()).ok());
    }
    return steps;
  };
  write(1, nullptr);  // the best
  const v1::Checkpoint best = written[0];
  write(2, &best);
  write(3, &best);
  write(4, &best);
  EXPECT_EQ(kept(), (std::vector<uint64_t>{1, 3, 4}));
  write(5, nullptr);  // the best from now on; the one before still needs the first
  EXPECT_EQ(kept(), (std::vector<uint64_t>{1, 4, 5}));
  const v1::Checkpoint better = written.back();
  write(6, &better);
  EXPECT_EQ(kept(), (std::vector<uint64_t>{5, 6}));
}

}  // namespace
}  // namespace pleat
