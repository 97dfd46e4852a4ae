#include "worker/model/mlp.h"

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "worker/model/network_builder.h"

namespace pleat {

absl::StatusOr<std::unique_ptr<Model>> MakeMlp(const v1::MlpSpec& spec, const ModelShape& shape,
                                               uint64_t key) {
  NetworkBuilder network(shape, key);
  for (int i = 0; i < spec.hidden_size(); ++i) {
    PLEAT_RETURN_IF_ERROR(network.AddDenseNormSilu(absl::StrCat("dense", i + 1), spec.hidden(i)));
    network.AddDropout(spec.dropout());
  }
  return network.Finish();
}

}  // namespace pleat
