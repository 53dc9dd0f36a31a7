#include "base/canonical_path.hpp"

#include <algorithm>
#include <system_error>

namespace pursuit {

namespace fs = std::filesystem;

namespace {

fs::path absolute_path(const fs::path &path) {
  std::error_code error; // the current folder may be gone
  const fs::path absolute = fs::absolute(path, error);
  return error ? path : absolute;
}

fs::path without_last_slash(const fs::path &path) {
  return path.has_filename() || path == path.root_path() ? path : path.parent_path();
}

} // namespace

fs::path canonical_path(const fs::path &path) {
  const fs::path absolute = absolute_path(path);
  std::error_code error;
  const fs::path found = fs::weakly_canonical(absolute, error);
  return without_last_slash(error ? absolute.lexically_normal() : found);
}

fs::path as_given(const fs::path &whole, const fs::path &given) {
  if (given.is_absolute()) return whole;
  const fs::path relative = whole.lexically_relative(canonical_path("."));
  const bool inside = !relative.empty() && *relative.begin() != "..";
  return inside ? relative : whole;
}

fs::path canonical_as_given(const fs::path &path) { return as_given(canonical_path(path), path); }

fs::path canonical_name(const fs::path &path) {
  const fs::path absolute = without_last_slash(absolute_path(path));
  const fs::path name = absolute.filename();
  if (name == "." || name == ".." || name.empty()) return canonical_path(path);
  return canonical_path(absolute.parent_path()) / name;
}

fs::path tidy_path(const fs::path &path) {
  const fs::path normal = path.lexically_normal();
  if (std::find(path.begin(), path.end(), "..") == path.end()) return normal;
  return canonical_path(path) == canonical_path(normal) ? normal : path;
}

} // namespace pursuit
