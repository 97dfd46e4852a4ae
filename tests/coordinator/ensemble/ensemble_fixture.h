// A sweep of four training rows, two classes and two folds, with its files in a store in memory.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/folds/folds_file.h"
#include "common/store/npy.h"
#include "common/store/store.h"
#include "coordinator/core/coordinator_core.h"

namespace pleat {

struct EnsembleFixture {
  EnsembleFixture() {
    spec.set_name("s");
    spec.mutable_cross_validation()->mutable_k_fold()->set_folds(2);
    spec.mutable_cross_validation()->mutable_k_fold()->set_shuffle(false);
    spec.mutable_ensemble()->set_blend("mean_probability");
    spec.mutable_search()->mutable_metric()->set_name("val_log_loss");
    spec.mutable_search()->mutable_metric()->set_goal("auto");
    train.set_split("train");
    train.set_rows(4);
    train.set_channels(1);
    train.set_height(2);
    train.set_width(3);
    train.set_classes(2);
    train.set_scale(255);
    *train.mutable_labels() = Numbers<int64_t>("labels.npy", {0, 1, 0, 1});
    folds = Numbers<int32_t>("folds.npy", {0, 0, 1, 1});
  }

  template <typename T>
  v1::Artifact Numbers(const std::string& path, const std::vector<T>& values) {
    const uint64_t shape[] = {values.size()};
    return *store->Write(path, EncodeNpy<T>(shape, values));
  }

  v1::Artifact Folds(const FoldAssignment& assignment) {
    return *store->Write("other_folds.npy", EncodeFolds(assignment));
  }

  // float32 [rows, 2].
  v1::Artifact Matrix(const std::string& path, const std::vector<float>& values) {
    const uint64_t shape[] = {values.size() / 2, 2};
    return *store->Write(path, EncodeNpy<float>(shape, values));
  }

  std::unique_ptr<Store> store = NewMemoryStore();
  v1::SweepSpec spec;
  v1::DatasetInfo train;
  v1::Artifact folds;
};

}  // namespace pleat
