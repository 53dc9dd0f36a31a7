// Who runs an experiment: a lock on <folder>/lock, held by the living process and gone with it. Its
// text names the holder.
#pragma once

#include <filesystem>
#include <string>

namespace pursuit {

class ExperimentLock {
public:
  // Makes the folder. Throws ConfigError if it cannot be written.
  explicit ExperimentLock(const std::filesystem::path &folder);
  ~ExperimentLock();
  ExperimentLock(const ExperimentLock &) = delete;
  ExperimentLock &operator=(const ExperimentLock &) = delete;

  // Takes the lock if it is free.
  bool try_take();
  // Waits for it; false when a signal came first.
  bool take();
  // "pid 4711 on host" of the holder, as it wrote it.
  std::string holder() const;

  // Whether some living process holds the lock of that folder. Never blocks it.
  static bool is_held(const std::filesystem::path &folder);

private:
  void sign();

  std::filesystem::path path_;
  int fd_ = -1;
};

} // namespace pursuit
