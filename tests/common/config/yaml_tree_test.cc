#include "common/config/yaml_tree.h"

#include <gtest/gtest.h>

#include <string>

namespace pleat {
namespace {

// What ParseYaml reports, one per line.
std::string Refusals(const std::string& text) {
  std::vector<Diagnostic> diagnostics;
  ParseYaml(text, "f", &diagnostics);
  return FormatDiagnostics(diagnostics);
}

TEST(YamlTree, KnowsThePlaceOfEveryKeyAndValue) {
  std::vector<Diagnostic> diagnostics;
  const YamlNode root = ParseYaml("a: 1\nb:\n  - x\n  - {c: 'y'}\n", "f", &diagnostics);
  EXPECT_TRUE(diagnostics.empty());
  ASSERT_EQ(root.children.size(), 2u);
  EXPECT_EQ(root.children[0].key, "a");
  EXPECT_EQ(root.children[0].key_at.column, 1);
  EXPECT_EQ(root.children[0].at.column, 4);
  EXPECT_FALSE(root.children[0].quoted);
  const YamlNode& list = root.children[1];
  ASSERT_EQ(list.kind, YamlNode::Kind::kList);
  EXPECT_EQ(list.key_at.line, 2);
  const YamlNode& c = list.children.at(1).children.at(0);
  EXPECT_EQ(c.text, "y");
  EXPECT_TRUE(c.quoted);
  EXPECT_EQ(c.at.line, 4);
  EXPECT_EQ(c.at.column, 9);
}

TEST(YamlTree, TakesNullsAndCompactMappings) {
  std::vector<Diagnostic> diagnostics;
  const YamlNode root = ParseYaml("a:\nb: ~\nc: [x: {}, y]\n", "f", &diagnostics);
  EXPECT_TRUE(diagnostics.empty()) << FormatDiagnostics(diagnostics);
  EXPECT_EQ(root.children.at(0).kind, YamlNode::Kind::kNull);
  EXPECT_EQ(root.children.at(1).kind, YamlNode::Kind::kNull);
  EXPECT_EQ(root.children.at(2).children.at(0).kind, YamlNode::Kind::kMapping);
  EXPECT_EQ(root.children.at(2).children.at(0).children.at(0).key, "x");
}

TEST(YamlTree, RefusesWhatMakesSmallFilesExplodeOrMeanSomethingElse) {
  EXPECT_EQ(Refusals("a: &x 1\nb: *x\n"),
            "f:1:4: anchors (&name) are not accepted; write the value where it is used\n"
            "f:2:4: aliases (*name) are not accepted; write the value out");
  EXPECT_EQ(Refusals("a: !!str 1\n"),
            "f:1:4: tags are not accepted; remove \"tag:yaml.org,2002:str\"");
  EXPECT_EQ(Refusals("a: !x {}\n"), "f:1:4: tags are not accepted; remove \"!x\"");
  EXPECT_EQ(Refusals("a: 1\n---\nb: 2\n"),
            "f:2:1: a second document starts here; keep one document per file");
  EXPECT_EQ(Refusals("a: 1\nb: 2\na: 3\na: 4\n"),
            "f:3:1: the key \"a\" stands here again (first on line 1); keep one\n"
            "f:4:1: the key \"a\" stands here again (first on line 1); keep one");
  EXPECT_EQ(Refusals("{[a]: 1}\n"), "f:1:2: a key must be plain text; is a bracket left open?");
  EXPECT_EQ(Refusals("~: 1\n"), "f:1:1: a key must be plain text; is a bracket left open?");
}

TEST(YamlTree, KeepsTheFirstOfEqualKeys) {
  std::vector<Diagnostic> diagnostics;
  const YamlNode root = ParseYaml("a: 1\na: [2]\nb: 3\n", "f", &diagnostics);
  ASSERT_EQ(root.children.size(), 2u);
  EXPECT_EQ(root.children[0].text, "1");
  EXPECT_EQ(root.children[1].key, "b");
}

TEST(YamlTree, RefusesDepthAndSizeBeyondTheLimits) {
  EXPECT_EQ(Refusals(std::string(64, '[') + std::string(64, ']')), "");
  EXPECT_EQ(Refusals(std::string(65, '[') + std::string(65, ']')),
            "f:1:65: nested deeper than 64 levels");
  EXPECT_EQ(Refusals(std::string((1 << 20) + 1, ' ')), "f: larger than 1 MiB (1048577 bytes)");
}

TEST(YamlTree, SaysWhereTheSyntaxBreaks) {
  EXPECT_EQ(Refusals(std::string(100'000, '[')),
            "f:1:1: a key must be plain text; is a bracket left open?");
  EXPECT_EQ(Refusals("a: [1, 2\nb: 3\n").substr(0, 20), "f:2:2: not valid YAM");
  EXPECT_EQ(Refusals("a: b: c\n"), "f:1:5: not valid YAML: illegal map value");
}

}  // namespace
}  // namespace pleat
