#include "client/programs.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace pleat {

std::string SiblingProgram(const std::string& name) {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? name : (self.parent_path() / name).string();
}

ExitCode BecomeWorker(const std::string& command, const std::vector<std::string>& arguments) {
  const std::string worker = SiblingProgram("pleat-worker");
  std::vector<char*> argv = {const_cast<char*>(worker.c_str()), const_cast<char*>(command.c_str())};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  execv(worker.c_str(), argv.data());
  std::fprintf(stderr, "pleat: cannot start %s: %s; build it beside pleat\n", worker.c_str(),
               std::strerror(errno));
  return kExitBadInput;
}

}  // namespace pleat
