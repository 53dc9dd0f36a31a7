#include "experiment/model_glob.hpp"

#include <algorithm>
#include <filesystem>

#include <glob.h>

namespace pursuit {

namespace fs = std::filesystem;

namespace {

// The folder's own name may hold pattern characters; they stand for themselves.
std::string escaped(const std::string &text) {
  std::string result;
  for (char c : text) {
    if (c == '*' || c == '?' || c == '[' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

} // namespace

std::vector<std::string> matching_files(const std::string &pattern, const Where &said) {
  std::string whole = pattern;
  const fs::path folder = fs::path(said.file).parent_path();
  if (said.line != 0 && !fs::path(pattern).is_absolute() && !folder.empty())
    whole = escaped(folder.string()) + "/" + pattern;
  glob_t found{};
  std::vector<std::string> files;
  if (::glob(whole.c_str(), 0, nullptr, &found) == 0) {
    for (std::size_t i = 0; i < found.gl_pathc; ++i) {
      const fs::path path(found.gl_pathv[i]);
      std::error_code ignored;
      if (fs::is_regular_file(path, ignored)) files.push_back(path.lexically_normal().string());
    }
  }
  ::globfree(&found);
  std::sort(files.begin(), files.end());
  return files;
}

} // namespace pursuit
