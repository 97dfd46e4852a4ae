// Where each field of a message was given: in the file, or by an override.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "common/config/diagnostic.h"

namespace pleat {

class SourceMap {
 public:
  // Places of problems that no text holds carry this file's name.
  explicit SourceMap(std::string file) : file_(std::move(file)) {}

  // Records where the key and the value of a path stand. `file` is the YAML's or kOverrideFile.
  void Record(const std::string& path, const std::string& file, Position key, Position value);
  // The problem at its path's value; if the path was not given, at the key of the nearest field
  // around it that was (the document, at path "", is around all); else at no place of the file.
  Diagnostic Locate(const Problem& problem) const;

 private:
  struct Place {
    std::string file;
    Position key;
    Position value;
  };

  std::string file_;
  std::map<std::string, Place> places_;
};

}  // namespace pleat
