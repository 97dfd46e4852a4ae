// Small networks of every architecture, and inputs for them.
#pragma once

#include <google/protobuf/text_format.h>
#include <torch/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "common/config/defaults.h"
#include "worker/model/model.h"

namespace pleat {

inline constexpr ModelShape kTinyShape{.channels = 1, .height = 8, .width = 8, .classes = 3};

inline at::Tensor TinyImages(int64_t rows) {
  return ((at::arange(rows * 64, at::kDouble) * 1.37).sin() * 0.5 + 0.5)
      .reshape({rows, 1, 8, 8})
      .contiguous(at::MemoryFormat::ChannelsLast);
}

// A ModelSpec in protobuf's text form, with defaults filled in.
inline v1::ModelSpec ModelOf(const std::string& text) {
  v1::ModelSpec spec;
  TORCH_CHECK(google::protobuf::TextFormat::ParseFromString(text, &spec), text);
  FillDefaults(&spec);
  return spec;
}

inline v1::ModelSpec TinyResNet(double dropout) {
  v1::ModelSpec spec = ModelOf("resnet { width: 2 blocks: [1, 2] }");
  spec.mutable_resnet()->set_dropout(dropout);
  return spec;
}

// Every kind of layer.
inline v1::ModelSpec TinySequential() {
  return ModelOf(R"(sequential {
    layers { conv { channels: 3 } }
    layers { batch_norm {} }
    layers { activation: "silu" }
    layers { conv { channels: 4 kernel: 2 } }
    layers { activation: "elu" }
    layers { pool { kind: "mean" } }
    layers { residual {
      layers { conv { channels: 5 stride: 2 } }
      layers { batch_norm {} }
      layers { activation: "gelu" }
      layers { dropout { p: 0.2 } }
    } }
    layers { se { ratio: 2 } }
    layers { pool { kind: "max" } }
    layers { residual { layers { conv { channels: 5 } } layers { activation: "tanh" } } }
    layers { dropout { p: 0.3 } }
    layers { flatten {} }
    layers { dense { units: 6 } }
    layers { batch_norm {} }
    layers { activation: "sigmoid" }
    layers { residual { layers { dense { units: 4 } } layers { activation: "silu" } } }
  })");
}

// Global pooling, which leaves nothing to flatten.
inline v1::ModelSpec TinyPooled() {
  return ModelOf(R"(sequential {
    layers { conv { channels: 4 kernel: 5 stride: 2 } }
    layers { activation: "relu" }
    layers { global_pool { kind: "max" } }
    layers { dense { units: 5 } }
  })");
}

}  // namespace pleat
