// Training steps of Pleat against the same network written plainly in LibTorch (stock modules in
// channels_last, torch::optim::RMSprop), side by side in one run.
//   train_step_bench [rounds] [threads]
// Exit code 1: Pleat was the slower one, or loading took more than a tenth of a step.
#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <numeric>
#include <vector>

#include "worker/data/image_loader.h"
#include "worker/model/model.h"
#include "worker/train/batch_loader.h"
#include "worker/train/losses.h"
#include "worker/train/optimizer.h"

namespace pleat {
namespace {

struct Shape {
  const char* name;
  int64_t width;
  int64_t depth;
  std::vector<int64_t> dense;
  int64_t batch;
};

constexpr double kDropout = 0.2;
constexpr double kLr = 3e-4;
constexpr int kStepsPerRound = 3;

// The SE-CNN as a LibTorch user would write it.
struct PlainImpl : torch::nn::Module {
  torch::nn::Sequential before, squeeze, after, head;

  explicit PlainImpl(const Shape& shape) {
    const int64_t w = shape.width;
    AddStage(1, w, shape.depth);
    AddStage(w, 2 * w, shape.depth);
    AddConv(before, 2 * w, 4 * w);
    squeeze->push_back(torch::nn::Linear(4 * w, 2 * w));
    squeeze->push_back(torch::nn::SiLU());
    squeeze->push_back(torch::nn::Linear(2 * w, 4 * w));
    squeeze->push_back(torch::nn::Sigmoid());
    AddConv(after, 4 * w, 4 * w);
    after->push_back(torch::nn::Dropout(kDropout));
    int64_t in = 7 * 7 * 4 * w;
    for (const int64_t out : shape.dense) {
      head->push_back(torch::nn::Linear(in, out));
      head->push_back(torch::nn::BatchNorm1d(torch::nn::BatchNorm1dOptions(out).eps(1e-3)));
      head->push_back(torch::nn::SiLU());
      in = out;
    }
    head->push_back(torch::nn::Linear(in, 10));
    register_module("before", before);
    register_module("squeeze", squeeze);
    register_module("after", after);
    register_module("head", head);
    for (torch::Tensor& parameter : parameters()) {
      if (parameter.dim() == 4) {
        parameter.set_data(parameter.contiguous(torch::MemoryFormat::ChannelsLast));
      }
    }
  }

  void AddConv(torch::nn::Sequential& to, int64_t in, int64_t out) {
    to->push_back(torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, 3).padding(1)));
    to->push_back(torch::nn::BatchNorm2d(torch::nn::BatchNorm2dOptions(out).eps(1e-3)));
    to->push_back(torch::nn::SiLU());
  }

  void AddStage(int64_t in, int64_t out, int64_t depth) {
    for (int64_t i = 0; i < depth; ++i) AddConv(before, i == 0 ? in : out, out);
    before->push_back(torch::nn::MaxPool2d(2));
    before->push_back(torch::nn::Dropout(kDropout));
  }

  torch::Tensor forward(const torch::Tensor& inputs) {
    torch::Tensor x = before->forward(inputs);
    x = x * squeeze->forward(x.mean({2, 3})).unsqueeze(2).unsqueeze(3);
    x = after->forward(x);
    return head->forward(x.flatten(1));
  }
};
TORCH_MODULE(Plain);

// One batch, the same for both.
struct Batch {
  torch::Tensor images, labels;
  std::vector<int64_t> rows;

  explicit Batch(int64_t size)
      : images(torch::rand({size, 1, 28, 28}).contiguous(torch::MemoryFormat::ChannelsLast)),
        labels(torch::randint(10, {size}, torch::kLong)),
        rows(size) {
    std::iota(rows.begin(), rows.end(), 0);
  }
};

std::function<void()> PlainStep(const Shape& shape, const Batch& batch) {
  Plain model(shape);
  auto optimizer = std::make_shared<torch::optim::RMSprop>(
      model->parameters(), torch::optim::RMSpropOptions(kLr).alpha(0.9).eps(1e-7));
  return [model, optimizer, &batch]() mutable {
    optimizer->zero_grad();
    torch::nn::functional::cross_entropy(model->forward(batch.images), batch.labels).backward();
    optimizer->step();
  };
}

