#include "worker/model/sequential.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "common/config/sweep_reader.h"
#include "tests/worker/model/model_samples.h"

namespace pleat {
namespace {

// The model of docs/models.md's first YAML.
v1::ModelSpec DocumentedModel() {
  std::ifstream file(PLEAT_SOURCE_DIR "/docs/models.md");
  std::stringstream text;
  text << file.rdbuf();
  const std::string docs = text.str();
  const size_t begin = docs.find("```yaml\n") + 8;
  const std::string yaml = docs.substr(begin, docs.find("```", begin) - begin);
  const SweepReading reading =
      ReadSweep({.text = "name: a\ndata: {train: {synthetic_digits: {}}}\n" + yaml,
                 .file = "docs",
                 .folder = "/",
                 .overrides = {}});
  EXPECT_EQ(FormatDiagnostics(reading.diagnostics), "");
  return reading.spec.model();
}

std::unique_ptr<Model> Make(const v1::ModelSpec& spec, const ModelShape& shape,
                            at::ScalarType dtype = at::kDouble) {
  return MakeModel(spec, shape, 1, dtype, at::kCPU).value();
}

// Both networks have the same tensors in the same order, though by other names.
void CopyParameters(const Model& from, Model& to) {
  const at::NoGradGuard no_grad;
  to.parameters().values().copy_(const_cast<Model&>(from).parameters().values());
  to.parameters().statistic_values().copy_(
      const_cast<Model&>(from).parameters().statistic_values());
}

TEST(Sequential, TheDocumentedListIsTheDefaultSeCnn) {
  const auto se_cnn = Make(ModelOf("se_cnn {}"), ModelShape{}, at::kFloat);
  const auto sequential = Make(DocumentedModel(), ModelShape{}, at::kFloat);
  const auto& expected = se_cnn->parameters().parameters();
  const auto& tensors = sequential->parameters().parameters();
  ASSERT_EQ(tensors.size(), expected.size());
  for (size_t i = 0; i < tensors.size(); ++i) {
    ASSERT_EQ(tensors[i].tensor.sizes(), expected[i].tensor.sizes()) << tensors[i].name;
  }
  CopyParameters(*se_cnn, *sequential);

  const std::vector<int64_t> rows = {4, 7};
  const at::Tensor images =
      (at::arange(2 * 784, at::kFloat) * 0.37).sin().abs().reshape({2, 1, 28, 28});
  // In training too: dropout layers have the same numbers, so the same masks.
  for (const bool training : {true, false}) {
    const ForwardContext context{.training = training, .key = 3, .epoch = 1, .row_ids = rows};
    const at::Tensor logits = se_cnn->Forward(images, context);
    EXPECT_TRUE(at::equal(sequential->Forward(images, context), logits)) << training;
    se_cnn->CommitStatistics();
    sequential->CommitStatistics();
  }
}

TEST(Sequential, NamesTensorsByNumberAndKind) {
  const auto model = Make(TinySequential(), kTinyShape);
  std::vector<std::string> names;
  for (const FlatEntry& entry : model->parameters().parameters()) {
    if (!entry.name.ends_with("bias")) names.push_back(entry.name);
  }
  EXPECT_EQ(names, (std::vector<std::string>{
                       "0.conv.weight", "1.batch_norm.weight", "3.conv.weight",
                       "6.residual.0.conv.weight", "6.residual.1.batch_norm.weight",
                       "6.residual.skip.weight", "7.se.squeeze.weight", "7.se.excite.weight",
                       "9.residual.0.conv.weight", "12.dense.weight", "13.batch_norm.weight",
                       "15.residual.0.dense.weight", "15.residual.skip.weight", "logits.weight"}));
}

// A dropout layer that drops nothing keeps batch norm and SiLU apart.
TEST(Sequential, BatchNormWithSiluEqualsTheTwoAfterOneAnother) {
  const std::string conv = "layers { conv { channels: 5 } } layers { batch_norm {} } ";
  const std::string silu = "layers { activation: \"silu\" } ";
  const auto together = Make(ModelOf("sequential {" + conv + silu + "}"), kTinyShape, at::kFloat);
  const auto apart =
      Make(ModelOf("sequential {" + conv + "layers { dropout { p: 0 } } " + silu + "}"), kTinyShape,
           at::kFloat);
  const at::Tensor images = TinyImages(6).to(at::kFloat);
  for (Model* model : {together.get(), apart.get()}) {
    const at::Tensor logits = model->Forward(images, {.training = true});
    (logits * at::arange(3)).sum().backward();
    model->CommitStatistics();
  }
  const auto largest = [](const at::Tensor& a, const at::Tensor& b) {
    return (a - b).abs().max().item<double>();
  };
  FlatParameters& a = together->parameters();
  FlatParameters& b = apart->parameters();
  EXPECT_LE(largest(a.gradient(), b.gradient()), 1e-5 * a.gradient().abs().max().item<double>());
  EXPECT_LE(largest(a.statistic_values(), b.statistic_values()), 1e-5);
  EXPECT_LE(largest(together->Forward(images, {}), apart->Forward(images, {})), 1e-5);
}

// Kernels and strides against the sizes that "same" padding gives.
TEST(Sequential, PadsSoThatStride1KeepsTheSize) {
  for (const int kernel : {1, 2, 3, 4, 7, 31}) {
    for (const int stride : {1, 2, 3}) {
      const auto model =
          Make(ModelOf(absl::StrCat("sequential { layers { conv { channels: 2 kernel: ", kernel,
                                    " stride: ", stride, " } } }")),
               {.channels = 1, .height = 7, .width = 4, .classes = 3});
      const int64_t features = 2 * ((7 + stride - 1) / stride) * ((4 + stride - 1) / stride);
      EXPECT_EQ(model->parameters().parameters()[2].tensor.sizes(),
                (std::vector<int64_t>{3, features}));
      EXPECT_EQ(model->Forward(at::ones({2, 1, 7, 4}, at::kDouble), {}).size(1), 3);
    }
  }
}

TEST(Sequential, TakesAnEmptyList) {
  const auto model = Make(ModelOf("sequential {}"), kTinyShape);
  EXPECT_EQ(model->parameters().parameter_count(), 65 * 3);
}

struct BadList {
  const char* name;
  const char* layers;
  const char* message;
};

class BadListTest : public testing::TestWithParam<BadList> {};

TEST_P(BadListTest, IsRefusedWithPathAndReason) {
  const absl::Status status =
      MakeModel(ModelOf(absl::StrCat("sequential {", GetParam().layers, "}")),
                {.channels = 1, .height = 10, .width = 7, .classes = 3}, 1, at::kFloat, at::kCPU)
          .status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Sequential, BadListTest,
    testing::Values(
        BadList{"PoolLargerThanItsInput",
                "layers { conv { channels: 16 stride: 2 } } layers { pool { size: 5 } }",
                "model.sequential[1].pool: windows of 5x5 do not fit inputs of 16x5x4"},
        BadList{"ConvOfARow", "layers { flatten {} } layers { conv { channels: 2 } }",
                "model.sequential[1].conv: needs an image, but gets a row of 70 numbers; put it "
                "before the layer that flattens"},
        BadList{"GlobalPoolOfARow", "layers { dense { units: 5 } } layers { global_pool {} }",
                "model.sequential[1].global_pool: needs an image, but gets a row of 5 numbers; put "
                "it before the layer that flattens"},
        BadList{
            "SeOfARow", "layers { dense { units: 5 } } layers { se {} }",
            "model.sequential[1].se: needs an image, but gets a row of 5 numbers; put it before "
            "the layer that flattens"},
        BadList{
            "InsideAResidual",
            "layers { pool {} } layers { residual { layers { residual { layers { batch_norm {} } "
            "layers { pool { size: 9 } } } } } }",
            "model.sequential[1].residual[0].residual[1].pool: windows of 9x9 do not fit inputs "
            "of 1x5x3"},
        BadList{
            "ResidualThatFlattens", "layers { residual { layers { dense { units: 5 } } } }",
            "model.sequential[0].residual: the layers inside make a row of 5 numbers of 1x10x7, "
            "which cannot be added up: flatten or pool globally outside"},
        BadList{"ResidualOfUnevenPools", "layers { residual { layers { pool {} } } }",
                "model.sequential[0].residual: the layers inside make 1x5x3 of 1x10x7, which no "
                "stride of the skip's convolution does: use strides inside, or pools that divide "
                "height and width"},
        BadList{"NoUnits", "layers { dense {} }",
                "model.sequential[0].dense: a dense layer needs at least 1 unit"},
        BadList{"NoChannels", "layers { conv {} }",
                "model.sequential[0].conv: channels, kernel and stride must be at least 1"},
        BadList{"NoLayer", "layers { batch_norm {} } layers {}",
                "model.sequential[1]: no layer is named"},
        BadList{"UnknownActivation", "layers { activation: \"swish\" }",
                "model.sequential[0].activation: there is no activation function \"swish\""}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace pleat
