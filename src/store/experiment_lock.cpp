#include "store/experiment_lock.hpp"

#include "base/errors.hpp"

namespace pursuit {

bool ExperimentLock::try_take(const std::string &next) {
  if (lock_) return true;
  try {
    lock_ = FileLock::try_take(path_);
  } catch (const RunError &error) {
    throw ConfigError(error.what(), next);
  }
  return lock_.has_value();
}

} // namespace pursuit
