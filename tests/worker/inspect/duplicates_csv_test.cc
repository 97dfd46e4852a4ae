#include "worker/inspect/duplicates_csv.h"

#include <gtest/gtest.h>

#include "tests/worker/inspect/sample_inspection.h"

namespace pleat {
namespace {

TEST(DuplicatesCsv, HasALineForEachRow) {
  Inspection inspection = SampleInspection();
  inspection.class_names[0] = "cat, or \"cat\"";
  inspection.duplicates.sets.push_back({.rows = {{0, 5, 0, "a,b/1.png"}, {0, 17, 1, "dog/7.png"}}});
  EXPECT_EQ(DuplicatesCsv(inspection),
            "set,split,row,id,label,class\n"
            "0,train,3,,1,<dog & co>\n"
            "0,test,4,,,\n"
            "1,train,5,\"a,b/1.png\",0,\"cat, or \"\"cat\"\"\"\n"
            "1,train,17,dog/7.png,1,<dog & co>\n");
}

}  // namespace
}  // namespace pleat
