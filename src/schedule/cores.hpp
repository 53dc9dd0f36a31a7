// How many cores this process may use, from what the kernel says in files and a batch system in the environment.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "schedule/slot.hpp"

namespace pursuit {

// Reads a file, or nothing if it is not there.
using ReadText = std::function<std::optional<std::string>(const std::string &path)>;

// The CPU quota of this process's cgroup and of all above it, in cores; infinite if there is none.
//   /proc/self/cgroup   "0::/a/b" (v2) or "4:cpu,cpuacct:/a/b" (v1)
//   v2  /sys/fs/cgroup/a/b/cpu.max                       "200000 100000" or "max 100000": quota and
//   period, microseconds v1  /sys/fs/cgroup/cpu/a/b/cpu.cfs_{quota,period}_us  "-1": no quota
// In a container the path may be one of the host's that is not there: its root is looked at in any
// case.
double cgroup_cores(const ReadText &read);

// Where cores are not bound to jobs, only the batch system's variables say how many were granted:
//   Slurm  SLURM_CPUS_PER_TASK, else SLURM_CPUS_ON_NODE     PBS  NCPUS     Grid Engine  NSLOTS
// The smallest counts. A value that is no whole number from 1 on is not heeded, and told of; an empty one is none.
struct GrantedCores {
  std::optional<int> count;
  std::string from; // "NSLOTS=4"
  std::vector<std::string> notices;
};
using ReadVariable = std::function<const char *(const char *name)>; // as std::getenv
GrantedCores granted_cores(const ReadVariable &variable);

// The smallest of the three, whole cores, at least 1.
UsableCores cores_within(int affinity_cores, double quota_cores, const GrantedCores &granted = {});

// "model name" of /proc/cpuinfo, or "".
std::string cpu_name_of(const std::string &cpuinfo);

} // namespace pursuit
