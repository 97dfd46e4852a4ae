#include "worker/data/fill_batch.h"

#include "worker/augment/transform_image.h"

namespace pleat {

template <typename T>
void FillBatch(const Dataset& dataset, std::span<const int64_t> row_ids,
               std::span<const DrawnTransforms> drawn, double scale, T* out) {
  const ImageShape shape = dataset.shape();
  ImageTransformer<T> transformer(shape, scale);
  const DrawnTransforms none;
  for (size_t i = 0; i < row_ids.size(); ++i, out += shape.size()) {
    const DrawnTransforms& transforms = drawn.empty() ? none : drawn[drawn.size() == 1 ? 0 : i];
    transformer.Transform(dataset.row(row_ids[i]), transforms, out);
  }
}

template void FillBatch<float>(const Dataset&, std::span<const int64_t>,
                               std::span<const DrawnTransforms>, double, float*);
template void FillBatch<double>(const Dataset&, std::span<const int64_t>,
                                std::span<const DrawnTransforms>, double, double*);

}  // namespace pleat
