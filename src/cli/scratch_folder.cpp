#include "cli/scratch_folder.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "base/errors.hpp"

namespace pursuit {

namespace fs = std::filesystem;

ScratchFolder::ScratchFolder() {
  std::error_code error;
  std::string name = (fs::temp_directory_path(error) / "pursuit_XXXXXX").string();
  if (error || ::mkdtemp(name.data()) == nullptr) {
    throw RunError(fmt::format("cannot make a temporary folder {} (TMPDIR chooses another place): "
                               "{}",
                               name, error ? error.message() : std::strerror(errno)));
  }
  path_ = name;
}

ScratchFolder::~ScratchFolder() {
  if (keep_) return;
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

} // namespace pursuit
