#include "worker/model/flat_parameters.h"

#include <numeric>
#include <unordered_map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/store/safetensors.h"
#include "worker/model/stored_tensor.h"

namespace pleat {
namespace {

constexpr int64_t kAlignmentBytes = 64;

int64_t CountElements(const std::vector<int64_t>& shape) {
  return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
}

// Strides of a dense tensor: channels_last for four dimensions, else row-major.
std::vector<int64_t> DenseStrides(const std::vector<int64_t>& shape) {
  if (shape.size() == 4) return {shape[1] * shape[2] * shape[3], 1, shape[3] * shape[1], shape[1]};
  std::vector<int64_t> strides(shape.size(), 1);
  for (size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
  return strides;
}

// The part of `flat` that an entry occupies. set_ instead of a view: autograd must see the entry as
// a leaf of its own.
at::Tensor PartOf(const at::Tensor& flat, int64_t offset, const std::vector<int64_t>& shape) {
  at::Tensor part = at::empty({0}, flat.options());
  return part.set_(flat.storage(), offset, shape, DenseStrides(shape));
}

// The stored numbers, if they are of this parameter's shape.
absl::StatusOr<at::Tensor> LoadFor(const FlatEntry& entry, const SafeTensor& stored) {
  if (!HasShapeOf(stored, entry.tensor)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "tensor '", stored.name, "' has shape ", ShapeText(stored), ", the model's has ",
        ShapeText(entry.tensor), "; the weights belong to another model configuration"));
  }
  return LoadTensor(stored);
}

}  // namespace

int64_t FlatParameters::AddParameter(std::string name, std::vector<int64_t> shape,
                                     Initializer init) {
  parameters_.push_back({.name = std::move(name), .tensor = {}, .size = CountElements(shape)});
  parameter_blueprints_.push_back({std::move(shape), std::move(init)});
  return static_cast<int64_t>(parameters_.size()) - 1;
}

int64_t FlatParameters::AddStatistic(std::string name, std::vector<int64_t> shape, double value) {
  statistics_.push_back({.name = std::move(name), .tensor = {}, .size = CountElements(shape)});
  statistic_blueprints_.push_back(
      {std::move(shape), [value](at::Tensor& tensor) { tensor.fill_(value); }});
  return static_cast<int64_t>(statistics_.size()) - 1;
}

at::Tensor FlatParameters::AllocateEntries(std::vector<FlatEntry>& entries,
                                           const std::vector<Blueprint>& blueprints,
                                           const at::TensorOptions& options) {
  const int64_t alignment =
      kAlignmentBytes /
      static_cast<int64_t>(c10::elementSize(c10::typeMetaToScalarType(options.dtype())));
  int64_t total = 0;
  for (FlatEntry& entry : entries) {
    entry.offset = total;
    total += (entry.size + alignment - 1) / alignment * alignment;
  }
  at::Tensor flat = at::zeros({total}, options);
  for (size_t i = 0; i < entries.size(); ++i) {
    entries[i].tensor = PartOf(flat, entries[i].offset, blueprints[i].shape);
    at::Tensor initial = at::zeros(blueprints[i].shape, at::kDouble);
    blueprints[i].init(initial);
    entries[i].tensor.copy_(initial);
  }
  return flat;
}

void FlatParameters::Allocate(at::ScalarType dtype, at::Device device) {
  const at::TensorOptions options = at::TensorOptions().dtype(dtype).device(device);
  values_ = AllocateEntries(parameters_, parameter_blueprints_, options);
  statistic_values_ = AllocateEntries(statistics_, statistic_blueprints_, options);
  gradient_ = at::zeros_like(values_);
  for (size_t i = 0; i < parameters_.size(); ++i) {
    FlatEntry& entry = parameters_[i];
    entry.tensor.requires_grad_(true);
    entry.tensor.mutable_grad() = PartOf(gradient_, entry.offset, parameter_blueprints_[i].shape);
  }
}

int64_t FlatParameters::parameter_count() const {
  int64_t count = 0;
  for (const FlatEntry& entry : parameters_) count += entry.size;
  return count;
}

std::string FlatParameters::ToSafetensors() const {
  std::vector<at::Tensor> contiguous;  // owns what the views below point to
  std::vector<SafeTensor> tensors;
  for (const std::vector<FlatEntry>* entries : {&parameters_, &statistics_}) {
    for (const FlatEntry& entry : *entries) {
      const at::Tensor& tensor =
          contiguous.emplace_back(entry.tensor.detach().to(at::kCPU).contiguous());
      tensors.push_back({
          .name = entry.name,
          .dtype = tensor.scalar_type() == at::kDouble ? "F64" : "F32",
          .shape = {tensor.sizes().begin(), tensor.sizes().end()},
          .data = {static_cast<const char*>(tensor.const_data_ptr()), tensor.nbytes()},
      });
    }
  }
  return EncodeSafetensors(tensors);
}

absl::Status FlatParameters::FromSafetensors(std::string_view bytes) {
  PLEAT_ASSIGN_OR_RETURN(const std::vector<SafeTensor> stored, DecodeSafetensors(bytes));
  std::unordered_map<std::string_view, const SafeTensor*> by_name;
  for (const SafeTensor& tensor : stored) by_name[tensor.name] = &tensor;

  std::vector<std::pair<at::Tensor, at::Tensor>> copies;  // (to, from)
  for (const std::vector<FlatEntry>* entries : {&parameters_, &statistics_}) {
    for (const FlatEntry& entry : *entries) {
      const auto found = by_name.find(entry.name);
      if (found == by_name.end()) {
        return absl::InvalidArgumentError(
            absl::StrCat("tensor '", entry.name,
                         "' is missing; the weights belong to another model configuration"));
      }
      PLEAT_ASSIGN_OR_RETURN(at::Tensor from, LoadFor(entry, *found->second));
      copies.emplace_back(entry.tensor, std::move(from));
      by_name.erase(found);
    }
  }
  for (const SafeTensor& tensor : stored) {
    if (by_name.contains(tensor.name)) {
      return absl::InvalidArgumentError(
          absl::StrCat("tensor '", tensor.name,
                       "' is not part of the model; the weights belong to another one"));
    }
  }

  const at::NoGradGuard no_grad;
  for (auto& [to, from] : copies) to.copy_(from);
  return absl::OkStatus();
}

}  // namespace pleat
