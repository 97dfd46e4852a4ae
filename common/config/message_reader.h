// From a YAML tree to a message, by reflection.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "common/config/diagnostic.h"
#include "common/config/source_map.h"
#include "common/config/yaml_tree.h"

namespace pleat {

// Puts what the tree says into the message: keys are field names; keyed fields are mappings, inline
// fields stand for their message, an arm's name alone may stand for a message that is one oneof.
// Strings that are documents keep mappings and lists as text, and one element may stand for a list
// that says so.
// Reports unknown keys, values of a wrong type, and several arms of one oneof, and goes on; what
// was refused stays unset. Ranges and missing fields are CheckRules's.
class MessageReader {
 public:
  // `root` is the whole schema (to say where a misplaced key belongs), `file` that of the tree.
  MessageReader(const google::protobuf::Descriptor& root, std::string file, SourceMap* sources,
                std::vector<Diagnostic>* diagnostics);

  // Reads the document into the root message.
  void ReadRoot(const YamlNode& node, google::protobuf::Message* message);
  // Reads the value of one field (cleared before, if repeated) whose path is `path`.
  void ReadField(const YamlNode& node, const std::string& path,
                 const google::protobuf::FieldDescriptor& field,
                 google::protobuf::Message* message);
  // Reads the value of element `index` of a repeated field, or of a scalar field where it is -1.
  void ReadScalar(const YamlNode& node, const std::string& path,
                  const google::protobuf::FieldDescriptor& field,
                  google::protobuf::Message* message, int index = -1);
  void ReadMessage(const YamlNode& node, const std::string& path,
                   google::protobuf::Message* message);

 private:
  void ReadKeys(const YamlNode& node, const std::string& path, google::protobuf::Message* message);
  void ReadArmName(const YamlNode& node, const std::string& path,
                   google::protobuf::Message* message);
  void ReadList(const YamlNode& node, const std::string& path,
                const google::protobuf::FieldDescriptor& field, google::protobuf::Message* message);
  void ReadKeyed(const YamlNode& node, const std::string& path,
                 const google::protobuf::FieldDescriptor& field,
                 google::protobuf::Message* message);
  void Record(const YamlNode& node, const std::string& path);
  // Records it and all that lies below it, by NodePath.
  void RecordAll(const YamlNode& node, const std::string& path);
  void Report(Position at, const std::string& path, std::string message);

  const google::protobuf::Descriptor& root_;
  const std::string file_;
  SourceMap* const sources_;
  std::vector<Diagnostic>* const diagnostics_;
};

}  // namespace pleat
