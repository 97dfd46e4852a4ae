#include "common/config/yaml_tree.h"

#include <yaml-cpp/anchor.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <optional>
#include <sstream>
#include <unordered_map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/config/scalar_text.h"

namespace pleat {
namespace {

constexpr size_t kMaxBytes = 1 << 20;
constexpr size_t kMaxDepth = 64;

// Leaves yaml-cpp's parser when going on makes no sense; never leaves this file.
struct StopParsing {};

Position PositionOf(const YAML::Mark& mark) { return {mark.line + 1, mark.column + 1}; }

YamlNode NodeAt(YamlNode::Kind kind, const YAML::Mark& mark) {
  YamlNode node;
  node.kind = kind;
  node.at = PositionOf(mark);
  return node;
}

// Builds the tree from yaml-cpp's events: its own tree has no places and merges what we refuse.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(std::string file, std::vector<Diagnostic>* diagnostics)
      : file_(std::move(file)), diagnostics_(diagnostics) {}

  YamlNode Take() { return std::move(root_); }

  void Refuse(Position at, std::string message) {
    diagnostics_->push_back({file_, at.line, at.column, "", std::move(message)});
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ == 0) return;
    Refuse(PositionOf(mark), "a second document starts here; keep one document per file");
    throw StopParsing();
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    RefuseAnchor(mark, anchor);
    if (ExpectsKey()) RefuseKey(mark);
    Attach(NodeAt(YamlNode::Kind::kNull, mark));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    Refuse(PositionOf(mark), "aliases (*name) are not accepted; write the value out");
    if (ExpectsKey()) throw StopParsing();
    Attach(NodeAt(YamlNode::Kind::kRefused, mark));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    RefuseAnchor(mark, anchor);
    const bool quoted = tag == "!";
    if (!quoted) RefuseTag(mark, tag);
    if (ExpectsKey()) {
      TakeKey(PositionOf(mark), value);
      return;
    }
    YamlNode scalar = NodeAt(YamlNode::Kind::kScalar, mark);
    scalar.text = value;
    scalar.quoted = quoted;
    Attach(std::move(scalar));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(YamlNode::Kind::kList, mark, tag, anchor);
  }
  void OnSequenceEnd() override { Close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(YamlNode::Kind::kMapping, mark, tag, anchor);
  }
  void OnMapEnd() override { Close(); }

 private:
  // A list or mapping that has not ended yet.
  struct OpenNode {
    YamlNode node;
    std::unordered_map<std::string, Position> keys;
    // The key whose value comes next; `repeated` if the mapping already has it.
    std::optional<std::string> key;
    Position key_at;
    bool repeated = false;
  };

  bool ExpectsKey() const {
    return !open_.empty() && open_.back().node.kind == YamlNode::Kind::kMapping &&
           !open_.back().key.has_value();
  }

  void TakeKey(Position at, const std::string& key) {
    OpenNode& mapping = open_.back();
    const auto [first, inserted] = mapping.keys.emplace(key, at);
    mapping.key = key;
    mapping.key_at = at;
    mapping.repeated = !inserted;
    if (!inserted) {
      Refuse(at,
             absl::StrCat("the key ", QuoteForMessage(key), " stands here again (first on line ",
                          first->second.line, "); keep one"));
    }
  }

  void Open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor) {
    RefuseAnchor(mark, anchor);
    RefuseTag(mark, tag);
    if (ExpectsKey()) RefuseKey(mark);
    if (open_.size() == kMaxDepth) {
      Refuse(PositionOf(mark), absl::StrCat("nested deeper than ", kMaxDepth, " levels"));
      throw StopParsing();
    }
    OpenNode opened;
    opened.node = NodeAt(kind, mark);
    open_.push_back(std::move(opened));
  }

  void Close() {
    YamlNode node = std::move(open_.back().node);
    open_.pop_back();
    Attach(std::move(node));
  }

  void Attach(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    OpenNode& parent = open_.back();
    if (parent.key.has_value()) {
      node.key = *std::move(parent.key);
      node.key_at = parent.key_at;
      parent.key.reset();
      // yaml-cpp places a value that is not there at whatever comes next.
      if (node.kind == YamlNode::Kind::kNull) node.at = node.key_at;
    }
    if (!std::exchange(parent.repeated, false)) parent.node.children.push_back(std::move(node));
  }

  void RefuseAnchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor == YAML::NullAnchor) return;
    Refuse(PositionOf(mark), "anchors (&name) are not accepted; write the value where it is used");
  }

  void RefuseTag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?") return;
    Refuse(PositionOf(mark), absl::StrCat("tags are not accepted; remove ", QuoteForMessage(tag)));
  }

  [[noreturn]] void RefuseKey(const YAML::Mark& mark) {
    Refuse(PositionOf(mark), "a key must be plain text; is a bracket left open?");
    throw StopParsing();
  }

  const std::string file_;
  std::vector<Diagnostic>* const diagnostics_;
  int documents_ = 0;
  std::vector<OpenNode> open_;
  YamlNode root_;
};

}  // namespace

std::string DescribeNode(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kScalar:
      return QuoteForMessage(node.text);
    case YamlNode::Kind::kList:
      return "a list";
    case YamlNode::Kind::kMapping:
      return "a mapping";
    case YamlNode::Kind::kNull:
    case YamlNode::Kind::kRefused:
      break;
  }
  return "no value";
}

YamlNode ParseYaml(const std::string& text, const std::string& file,
                   std::vector<Diagnostic>* diagnostics) {
  TreeBuilder builder(file, diagnostics);
  if (text.size() > kMaxBytes) {
    builder.Refuse({}, absl::StrCat("larger than 1 MiB (", text.size(), " bytes)"));
    return {};
  }
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
    return builder.Take();
  } catch (const StopParsing&) {
  } catch (const YAML::Exception& error) {
    builder.Refuse(PositionOf(error.mark), absl::StrCat("not valid YAML: ", error.msg));
  }
  return {};
}

}  // namespace pleat
