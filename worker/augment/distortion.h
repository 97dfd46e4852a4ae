// Distortions that are not affine: a grid of stretched cells, and a smooth random field of shifts.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "common/base/philox.h"
#include "proto/sweep.pb.h"
#include "worker/augment/image_shape.h"

namespace pleat {

// How much each cell is stretched: steps + 1 factors per axis, since the cells that fill the image
// may leave a rest. Above 1, the cell shows more of the image, smaller.
struct GridDistortion {
  std::vector<double> column_factors;
  std::vector<double> row_factors;
};

GridDistortion DrawGridDistortion(const v1::GridDistortionSpec& spec, RandomStream& random);

// Where each of `extent` output pixels of one axis reads, in input pixels: albumentations 1.3's
// grid_distortion. Cells are extent / steps long; cell i goes evenly from where the one before
// ended to there + length * factors[i], the rest at the end to the border. (Where steps + 1 cells
// do not reach the border, albumentations leaves zeros; here the last cell is longer.)
std::vector<float> GridPositions(std::span<const double> factors, int64_t extent);

// The noise of both axes is drawn from `noise_key` where it is applied: a field for every row of a
// batch would be larger than the batch.
struct Elastic {
  uint64_t noise_key = 0;
  double alpha = 0;  // pixels
  double sigma = 1;  // pixels
};

Elastic DrawElastic(const v1::ElasticSpec& spec, RandomStream& random);

// What is added to each output pixel's position to give the input's: [height, width], in pixels.
struct DisplacementField {
  std::vector<float> x;
  std::vector<float> y;
};

// Uniform noise from -1 to 1, smoothed, times alpha (Simard et al. 2003).
DisplacementField MakeElasticField(const Elastic& elastic, const ImageShape& shape);

// Smooths `field` [height, width] by a Gaussian that ends after 4 sigma, zeros beyond the border:
// scipy.ndimage.gaussian_filter(field, sigma, mode="constant").
std::vector<float> SmoothField(std::span<const float> field, int64_t height, int64_t width,
                               double sigma);

}  // namespace pleat
