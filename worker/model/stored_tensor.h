// Tensors of a weights file.
#pragma once

#include <torch/types.h>

#include <string>

#include "absl/status/statusor.h"
#include "common/store/safetensors.h"

namespace pleat {

// "[10, 128]".
std::string ShapeText(const SafeTensor& stored);
std::string ShapeText(const at::Tensor& tensor);

bool HasShapeOf(const SafeTensor& stored, const at::Tensor& tensor);

// The stored numbers as a CPU tensor of their own, in the type of the file. INVALID_ARGUMENT if
// they are neither float32 nor float64.
absl::StatusOr<at::Tensor> LoadTensor(const SafeTensor& stored);

}  // namespace pleat
