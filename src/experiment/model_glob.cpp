#include "experiment/model_glob.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include <dirent.h>
#include <glob.h>
#include <sys/stat.h>

#include "base/canonical_path.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

// Entries of folders that one pattern may look at: `/*/*/*/*` would search the machine.
constexpr int k_most_entries = 300'000;
int entries_left = 0;

// What the pattern would have to look at, and may not; the first of it. Empty: nothing.
std::string denied;

void note_denied(const std::string &path) {
  if (errno == EACCES && denied.empty()) denied = path;
}

dirent *next_entry(void *folder) {
  return entries_left-- > 0 ? ::readdir(static_cast<DIR *>(folder)) : nullptr;
}

// glob reads folders through us, so that they can be counted.
glob_t counting_glob() {
  glob_t found{};
  found.gl_opendir = [](const char *path) {
    DIR *folder = ::opendir(path);
    if (folder == nullptr) note_denied(path);
    return static_cast<void *>(folder);
  };
  found.gl_readdir = next_entry;
  found.gl_closedir = [](void *folder) { ::closedir(static_cast<DIR *>(folder)); };
  found.gl_stat = [](const char *path, struct stat *about) {
    const int result = ::stat(path, about);
    if (result != 0) note_denied(path);
    return result;
  };
  found.gl_lstat = [](const char *path, struct stat *about) {
    const int result = ::lstat(path, about);
    if (result != 0) note_denied(path);
    return result;
  };
  entries_left = k_most_entries;
  denied.clear();
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

MatchedFiles matching_files(const std::string &pattern, const Where &said) {
  std::string whole = pattern;
  const fs::path folder = fs::path(said.file).parent_path();
  if (said.line != 0 && !fs::path(pattern).is_absolute() && !folder.empty())
    whole = escaped(folder.string()) + "/" + pattern;
  glob_t found = counting_glob();
  MatchedFiles matched;
  if (::glob(whole.c_str(), GLOB_ALTDIRFUNC, nullptr, &found) == 0 && entries_left >= 0) {
    for (std::size_t i = 0; i < found.gl_pathc; ++i) {
      const char *path = found.gl_pathv[i];
      struct stat about {};
      if (found.gl_stat(path, &about) == 0 && S_ISREG(about.st_mode))
        matched.paths.push_back(tidy_path(path).string());
    }
  }
  ::globfree(&found);
  matched.searches_too_much = entries_left < 0;
  matched.denied = denied;
  std::sort(matched.paths.begin(), matched.paths.end());
  return matched;
}

} // namespace pursuit
