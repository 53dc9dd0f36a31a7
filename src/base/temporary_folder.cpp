#include "base/temporary_folder.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <system_error>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/errors.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

// The new folder; empty where it cannot be made, and `fault` says why.
std::string make_in(const fs::path &parent, std::string &fault) {
  if (parent.empty()) {
    fault = "it is empty";
    return "";
  }
  std::error_code error;
  std::string name = (fs::absolute(parent, error) / "pursuit_XXXXXX").string();
  if (!error && ::mkdtemp(name.data()) != nullptr) return name;
  fault = error ? error.message() : std::strerror(errno);
  return "";
}

} // namespace

TemporaryFolder::TemporaryFolder(const fs::path &last_resort) {
  const char *chosen = std::getenv("TMPDIR");
  std::vector<fs::path> parents = {"/tmp", "/var/tmp"};
  if (!last_resort.empty()) parents.push_back(last_resort);
  if (chosen != nullptr) parents.insert(parents.begin(), chosen);
  std::vector<std::string> faults;
  for (const fs::path &parent : parents) {
    std::string fault;
    std::error_code ignored; // making the folder in it will fail, and say why
    if (!last_resort.empty() && parent == last_resort) fs::create_directories(parent, ignored);
    path_ = make_in(parent, fault);
    if (!path_.empty()) {
      if (!faults.empty() && chosen != nullptr)
        notice_ = fmt::format("TMPDIR ({}) cannot be used; {} is used instead", faults.front(),
                              parent.string());
      return;
    }
    faults.push_back(parent.empty() ? fault : fmt::format("{}: {}", parent.string(), fault));
  }
  throw RunError(fmt::format(
      "no temporary folder can be made ({}); set TMPDIR to a folder that can be written to",
      fmt::join(faults, "; ")));
}

TemporaryFolder::~TemporaryFolder() {
  if (keep_) return;
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

} // namespace pursuit
