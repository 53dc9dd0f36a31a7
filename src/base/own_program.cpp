#include "base/own_program.hpp"

#include <system_error>

#include <sys/auxv.h>

namespace pursuit {

namespace fs = std::filesystem;

fs::path own_program() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (!error) return program;
  const char *started = reinterpret_cast<const char *>(::getauxval(AT_EXECFN));
  return started == nullptr ? fs::path() : fs::canonical(started, error);
}

} // namespace pursuit
