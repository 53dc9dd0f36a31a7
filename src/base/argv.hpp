// Words as execve and posix_spawn take them.
#pragma once

#include <string>
#include <vector>

namespace pursuit {

// Into `words`, which must outlive it, and a null pointer at the end.
inline std::vector<char *> pointers(std::vector<std::string> &words) {
  std::vector<char *> result;
  for (std::string &word : words) result.push_back(word.data());
  result.push_back(nullptr);
  return result;
}

} // namespace pursuit
