# cmake -DROOT=<tree> -DOUT=<file.cc> -P SourceDigest.cmake: writes the digest of the sources that decide the bits of a
# training. What they say counts, not where, when or by whom they were built, so builds of one commit agree.
set(text "")
foreach(folder common/base common/folds common/metrics worker/augment worker/data worker/distributed worker/model
        worker/predict worker/train)
  file(GLOB_RECURSE files RELATIVE ${ROOT} ${ROOT}/${folder}/*.cc ${ROOT}/${folder}/*.cu ${ROOT}/${folder}/*.h
       ${ROOT}/${folder}/CMakeLists.txt)
  foreach(file ${files})
    file(SHA256 ${ROOT}/${file} digest)
    string(APPEND text "${file} ${digest}\n")
  endforeach()
endforeach()
string(SHA256 digest "${text}")
# Written only if it changed.
file(CONFIGURE OUTPUT ${OUT} CONTENT
"#include \"worker/train/source_digest.h\"

namespace pleat {
const char kSourceDigest[] = \"${digest}\";
}  // namespace pleat
")
