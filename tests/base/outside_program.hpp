// What tests need of the outside: a scratch folder, the source tree, Python and Octave.
#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <unistd.h>

namespace pursuit {

// A new empty folder, removed at the end.
class ScratchFolder {
public:
  ScratchFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "pursuit_test_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) ADD_FAILURE() << "no scratch folder";
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder &) = delete;
  ScratchFolder &operator=(const ScratchFolder &) = delete;
  const std::filesystem::path &path() const { return path_; }
  std::filesystem::path operator/(const std::string &name) const { return path_ / name; }

private:
  std::filesystem::path path_;
};

inline std::filesystem::path source_folder() {
  const char *folder = std::getenv("PURSUIT_SOURCE_DIR");
  return folder == nullptr ? std::filesystem::current_path() : std::filesystem::path(folder);
}

// The recorded data and the golden cases; may be absent.
inline std::filesystem::path shared_folder() {
  const char *folder = std::getenv("PURSUIT_TEST_DATA");
  return folder == nullptr ? source_folder() / "../shared" : std::filesystem::path(folder);
}

// Debian's own Python, which has scipy and jsonschema when tools/setup has run.
inline std::string python_program() {
  const char *program = std::getenv("PURSUIT_PYTHON");
  return program == nullptr ? "/usr/bin/python3" : program;
}

struct Ended {
  int code = 0;
  std::string output; // stdout and stderr
};

inline Ended run_program(const std::string &command) {
  Ended ended;
  std::FILE *pipe = ::popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return {-1, "popen failed"};
  char buffer[4096];
  for (std::size_t got = 0; (got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    ended.output.append(buffer, got);
  const int status = ::pclose(pipe);
  ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ended;
}

inline bool python_has(const std::string &module) {
  return run_program(python_program() + " -c 'import " + module + "'").code == 0;
}

inline std::string read_bytes(const std::filesystem::path &path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline void write_bytes(const std::filesystem::path &path, const std::string &bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

} // namespace pursuit
