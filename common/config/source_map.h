// Where each field of a message was given: in the file, or by an override.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "common/config/diagnostic.h"

namespace pleat {

// The place of child `child`, counted from 0, of the YAML node at `path`, in sections that are kept
// as text: what their keys mean is not known where places are recorded.
std::string NodePath(const std::string& path, size_t child);

class SourceMap {
 public:
  // Places of problems that no text holds carry this file's name.
  explicit SourceMap(std::string file) : file_(std::move(file)) {}

  // Records where the key and the value of a path stand. `file` is the YAML's or kOverrideFile,
  // `quoted`: the value's text begins after a quote.
  void Record(const std::string& path, const std::string& file, Position key, Position value,
              bool quoted);
  // Adds the problems, each at its place, but those that a diagnostic explains: one at the path or
  // below it, or above it where nothing was read.
  void AddProblems(const std::vector<Problem>& problems,
                   std::vector<Diagnostic>* diagnostics) const;
  // The problem at its path's value; if the path was not given, at the key of the nearest field
  // around it that was (the document, at path "", is around all); else at no place of the file.
  Diagnostic Locate(const Problem& problem) const;

 private:
  struct Place {
    std::string file;
    Position key;
    Position value;
    bool quoted = false;
  };

  std::string file_;
  std::map<std::string, Place> places_;
};

}  // namespace pleat
