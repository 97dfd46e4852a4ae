#include "common/config/flow_text.h"

#include <gtest/gtest.h>

namespace pleat {
namespace {

std::string Rewritten(const std::string& yaml) {
  std::vector<Diagnostic> diagnostics;
  const YamlNode node = ParseYaml(yaml, "a.yaml", &diagnostics);
  EXPECT_EQ(FormatDiagnostics(diagnostics), "");
  return FlowText(node);
}

TEST(FlowText, PutsMappingsAndListsOnOneLine) {
  EXPECT_EQ(Rewritten("rmsprop:\n  lr: 1e-3\n  rho: 0.9\n"), "{rmsprop: {lr: 1e-3, rho: 0.9}}");
  EXPECT_EQ(Rewritten("- [1, 2]\n- []\n- {}\n- flatten\n"), "[[1, 2], [], {}, flatten]");
  EXPECT_EQ(Rewritten("{a: , b: -5}"), "{a: ~, b: -5}");
}

TEST(FlowText, QuotesWordsThatWouldReadAsSomethingElse) {
  EXPECT_EQ(Rewritten("- a, b\n- \"1\"\n- 'say \"x\"'\n- a: {\"b c\": d#e}\n"),
            "[\"a, b\", \"1\", \"say \\\"x\\\"\", {a: {\"b c\": \"d#e\"}}]");
  EXPECT_EQ(Rewritten("\"tab\\tline\\nend\""), "\"tab\\x09line\\x0aend\"");
}

TEST(FlowText, ReadsBackAsItself) {
  for (const char* text : {"{a: [1, {b: \"x: y\"}, ~], c: {}}", "[\"\", \"-\", a/b]", "[é]"}) {
    const std::string once = Rewritten(text);
    EXPECT_EQ(Rewritten(once), once);
  }
}

}  // namespace
}  // namespace pleat
