#include "worker/train/optimizer_file.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/store/safetensors.h"

namespace pleat {
namespace {

// A buffer's part that belongs to one parameter or statistic, as a view of the buffer.
struct Part {
  std::string name;
  at::Tensor tensor;
};

// Appends the parts of `buffer`, one per entry.
void AddParts(const std::vector<FlatEntry>& entries, const std::string& name,
              const at::Tensor& buffer, std::vector<Part>* parts) {
  for (const FlatEntry& entry : entries) {
    parts->push_back(
        {absl::StrCat(entry.name, "/", name),
         buffer.as_strided(entry.tensor.sizes(), entry.tensor.strides(), entry.offset)});
  }
}

std::vector<Part> PartsOf(const FlatParameters& parameters, const Optimizer& optimizer,
                          WeightAverage* average) {
  std::vector<Part> parts;
  for (const OptimizerBuffer& buffer : optimizer.buffers()) {
    AddParts(parameters.parameters(), buffer.name, buffer.values, &parts);
  }
  if (average == nullptr) return parts;
  AddParts(parameters.parameters(), "trained", average->values(), &parts);
  AddParts(parameters.statistics(), "trained", average->statistic_values(), &parts);
  return parts;
}

std::string DtypeName(const at::Tensor& tensor) {
  return tensor.scalar_type() == at::kDouble ? "F64" : "F32";
}

bool Matches(const SafeTensor& stored, const Part& part) {
  return stored.name == part.name && stored.dtype == DtypeName(part.tensor) &&
         std::ranges::equal(stored.shape, part.tensor.sizes(), {},
                            [](uint64_t size) { return static_cast<int64_t>(size); }) &&
         stored.data.size() == part.tensor.nbytes();
}

}  // namespace

std::string EncodeOptimizer(const FlatParameters& parameters, const Optimizer& optimizer,
                            WeightAverage* average) {
  std::vector<at::Tensor> contiguous;  // owns what the views below point to
  std::vector<SafeTensor> tensors;
  for (const Part& part : PartsOf(parameters, optimizer, average)) {
    const at::Tensor& tensor = contiguous.emplace_back(part.tensor.to(at::kCPU).contiguous());
    tensors.push_back({part.name,
                       DtypeName(tensor),
                       {tensor.sizes().begin(), tensor.sizes().end()},
                       {static_cast<const char*>(tensor.const_data_ptr()), tensor.nbytes()}});
  }
  return EncodeSafetensors(tensors);
}

absl::Status DecodeOptimizer(std::string_view bytes, const FlatParameters& parameters,
                             Optimizer& optimizer, WeightAverage* average) {
  PLEAT_ASSIGN_OR_RETURN(const std::vector<SafeTensor> stored, DecodeSafetensors(bytes));
  std::vector<Part> parts = PartsOf(parameters, optimizer, average);
  if (stored.size() != parts.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat(stored.size(), " tensors where model and optimizer have ", parts.size()));
  }
  for (size_t i = 0; i < parts.size(); ++i) {
    if (!Matches(stored[i], parts[i])) {
      return absl::InvalidArgumentError(absl::StrCat("tensor ", stored[i].name, " stands where ",
                                                     parts[i].name, " of shape ",
                                                     c10::str(parts[i].tensor.sizes()), " should"));
    }
  }
  for (size_t i = 0; i < parts.size(); ++i) {
    at::Tensor tensor = at::empty(parts[i].tensor.sizes(), parts[i].tensor.scalar_type());
    std::memcpy(tensor.mutable_data_ptr(), stored[i].data.data(), stored[i].data.size());
    parts[i].tensor.copy_(tensor);
  }
  return absl::OkStatus();
}

}  // namespace pleat
