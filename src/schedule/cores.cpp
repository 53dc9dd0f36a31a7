#include "schedule/cores.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <sstream>

#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <fmt/format.h>

namespace pursuit {

namespace {

constexpr double k_no_quota = std::numeric_limits<double>::infinity();

double quota_v2(const ReadText &read, const std::string &folder) {
  const std::optional<std::string> text = read(folder + "/cpu.max");
  if (!text) return k_no_quota;
  std::istringstream words(*text);
  double quota_us = 0;
  double period_us = 0;
  // "max" is no number: no quota.
  if (!(words >> quota_us >> period_us) || quota_us <= 0 || period_us <= 0) return k_no_quota;
  return quota_us / period_us;
}

double number_in(const ReadText &read, const std::string &path) {
  const std::optional<std::string> text = read(path);
  if (!text) return -1;
  std::istringstream words(*text);
  double value = 0;
  return words >> value ? value : -1;
}

double quota_v1(const ReadText &read, const std::string &folder) {
  const double quota_us = number_in(read, folder + "/cpu.cfs_quota_us");
  const double period_us = number_in(read, folder + "/cpu.cfs_period_us");
  return quota_us > 0 && period_us > 0 ? quota_us / period_us : k_no_quota;
}

using Quota = double (*)(const ReadText &, const std::string &);

// A quota anywhere up the hierarchy binds.
double smallest_quota(const ReadText &read, Quota quota, const std::string &mount,
                      std::string path) {
  double cores = k_no_quota;
  while (true) {
    if (path == "/") path.clear();
    cores = std::min(cores, quota(read, mount + path));
    if (path.empty()) return cores;
    const std::size_t slash = path.rfind('/');
    path.resize(slash == std::string::npos ? 0 : slash);
  }
}

bool names_cpu(const std::string &controllers) {
  std::istringstream list(controllers);
  for (std::string word; std::getline(list, word, ',');) {
    if (word == "cpu") return true;
  }
  return false;
}

double quota_of_line(const ReadText &read, const std::string &line) {
  const std::size_t first = line.find(':');
  const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
  if (second == std::string::npos) return k_no_quota;
  const std::string controllers = line.substr(first + 1, second - first - 1);
  const std::string path = line.substr(second + 1);
  if (controllers.empty()) return smallest_quota(read, quota_v2, "/sys/fs/cgroup", path);
  if (!names_cpu(controllers)) return k_no_quota;
  return std::min(smallest_quota(read, quota_v1, "/sys/fs/cgroup/cpu", path),
                  smallest_quota(read, quota_v1, "/sys/fs/cgroup/" + controllers, path));
}

int affinity_cores() {
  // The kernel refuses a mask that is smaller than its own: larger ones are tried.
  for (int cpus = 1024; cpus <= (1 << 20); cpus *= 2) {
    cpu_set_t *mask = CPU_ALLOC(static_cast<std::size_t>(cpus));
    if (mask == nullptr) return 1;
    const std::size_t bytes = CPU_ALLOC_SIZE(static_cast<std::size_t>(cpus));
    const bool known = sched_getaffinity(0, bytes, mask) == 0;
    const int count = known ? CPU_COUNT_S(bytes, mask) : 0;
    CPU_FREE(mask);
    if (known) return count;
  }
  return 1;
}

// A whole number from 1 on, blanks around it allowed.
std::optional<int> count_in(std::string_view text) {
  constexpr const char *k_blanks = " \t\n\r";
  const std::size_t begin = std::min(text.find_first_not_of(k_blanks), text.size());
  text = text.substr(begin, text.find_last_not_of(k_blanks) + 1 - begin);
  int count = 0;
  const std::from_chars_result read =
      std::from_chars(text.data(), text.data() + text.size(), count);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || count < 1)
    return std::nullopt;
  return count;
}

std::optional<std::string> text_of(const std::string &path) {
  std::ifstream file(path);
  if (!file) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

} // namespace

double cgroup_cores(const ReadText &read) {
  std::istringstream lines(read("/proc/self/cgroup").value_or(""));
  double cores = k_no_quota;
  for (std::string line; std::getline(lines, line);) {
    cores = std::min(cores, quota_of_line(read, line));
  }
  return cores;
}

GrantedCores granted_cores(const ReadVariable &variable) {
  GrantedCores granted;
  // True: the variable is there and says a number of cores.
  const auto heed = [&](const char *name) {
    const char *text = variable(name);
    if (text == nullptr || *text == '\0') return false;
    const std::optional<int> count = count_in(text);
    if (!count) {
      granted.notices.push_back(
          fmt::format("{}=\"{}\" is no number of cores: not heeded", name, text));
      return false;
    }
    if (!granted.count || *count < *granted.count) {
      granted.count = count;
      granted.from = fmt::format("{}={}", name, *count);
    }
    return true;
  };
  if (!heed("SLURM_CPUS_PER_TASK")) heed("SLURM_CPUS_ON_NODE");
  heed("NCPUS");
  heed("NSLOTS");
  return granted;
}

UsableCores cores_within(int affinity_cores, double quota_cores, const GrantedCores &granted) {
  UsableCores cores{std::max(affinity_cores, 1), "as many as it may run on", "", granted.notices};
  if (std::floor(quota_cores) < cores.count) {
    cores.count = std::max(1, static_cast<int>(quota_cores));
    cores.bound_by = fmt::format("the CPU quota of its cgroup is {:.3g}", quota_cores);
  }
  if (granted.count && *granted.count < cores.count) {
    cores.count = *granted.count;
    cores.bound_by = cores.granted = granted.from;
  }
  return cores;
}

std::string cpu_name_of(const std::string &cpuinfo) {
  std::istringstream lines(cpuinfo);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t colon = line.find(':');
    if (line.rfind("model name", 0) != 0 || colon == std::string::npos) continue;
    const std::size_t begin = line.find_first_not_of(" \t", colon + 1);
    return begin == std::string::npos ? "" : line.substr(begin);
  }
  return "";
}

UsableCores usable_cores() {
  UsableCores cores =
      cores_within(affinity_cores(), cgroup_cores(text_of), granted_cores(std::getenv));
  if (::access("/proc/self", F_OK) != 0) {
    cores.notices.emplace_back("/proc is not mounted: a CPU quota and the CPU's name are not seen");
  }
  return cores;
}

std::string host_name() {
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size() - 1);
  return name.data();
}

std::string cpu_name() {
  const std::string name = cpu_name_of(text_of("/proc/cpuinfo").value_or(""));
  if (!name.empty()) return name;
  utsname machine{};
  return ::uname(&machine) == 0 ? machine.machine : "unknown";
}

} // namespace pursuit
