#include "worker/model/layers/recomputation.h"

#include <torch/autograd.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace pleat {
namespace {

struct Piece : torch::CustomClassHolder {
  Piece(Layers piece_layers, ForwardContext piece_context)
      : layers(piece_layers), context(std::move(piece_context)) {}

  const Layers layers;
  const ForwardContext context;
};

// A node of the autograd graph that stands for all layers of a piece.
class PieceFunction : public torch::autograd::Function<PieceFunction> {
 public:
  // `anchor` needs a gradient, so that the node is there though the first inputs need none.
  static at::Tensor forward(torch::autograd::AutogradContext* node, const at::Tensor& inputs,
                            const at::Tensor& /*anchor*/, c10::intrusive_ptr<Piece> piece) {
    node->save_for_backward({inputs});
    const at::Tensor outputs = ForwardThrough(piece->layers, inputs, piece->context);
    node->saved_data["piece"] = at::IValue::make_capsule(std::move(piece));
    node->saved_data["needs_gradient"] = inputs.requires_grad();
    return outputs;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* node,
                                                 torch::autograd::variable_list gradients) {
    const auto piece =
        c10::static_intrusive_pointer_cast<Piece>(node->saved_data["piece"].toCapsule());
    const at::Tensor inputs = node->get_saved_variables()[0].detach().requires_grad_(
        node->saved_data["needs_gradient"].toBool());
    const at::AutoGradMode records(true);
    at::Tensor gradient;
    if (inputs.requires_grad()) {
      // As it comes, since inputs.grad() would have been brought into their memory format.
      inputs.register_hook([&gradient](const at::Tensor& whole) { gradient = whole; });
    }
    const at::Tensor outputs = ForwardThrough(piece->layers, inputs, piece->context);
    torch::autograd::backward({outputs}, {gradients[0]});
    return {gradient, at::Tensor(), at::Tensor()};
  }
};

}  // namespace

at::Tensor ForwardRecomputed(Layers layers, const at::Tensor& inputs,
                             const ForwardContext& context) {
  ForwardContext plain = context;
  plain.recompute = false;
  const auto pieces = static_cast<size_t>(std::ceil(std::sqrt(layers.size())));
  const size_t longest = (layers.size() + pieces - 1) / std::max<size_t>(pieces, 1);
  const at::Tensor anchor = at::empty({0}, inputs.options()).requires_grad_();
  at::Tensor x = inputs;
  // What the last piece makes is needed at once.
  while (layers.size() > longest) {
    x = PieceFunction::apply(x, anchor, c10::make_intrusive<Piece>(layers.first(longest), plain));
    layers = layers.subspan(longest);
  }
  return ForwardThrough(layers, x, plain);
}

}  // namespace pleat
