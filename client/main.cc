// pleat: submit sweeps, watch their folds, pull the ensemble; or all of it on this machine with
// `pleat run`.
#include <cstdio>
#include <exception>
#include <string_view>

#include "client/command_line.h"
#include "client/exit_code.h"
#include "client/supervisor.h"
#include "common/base/failpoint.h"
#include "common/base/log.h"

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "__child") return pleat::RunAsChild(argc, argv);
  pleat::InitLog("pleat");
  pleat::InitFailPoints();
  try {
    return pleat::RunCommandLine(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pleat: %s\n", error.what());
    return pleat::kExitBadInput;
  }
}
