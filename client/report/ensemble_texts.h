// The small files of an ensemble that reports are made of.
#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "client/connection.h"

namespace pleat {

// Text by path below the ensemble's folder.
using EnsembleTexts = std::map<std::string, std::string>;

// Fetches `reports/**` and the members' CSV files of a sweep that has an ensemble, each held
// against its SHA-256. Weights and predictions are not fetched. DATA_LOSS: the store is damaged;
// UNAVAILABLE: the coordinator is gone.
absl::StatusOr<EnsembleTexts> FetchEnsembleTexts(Connection& connection, const std::string& sweep);

}  // namespace pleat
