#include "worker/model/stored_tensor.h"

#include <cstring>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"

namespace pleat {
namespace {

absl::StatusOr<at::ScalarType> ScalarTypeOf(const SafeTensor& stored) {
  if (stored.dtype == "F32") return at::kFloat;
  if (stored.dtype == "F64") return at::kDouble;
  return absl::InvalidArgumentError(absl::StrCat("tensor '", stored.name, "' is of type ",
                                                 stored.dtype, "; weights are F32 or F64"));
}

}  // namespace

std::string ShapeText(const SafeTensor& stored) {
  return absl::StrCat("[", absl::StrJoin(stored.shape, ", "), "]");
}

std::string ShapeText(const at::Tensor& tensor) {
  return absl::StrCat("[", absl::StrJoin(tensor.sizes(), ", "), "]");
}

bool HasShapeOf(const SafeTensor& stored, const at::Tensor& tensor) {
  return stored.shape == std::vector<uint64_t>(tensor.sizes().begin(), tensor.sizes().end());
}

absl::StatusOr<at::Tensor> LoadTensor(const SafeTensor& stored) {
  PLEAT_ASSIGN_OR_RETURN(const at::ScalarType dtype, ScalarTypeOf(stored));
  at::Tensor tensor =
      at::empty(std::vector<int64_t>(stored.shape.begin(), stored.shape.end()), dtype);
  if (stored.data.size() != tensor.nbytes()) {
    return absl::InvalidArgumentError(absl::StrCat("tensor '", stored.name, "' has ",
                                                   stored.data.size(), " bytes, its shape needs ",
                                                   tensor.nbytes()));
  }
  if (!stored.data.empty()) {
    std::memcpy(tensor.mutable_data_ptr(), stored.data.data(), stored.data.size());
  }
  return tensor;
}

}  // namespace pleat
