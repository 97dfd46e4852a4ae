// All parameters of a model as views of one flat tensor, their gradients of another, batch-norm
// statistics of a third. The optimizer is one loop, a gradient bucket a contiguous range, a
// checkpoint one block.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace pleat {

// One named tensor and where it lies in its flat buffer, in elements. Each starts at a 64-byte
// boundary, so that BLAS takes the same path in every run; gaps are zero and stay zero.
struct FlatEntry {
  std::string name;   // "stage1.conv2.weight"
  at::Tensor tensor;  // the view; conv weights have channels_last strides
  int64_t offset = 0;
  int64_t size = 0;  // elements, without the gap behind
};

// Built in two steps: Add… while the layers are made, then Allocate once. Tensors are valid after
// Allocate. Gradients accumulate in place: zero `gradient()` before each step, and a parameter's
// .grad stays a view of it.
class FlatParameters {
 public:
  // Fills a tensor (logical order, double) with its initial values.
  using Initializer = std::function<void(at::Tensor&)>;

  // Adds a trainable parameter; returns its index in `parameters()`. 4-d weights get channels_last
  // strides.
  int64_t AddParameter(std::string name, std::vector<int64_t> shape, Initializer init);
  // Adds a statistic that is saved but not trained; returns its index in `statistics()`.
  int64_t AddStatistic(std::string name, std::vector<int64_t> shape, double value);
  // Allocates the three buffers, fills them, and makes each parameter an autograd leaf whose .grad
  // is a view of `gradient()`.
  void Allocate(at::ScalarType dtype, at::Device device);

  const std::vector<FlatEntry>& parameters() const { return parameters_; }
  const std::vector<FlatEntry>& statistics() const { return statistics_; }
  at::Tensor& values() { return values_; }      // [n] all parameters
  at::Tensor& gradient() { return gradient_; }  // [n] in the same places
  at::Tensor& statistic_values() { return statistic_values_; }
  int64_t parameter_count() const;  // without gaps

  // The tensors as a safetensors file: logical (NCHW) order, float32 or float64.
  std::string ToSafetensors() const;
  // Copies values from a file that holds exactly these names and shapes. INVALID_ARGUMENT names the
  // first that does not fit; then nothing has been copied.
  absl::Status FromSafetensors(std::string_view bytes);

 private:
  // What Allocate needs to know of an entry.
  struct Blueprint {
    std::vector<int64_t> shape;
    Initializer init;
  };
  // A zeroed buffer for all entries, each of which becomes a view of it and gets its initial
  // values.
  static at::Tensor AllocateEntries(std::vector<FlatEntry>& entries,
                                    const std::vector<Blueprint>& blueprints,
                                    const at::TensorOptions& options);

  std::vector<FlatEntry> parameters_;
  std::vector<FlatEntry> statistics_;
  std::vector<Blueprint> parameter_blueprints_;
  std::vector<Blueprint> statistic_blueprints_;
  at::Tensor values_, gradient_, statistic_values_;
};

}  // namespace pleat
