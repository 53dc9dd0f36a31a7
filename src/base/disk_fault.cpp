#include "base/disk_fault.hpp"

#include <cerrno>
#include <cstring>

#include <sys/resource.h>

#include <fmt/format.h>

namespace pursuit {

namespace fs = std::filesystem;

namespace {

std::string size_text(double bytes) {
  if (bytes < 10 * 1024) return fmt::format("{:.0f} bytes", bytes);
  if (bytes < 10 * 1024 * 1024) return fmt::format("{:.0f} KiB", bytes / 1024);
  return fmt::format("{:.0f} MiB", bytes / (1024 * 1024));
}

// What more there is to say of some reasons.
std::string details(FileCalls &calls, const fs::path &path, int reason, std::size_t bytes) {
  if (reason == ENOSPC || reason == EDQUOT) {
    const std::string folder = path.parent_path().empty() ? "." : path.parent_path().string();
    const std::string needed =
        bytes > 0 ? fmt::format("{} needed, ", size_text(static_cast<double>(bytes))) : "";
    const long long left = calls.free_bytes(folder);
    const std::string free = left < 0 ? "" : size_text(static_cast<double>(left)) + " free ";
    return fmt::format("; {}{}in {}", needed, free, folder);
  }
  if (reason == EMFILE) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return "";
    return fmt::format(" (this process may have {}: ulimit -n)", limit.rlim_cur);
  }
  return "";
}

} // namespace

std::string disk_fault(FileCalls &calls, const char *action, const fs::path &path, int reason,
                       std::size_t bytes) {
  return fmt::format("cannot {} {}: {}{}", action, path.string(), std::strerror(reason),
                     details(calls, path, reason, bytes));
}

} // namespace pursuit
