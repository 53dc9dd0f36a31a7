// Who writes journal and manifest of an experiment: the process that holds the lock on <folder>/lock
// (base/file_lock.hpp).
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/file_lock.hpp"

namespace pursuit {

class ExperimentLock {
public:
  explicit ExperimentLock(const std::filesystem::path &folder) : path_(folder / "lock") {}

  // Takes the lock if it is free; true if it is ours. Makes the folder. Throws ConfigError if it
  // cannot be written, with what to do `next`.
  bool try_take(const std::string &next = "choose another folder with --output_dir");
  // "pid 4711 on lab3 since ..." of the holder.
  std::string holder() const { return FileLock::holder(path_); }
  // What locks on this file system do not promise, or empty. Not before the first try_take.
  std::string weakness() const { return weak_locks(path_); }

  // Whether some living process holds the lock of that folder. Never blocks it.
  static bool is_held(const std::filesystem::path &folder) {
    return FileLock::is_held(folder / "lock");
  }

private:
  std::filesystem::path path_;
  std::optional<FileLock> lock_;
};

} // namespace pursuit
