#include "common/config/inspected_settings.h"

#include "common/config/transform_check.h"
#include "common/config/trial_config.h"
#include "common/store/checksum.h"

namespace pleat {

std::string InspectedSettingsSha256(const v1::SweepSpec& spec) {
  v1::SweepSpec shown;
  shown.mutable_data()->set_classes(spec.data().classes());
  shown.mutable_data()->set_scale(spec.data().scale());
  v1::TrainingSpec& training = *shown.mutable_training();
  *training.mutable_augmentation() = spec.training().augmentation();
  *training.mutable_normalization() = spec.training().normalization();
  training.set_seed(spec.training().seed());
  // Of these the page says only that they are there.
  if (spec.training().has_mixup()) training.mutable_mixup();
  if (SearchVariesAugmentation(spec)) shown.mutable_search()->add_parameters();
  *shown.mutable_ensemble()->mutable_tta() = spec.ensemble().tta();
  shown.mutable_ensemble()->set_seed(spec.ensemble().seed());
  return Sha256Hex(DeterministicBytes(shown));
}

}  // namespace pleat
