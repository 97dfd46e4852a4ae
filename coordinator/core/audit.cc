#include "coordinator/core/audit.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/philox.h"
#include "common/config/trial_config.h"

namespace pleat {
namespace {

std::string Differences(const v1::ResultDigest& a, const v1::ResultDigest& b) {
  std::vector<std::string> parts;
  if (a.weights() != b.weights()) parts.push_back("weights");
  if (a.oof() != b.oof()) parts.push_back("out-of-fold predictions");
  if (a.classes() != b.classes()) parts.push_back("metrics of classes");
  if (DeterministicBytes(a.metrics()) != DeterministicBytes(b.metrics())) {
    parts.push_back("metrics");
  }
  return absl::StrJoin(parts, ", ");
}

}  // namespace

bool IsAudited(const v1::SweepSpec& spec, const TaskKey& key) {
  if (key.kind != TaskKind::kTrainFold || !spec.has_verify()) return false;
  RandomStream stream(spec.search().seed(), RandomPurpose::kAudit, key.trial, key.fold);
  return stream.NextDouble() < spec.verify().audit_fraction();
}

v1::ResultDigest DigestOf(const v1::TrainFoldResult& result) {
  v1::ResultDigest digest;
  digest.set_weights(result.checkpoint().weights().sha256());
  digest.set_oof(result.oof().sha256());
  digest.set_classes(result.classes().sha256());
  *digest.mutable_metrics() = result.metrics();
  digest.mutable_metrics()->clear_seconds();
  digest.mutable_metrics()->clear_rows_per_second();
  return digest;
}

bool Agree(const v1::ResultDigest& a, const v1::ResultDigest& b) {
  return DeterministicBytes(a) == DeterministicBytes(b);
}

bool IsConfirmed(const std::vector<HeldResult>& held, const v1::ResultDigest& digest,
                 const std::string& worker) {
  const auto is_own = [&](const HeldResult& other) { return other.worker == worker; };
  const auto agrees = [&](const HeldResult& other) { return Agree(other.digest, digest); };
  const bool is_alone = std::ranges::all_of(held, is_own);
  // The other group has gone, else it would have had its turn.
  const bool is_left_alone = held.size() + 1 == kMostAuditRuns &&
                             std::ranges::count_if(held, agrees) == std::ssize(held) - 1;
  return std::ranges::any_of(held, [&](const HeldResult& other) {
    return agrees(other) && (is_alone || is_left_alone || !is_own(other));
  });
}

std::string WhyHeld(const std::vector<HeldResult>& held, const v1::ResultDigest& digest) {
  if (held.empty()) return "audited: it counts when a second run gives the same bits";
  const bool is_repeated = std::ranges::any_of(
      held, [&](const HeldResult& other) { return Agree(other.digest, digest); });
  if (is_repeated) return "audited: its group gave the same before, but another group did not";
  return absl::StrCat("audited: it differs from ", held.size() == 1 ? "the run" : "the runs",
                      " before (", Differences(held.back().digest, digest),
                      "), so another one decides");
}

}  // namespace pleat
