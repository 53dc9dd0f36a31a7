#include "experiment/model_glob.hpp"

#include <algorithm>
#include <filesystem>

#include <dirent.h>
#include <glob.h>
#include <sys/stat.h>

namespace pursuit {

namespace fs = std::filesystem;

namespace {

// Entries of folders that one pattern may look at: `/*/*/*/*` would search the machine.
constexpr int k_most_entries = 300'000;
int entries_left = 0;

dirent *next_entry(void *folder) {
  return entries_left-- > 0 ? ::readdir(static_cast<DIR *>(folder)) : nullptr;
}

// glob reads folders through us, so that they can be counted.
glob_t counting_glob() {
  glob_t found{};
  found.gl_opendir = [](const char *path) { return static_cast<void *>(::opendir(path)); };
  found.gl_readdir = next_entry;
  found.gl_closedir = [](void *folder) { ::closedir(static_cast<DIR *>(folder)); };
  found.gl_stat = ::stat;
  found.gl_lstat = ::lstat;
  entries_left = k_most_entries;
  return found;
}

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

std::optional<std::vector<std::string>> matching_files(const std::string &pattern,
                                                       const Where &said) {
  std::string whole = pattern;
  const fs::path folder = fs::path(said.file).parent_path();
  if (said.line != 0 && !fs::path(pattern).is_absolute() && !folder.empty())
    whole = escaped(folder.string()) + "/" + pattern;
  glob_t found = counting_glob();
  std::vector<std::string> files;
  if (::glob(whole.c_str(), GLOB_ALTDIRFUNC, nullptr, &found) == 0 && entries_left >= 0) {
    for (std::size_t i = 0; i < found.gl_pathc; ++i) {
      const fs::path path(found.gl_pathv[i]);
      std::error_code ignored;
      if (fs::is_regular_file(path, ignored)) files.push_back(path.lexically_normal().string());
    }
  }
  ::globfree(&found);
  if (entries_left < 0) return std::nullopt;
  std::sort(files.begin(), files.end());
  return files;
}

} // namespace pursuit