std::function<void()> PleatStep(const Shape& shape, const Batch& batch) {
  v1::ModelSpec spec;
  v1::SeCnnSpec& se_cnn = *spec.mutable_se_cnn();
  se_cnn.set_width(shape.width);
  se_cnn.set_depth(shape.depth);
  se_cnn.set_se_ratio(2);
  se_cnn.set_dropout(kDropout);
  for (const int64_t width : shape.dense) se_cnn.add_dense(width);
  v1::OptimizerSpec rule;
  rule.mutable_rmsprop()->set_lr(kLr);
  rule.mutable_rmsprop()->set_rho(0.9);
  rule.mutable_rmsprop()->set_epsilon(1e-7);
  v1::LossSpec loss;
  loss.mutable_cross_entropy()->set_label_smoothing(0);

  std::shared_ptr<Model> model = MakeModel(spec, ModelShape{}, 1, at::kFloat, at::kCPU).value();
  FlatParameters& parameters = model->parameters();
  std::shared_ptr<Optimizer> optimizer = MakeOptimizer(rule, parameters.values());
  return [=, &parameters, &batch, step = uint32_t{0}]() mutable {
    parameters.gradient().zero_();
    const at::Tensor logits = model->Forward(
        batch.images, {.training = true, .key = 1, .epoch = step, .row_ids = batch.rows});
    Loss(loss, logits, batch.labels, batch.labels.size(0)).backward();
    optimizer->Step(parameters.values(), parameters.gradient(), kLr, ++step);
    model->CommitStatistics();
  };
}

// Loading and augmentation of one batch, as training does it: every row shifted, scaled and
// rotated.
std::function<void()> LoadStep(const Shape& shape) {
  auto dataset = std::make_shared<Dataset>();
  dataset->rows = shape.batch;
  dataset->height = dataset->width = 28;
  dataset->pixels.resize(shape.batch * 28 * 28);
  for (size_t i = 0; i < dataset->pixels.size(); ++i) dataset->pixels[i] = i * 97 % 256;
  dataset->labels.assign(shape.batch, 0);
  auto job = std::make_shared<FoldJob>();
  job->dataset = dataset.get();
  v1::ShiftScaleRotateSpec& warp = *job->task.mutable_config()
                                        ->mutable_training()
                                        ->add_augmentation()
                                        ->mutable_shift_scale_rotate();
  warp.set_shift(0.15);
  warp.set_scale(0.2);
  warp.set_rotate_degrees(15);
  warp.set_p(1);
  auto loader = std::make_shared<BatchLoader>(
      *job, /*key=*/1, MakeImageLoader(*dataset, 255, at::kFloat, ComputeDevice{}).value());
  std::vector<int64_t> rows(shape.batch);
  std::iota(rows.begin(), rows.end(), 0);
  // The loader refers to both.
  return [dataset, job, loader, rows, epoch = uint32_t{0}]() mutable {
    loader->Training(rows, ++epoch);
  };
}

double SecondsPerStep(const std::function<void()>& step) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < kStepsPerRound; ++i) step();
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  return elapsed.count() / kStepsPerRound;
}

double Median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
  return values[values.size() / 2];
}

// False if a target was missed.
bool Compare(const Shape& shape, int rounds) {
  const Batch batch(shape.batch);
  const std::function<void()> plain = PlainStep(shape, batch);
  const std::function<void()> pleat = PleatStep(shape, batch);
  const std::function<void()> load = LoadStep(shape);
  for (const auto* step : {&plain, &pleat, &load}) SecondsPerStep(*step);
  std::vector<double> plain_seconds, pleat_seconds, ratios, load_shares;
  for (int round = 0; round < rounds; ++round) {
    plain_seconds.push_back(SecondsPerStep(plain));
    pleat_seconds.push_back(SecondsPerStep(pleat));
    ratios.push_back(plain_seconds.back() / pleat_seconds.back());
    load_shares.push_back(SecondsPerStep(load) / pleat_seconds.back());
  }
  std::printf(
      "%-6s batch %4lld   LibTorch %8.1f images/s   Pleat %8.1f images/s   ratio %.3f   "
      "loading and augmentation %.1f %% of the step\n",
      shape.name, static_cast<long long>(shape.batch),
      static_cast<double>(shape.batch) / Median(plain_seconds),
      static_cast<double>(shape.batch) / Median(pleat_seconds), Median(ratios),
      100 * Median(load_shares));
  const bool met = Median(ratios) >= 1 && Median(load_shares) <= 0.1;
  if (!met) std::printf("%-6s MISSED: ratio >= 1, loading and augmentation <= 10 %%\n", shape.name);
  std::fflush(stdout);
  return met;
}

int Main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 9;
  at::set_num_threads(argc > 2 ? std::max(1, std::atoi(argv[2])) : 2);
  std::printf("medians of %d alternating rounds of %d steps, fp32, %d threads\n", rounds,
              kStepsPerRound, at::get_num_threads());
  const Shape seed{.name = "seed", .width = 64, .depth = 3, .dense = {256, 128}, .batch = 64};
  const Shape mini{.name = "mini", .width = 16, .depth = 2, .dense = {64}, .batch = 64};
  const bool seed_met = Compare(seed, rounds);
  const bool mini_met = Compare(mini, rounds);
  return seed_met && mini_met ? 0 : 1;
}

}  // namespace
}  // namespace pleat

int main(int argc, char** argv) { return pleat::Main(argc, argv); }
