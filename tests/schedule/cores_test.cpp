// Quotas from what the kernel writes in its files.
#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "schedule/cores.hpp"
#include "schedule/slot.hpp"

namespace pursuit {
namespace {

double quota(const std::map<std::string, std::string> &files) {
  return cgroup_cores([&](const std::string &path) -> std::optional<std::string> {
    const std::map<std::string, std::string>::const_iterator found = files.find(path);
    if (found == files.end()) return std::nullopt;
    return found->second;
  });
}

TEST(CgroupCores, NoneIsUnlimited) {
  EXPECT_TRUE(std::isinf(quota({})));
  EXPECT_TRUE(std::isinf(quota({{"/proc/self/cgroup", "0::/\n"}})));
  EXPECT_TRUE(std::isinf(quota({{"/proc/self/cgroup", "0::/user.slice\n"},
                                {"/sys/fs/cgroup/user.slice/cpu.max", "max 100000\n"}})));
}

TEST(CgroupCores, VersionTwo) {
  EXPECT_EQ(quota({{"/proc/self/cgroup", "0::/a/b\n"},
                   {"/sys/fs/cgroup/a/b/cpu.max", "250000 100000\n"}}),
            2.5);
}

TEST(CgroupCores, TheSmallestUpTheHierarchyBinds) {
  EXPECT_EQ(quota({{"/proc/self/cgroup", "0::/a/b/c\n"},
                   {"/sys/fs/cgroup/a/b/c/cpu.max", "800000 100000\n"},
                   {"/sys/fs/cgroup/a/b/cpu.max", "max 100000\n"},
                   {"/sys/fs/cgroup/a/cpu.max", "300000 100000\n"},
                   {"/sys/fs/cgroup/cpu.max", "600000 100000\n"}}),
            3);
}

TEST(CgroupCores, InAContainerOnlyTheRootMayBeThere) {
  EXPECT_EQ(quota({{"/proc/self/cgroup", "0::/docker/0123\n"},
                   {"/sys/fs/cgroup/cpu.max", "150000 100000\n"}}),
            1.5);
}

TEST(CgroupCores, VersionOneUnderEitherName) {
  const std::string lines = "12:memory:/x\n4:cpu,cpuacct:/x\n1:name=systemd:/x\n";
  EXPECT_EQ(quota({{"/proc/self/cgroup", lines},
                   {"/sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_quota_us", "400000\n"},
                   {"/sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_period_us", "100000\n"}}),
            4);
  EXPECT_EQ(quota({{"/proc/self/cgroup", lines},
                   {"/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "50000\n"},
                   {"/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n"}}),
            0.5);
  EXPECT_TRUE(std::isinf(quota({{"/proc/self/cgroup", lines},
                                {"/sys/fs/cgroup/cpu/x/cpu.cfs_quota_us", "-1\n"},
                                {"/sys/fs/cgroup/cpu/x/cpu.cfs_period_us", "100000\n"}})));
  // cpuset and cpuacct alone are other controllers.
  EXPECT_TRUE(std::isinf(quota({{"/proc/self/cgroup", "3:cpuset:/x\n2:cpuacct:/x\n"},
                                {"/sys/fs/cgroup/cpu/x/cpu.cfs_quota_us", "100000\n"},
                                {"/sys/fs/cgroup/cpu/x/cpu.cfs_period_us", "100000\n"}})));
}

TEST(CgroupCores, NonsenseIsNoQuota) {
  for (const std::string text : {"", "\n", "100000", "0 100000", "-5 100000", "100000 0", "x y"}) {
    EXPECT_TRUE(
        std::isinf(quota({{"/proc/self/cgroup", "0::/\n"}, {"/sys/fs/cgroup/cpu.max", text}})))
        << text;
  }
  EXPECT_TRUE(std::isinf(quota({{"/proc/self/cgroup", "nonsense\n:\n\n"}})));
}

constexpr double k_no_quota = std::numeric_limits<double>::infinity();

TEST(Cores, WholeCoresAtLeastOne) {
  EXPECT_EQ(cores_within(8, 2.5).count, 2);
  EXPECT_EQ(cores_within(8, 0.5).count, 1);
  EXPECT_EQ(cores_within(2, 64).count, 2);
  EXPECT_EQ(cores_within(8, k_no_quota).count, 8);
}

GrantedCores granted(const std::map<std::string, const char *> &variables) {
  return granted_cores([&](const char *name) {
    const std::map<std::string, const char *>::const_iterator found = variables.find(name);
    return found == variables.end() ? nullptr : found->second;
  });
}

TEST(GrantedCores, OfSlurmPbsAndGridEngine) {
  EXPECT_EQ(granted({}).count, std::nullopt);
  EXPECT_EQ(granted({{"SLURM_CPUS_PER_TASK", "3"}, {"SLURM_CPUS_ON_NODE", "2"}}).count, 3);
  EXPECT_EQ(granted({{"SLURM_CPUS_ON_NODE", "2"}}).count, 2);
  EXPECT_EQ(granted({{"NCPUS", "4"}}).count, 4);
  EXPECT_EQ(granted({{"NSLOTS", " 5\n"}}).count, 5);
  EXPECT_EQ(granted({{"NCPUS", "4"}, {"NSLOTS", "3"}}).from, "NSLOTS=3");
}

TEST(GrantedCores, WhatIsNoNumberOfCoresIsToldOfAndNotHeeded) {
  for (const char *text : {"0", "-2", "x", "2x", "4(x2)", "1.5", "99999999999999", "0x4", " "}) {
    const GrantedCores found =
        granted({{"SLURM_CPUS_PER_TASK", text}, {"SLURM_CPUS_ON_NODE", "2"}});
    EXPECT_EQ(found.from, "SLURM_CPUS_ON_NODE=2") << text;
    ASSERT_EQ(found.notices.size(), 1u) << text;
    EXPECT_EQ(found.notices[0], std::string("SLURM_CPUS_PER_TASK=\"") + text +
                                    "\" is no number of cores: not heeded");
  }
  const GrantedCores empty = granted({{"SLURM_CPUS_PER_TASK", ""}, {"NSLOTS", "undefined"}});
  EXPECT_EQ(empty.count, std::nullopt);
  EXPECT_EQ(empty.notices.size(), 1u); // NSLOTS
}

TEST(Cores, TheSmallestBindsAndIsNamed) {
  const GrantedCores four = granted({{"SLURM_CPUS_PER_TASK", "4"}});
  EXPECT_EQ(cores_within(8, k_no_quota, four).count, 4);
  EXPECT_EQ(cores_within(8, k_no_quota, four).bound_by, "SLURM_CPUS_PER_TASK=4");
  EXPECT_EQ(cores_within(8, k_no_quota, four).granted, "SLURM_CPUS_PER_TASK=4");
  EXPECT_EQ(cores_within(2, k_no_quota, four).count, 2); // never more than there are
  EXPECT_EQ(cores_within(2, k_no_quota, four).granted, "");
  EXPECT_EQ(cores_within(4, k_no_quota, four).granted, ""); // what is bound anyway
  EXPECT_EQ(cores_within(8, 2.5, four).count, 2);
  EXPECT_EQ(cores_within(8, 2.5, four).bound_by, "the CPU quota of its cgroup is 2.5");
  EXPECT_EQ(cores_within(8, k_no_quota).bound_by, "as many as it may run on");
}

TEST(Cores, ThisMachineHasSome) {
  EXPECT_GE(usable_cores().count, 1);
  EXPECT_NE(cpu_name(), "");
}

TEST(CpuName, FromTheKernelsText) {
  EXPECT_EQ(cpu_name_of("processor\t: 0\nmodel\t\t: 143\nmodel name\t: Intel(R) Xeon(R) 8488C\n"),
            "Intel(R) Xeon(R) 8488C");
  EXPECT_EQ(cpu_name_of("processor\t: 0\nBogoMIPS\t: 2100.00\n"), "");
}

} // namespace
} // namespace pursuit
