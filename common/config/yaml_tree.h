// YAML text as a small tree that knows the place of every key and value.
//
// The accepted language is what a configuration needs: mappings, lists and scalars. Anchors,
// aliases, tags, duplicate keys, several documents, nesting deeper than 64 and texts above 1 MiB
// are refused, because they make small files explode or mean something else than they show.
#pragma once

#include <string>
#include <vector>

#include "common/config/diagnostic.h"

namespace pleat {

struct YamlNode {
  enum class Kind {
    kNull,
    kScalar,
    kList,
    kMapping,
    kRefused,  // already has a diagnostic (an alias); readers pass over it in silence
  };
  Kind kind = Kind::kNull;
  Position at;
  std::string text;     // of a scalar, as written, without quotes
  bool quoted = false;  // the scalar stood in quotes or in a block (| or >)
  // Elements of a list, or values of a mapping in the order of the file.
  std::vector<YamlNode> children;
  // If the node is a mapping's value: its key.
  std::string key;
  Position key_at;
};

// "a list", "a mapping", "\"abc\"", "no value": what stands there, for messages.
std::string DescribeNode(const YamlNode& node);

// Reads one document. Appends a diagnostic with `file` for each thing that is refused; after a
// syntax error the tree holds nothing. An empty document is a null node.
YamlNode ParseYaml(const std::string& text, const std::string& file,
                   std::vector<Diagnostic>* diagnostics);

}  // namespace pleat
