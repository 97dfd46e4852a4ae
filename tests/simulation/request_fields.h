// What requests and responses of all kinds have in common.
#pragma once

#include <string>
#include <variant>

#include "coordinator/core/coordinator_core.h"

namespace pleat::simulation {

// Empty if it has none.
inline std::string RequestIdOf(const Command& command) {
  return std::visit(
      [](const auto& request) -> std::string {
        if constexpr (requires { request.request_id(); }) return request.request_id();
        return "";
      },
      command);
}

// For people: "pleat.v1.CompleteTaskRequest"; empty for what no client sends.
inline std::string TypeOf(const Command& command) {
  return std::visit(
      [](const auto& request) -> std::string {
        if constexpr (requires { request.GetTypeName(); }) return request.GetTypeName();
        return "";
      },
      command);
}

// The sweep that it speaks of; empty if it speaks of none.
inline std::string SweepOf(const Command& command) {
  return std::visit(
      [](const auto& request) -> std::string {
        if constexpr (requires { request.attempt().sweep(); }) {
          return request.attempt().sweep();
        } else if constexpr (requires { request.spec().name(); }) {
          return request.spec().name();
        } else if constexpr (requires { request.name(); }) {
          return request.name();
        } else {
          return "";
        }
      },
      command);
}

inline std::string BytesOf(const Response& response) {
  return std::visit(
      [](const auto& message) -> std::string {
        if constexpr (requires { message.SerializeAsString(); }) return message.SerializeAsString();
        return "";
      },
      response);
}

}  // namespace pleat::simulation
