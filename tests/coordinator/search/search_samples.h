// Search spaces for tests.
#pragma once

#include <initializer_list>
#include <string>

#include "proto/sweep.pb.h"

namespace pleat {

inline v1::ParameterSpec& AddParameter(v1::SearchSpec& spec, const std::string& key) {
  v1::ParameterSpec& parameter = *spec.add_parameters();
  parameter.set_key(key);
  return parameter;
}

inline void AddValues(v1::SearchSpec& spec, const std::string& key,
                      std::initializer_list<const char*> values) {
  v1::ParameterSpec& parameter = AddParameter(spec, key);
  for (const char* value : values) parameter.mutable_values()->add_value(value);
}

inline void AddIntUniform(v1::SearchSpec& spec, const std::string& key, int64_t min, int64_t max) {
  v1::ParameterSpec& parameter = AddParameter(spec, key);
  parameter.mutable_int_uniform()->set_min(min);
  parameter.mutable_int_uniform()->set_max(max);
}

inline void AddUniform(v1::SearchSpec& spec, const std::string& key, double min, double max) {
  v1::ParameterSpec& parameter = AddParameter(spec, key);
  parameter.mutable_uniform()->set_min(min);
  parameter.mutable_uniform()->set_max(max);
}

inline void AddLogUniform(v1::SearchSpec& spec, const std::string& key, double min, double max) {
  v1::ParameterSpec& parameter = AddParameter(spec, key);
  parameter.mutable_log_uniform()->set_min(min);
  parameter.mutable_log_uniform()->set_max(max);
}

}  // namespace pleat
