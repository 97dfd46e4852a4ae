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

ExitCode BecomeProgram(const std::string& program, const std::vector<std::string>& arguments) {
  const std::string path = SiblingProgram(program);
  std::vector<char*> argv = {const_cast<char*>(path.c_str())};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  execv(path.c_str(), argv.data());
  std::fprintf(stderr, "pleat: cannot start %s: %s; build it beside pleat\n", path.c_str(),
               std::strerror(errno));
  return kExitBadInput;
}

ExitCode BecomeWorker(const std::string& command, const std::vector<std::string>& arguments) {
  std::vector<std::string> all = {command};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return BecomeProgram("pleat-worker", all);
}

}  // namespace pleat
