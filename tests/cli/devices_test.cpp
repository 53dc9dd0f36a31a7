// `devices` and a start where a batch system, a wrong environment or a missing /proc says what there is.
#include <gtest/gtest.h>

#include <algorithm>

#include <unistd.h>

#include "support/outside.hpp"

namespace pursuit {

namespace {

// How many slots `devices` shows, and what it says of them.
std::string cpu_line(const Scratch &scratch, const std::string &settings) {
  const Ended ended = shell(scratch.path(), settings + " pursuit-run devices");
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  return ended.out.substr(0, ended.out.find("\ngpus"));
}

bool has(const std::string &text, const std::string &part) {
  return text.find(part) != std::string::npos;
}

// No batch system of the machine that the test itself runs on.
constexpr const char *k_alone =
    "env -u SLURM_CPUS_PER_TASK -u SLURM_CPUS_ON_NODE -u NCPUS -u NSLOTS";

TEST(Devices, SaysWhereTheBoundComesFrom) {
  const Scratch scratch;
  const std::string all = cpu_line(scratch, k_alone);
  EXPECT_TRUE(has(all, ": as many as it may run on") || has(all, "CPU quota")) << all;
  for (const char *name : {"SLURM_CPUS_PER_TASK", "SLURM_CPUS_ON_NODE", "NCPUS", "NSLOTS"}) {
    if (all.starts_with("cpu: 1 slot"))
      GTEST_SKIP() << "NOT TESTED: fewer cores than there are (there is one)";
    const std::string line = cpu_line(scratch, std::string(k_alone) + " " + name + "=1");
    EXPECT_TRUE(line.starts_with("cpu: 1 slot of")) << line;
    EXPECT_TRUE(has(line, std::string(": ") + name + "=1")) << line;
  }
  const std::string garbage =
      cpu_line(scratch, std::string(k_alone) + " SLURM_CPUS_PER_TASK='4(x2)'");
  EXPECT_EQ(garbage, all + "\n  SLURM_CPUS_PER_TASK=\"4(x2)\" is no number of cores: not heeded");
}

TEST(Devices, AStartUsesWhatWasGrantedAndSaysSo) {
  const Scratch scratch;
  write_file(scratch / "small.yaml", small_experiment());
  if (cpu_line(scratch, k_alone).starts_with("cpu: 1 slot"))
    GTEST_SKIP() << "NOT TESTED: fewer cores than there are (there is one)";
  const std::string command = std::string(k_alone) + " SLURM_CPUS_PER_TASK=1 pursuit-run ";
  const Ended bound = shell(scratch.path(), command + "small.yaml --progress none");
  EXPECT_EQ(bound.exit_code, 0) << bound.err;
  EXPECT_TRUE(has(bound.err, "1 slot: SLURM_CPUS_PER_TASK=1; --devices cpu:K takes another number"))
      << bound.err;
  EXPECT_TRUE(has(bound.err, "on 1 slot,")) << bound.err;
  const Ended asked = shell(scratch.path(), command + "small.yaml -o other -n --devices cpu:2");
  EXPECT_TRUE(has(asked.out + asked.err, "on 2 slots")) << asked.out << asked.err;
}

// Two GPUs as a driver's library would list them.
constexpr const char *k_two_gpus = R"(#include <stdio.h>
int nvmlInit_v2() { return 0; }
int nvmlShutdown() { return 0; }
const char *nvmlErrorString(int e) { return "error"; }
int nvmlDeviceGetCount_v2(unsigned *n) { *n = 2; return 0; }
int nvmlDeviceGetHandleByIndex_v2(unsigned i, void **d) { *d = (void *)(long)(i + 1); return 0; }
int nvmlDeviceGetUUID(void *d, char *b, unsigned n) { snprintf(b, n, "GPU-%08ld-1111", (long)d * 11111111); return 0; }
int nvmlDeviceGetName(void *d, char *b, unsigned n) { snprintf(b, n, "A GPU"); return 0; }
int nvmlDeviceGetMemoryInfo(void *d, unsigned long long *m) { m[0] = 40ull << 30; m[1] = m[0]; m[2] = 0; return 0; }
)";

TEST(Devices, CudaVisibleDevicesIsReadAsCudaReadsIt) {
  const Scratch scratch;
  write_file(scratch / "nvml.c", k_two_gpus);
  if (shell(scratch.path(), "cc -shared -fPIC -o libnvidia-ml.so.1 nvml.c").exit_code != 0)
    GTEST_SKIP() << "NOT TESTED: CUDA_VISIBLE_DEVICES from outside (no C compiler)";
  const auto devices = [&](const std::string &visible) {
    return shell(scratch.path(),
                 "LD_LIBRARY_PATH=$PWD CUDA_VISIBLE_DEVICES='" + visible +
                     "' pursuit-run devices | sed -n '/^cpu/d; /^cuda:/p; /CUDA_/p'")
        .out;
  };
  const std::string both = devices("0, 1");
  EXPECT_TRUE(has(both, "cuda:0: A GPU") && has(both, "GPU-11111111-1111")) << both;
  EXPECT_TRUE(has(both, "cuda:1: A GPU") && has(both, "GPU-22222222-1111")) << both;
  const std::string second = devices("1 ");
  EXPECT_TRUE(has(second, "cuda:0: A GPU") && has(second, "GPU-22222222-1111")) << second;
  EXPECT_TRUE(has(devices("MIG-377e0049-554c-540b-93c6-d0976f8426cb"), "is a MIG slice"));
  EXPECT_TRUE(has(devices("0,0"), "names a GPU twice"));
  EXPECT_TRUE(has(devices("0,7"), "\"7\" names no GPU of this machine"));
}

// Two networks of a third of a second each. What they took is kept; from then on estimates go by it, in any output folder.
TEST(Estimate, GoesByWhatWasMeasuredOnThisMachine) {
  const Scratch scratch;
  write_file(scratch / "two.yaml",
             "format: pursuit-experiment/1\nname: two\ndefaults: {N: 100, tau: 30}\n"
             "evaluate: {trials: 1}\nstages: {weights: {mode: activation, stage: 1, "
             "n_trials: 2000, seeds: [1, 2]}}\n");
  const std::string speeds = (scratch / "cache/pursuit/speeds.tsv").string();
  const auto summary = [&](const std::string &output_dir) {
    return shell(scratch.path(),
                 "XDG_CACHE_HOME=$PWD/cache pursuit-run plan two.yaml -q -o " + output_dir)
        .out;
  };
  EXPECT_TRUE(has(summary("first"), "about ")) << summary("first");
  EXPECT_FALSE(has(summary("first"), " min ")) << summary("first");
  EXPECT_FALSE(std::filesystem::exists(speeds)) << "plan writes nothing";
  const Ended ended = shell(
      scratch.path(), "XDG_CACHE_HOME=$PWD/cache pursuit-run two.yaml --progress none -o first");
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  const std::string text = read_file(speeds);
  EXPECT_TRUE(has(text, "\tfused, ") && has(text, "\t1\t100\t")) << text;
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
  // A machine that takes 900 times as long.
  ASSERT_EQ(shell(scratch.path(), "sed -i 's/\\(\\t1\\t100\\t\\).*/\\1900/' " + speeds).exit_code,
            0);
  EXPECT_TRUE(has(summary("second"), " min ")) << summary("second");
  // A file that cannot be used stops nothing.
  write_file(speeds, std::string(100, '\0') + "\n\t\t");
  EXPECT_TRUE(has(summary("second"), "about ")) << summary("second");
  const Ended nowhere = shell(
      scratch.path(), "XDG_CACHE_HOME=/dev/null pursuit-run two.yaml --progress none -o third");
  EXPECT_EQ(nowhere.exit_code, 0) << nowhere.err;
}

// As in a chroot or a sandbox.
TEST(NoProc, EverythingIsTrainedAndWhatIsMissingIsSaid) {
  const Scratch scratch;
  write_file(scratch / "small.yaml", small_experiment());
  const std::string inside = "unshare -m sh -c 'umount -l /proc && test ! -e /proc/self && ";
  if (::geteuid() != 0 || shell(scratch.path(), inside + "true'").exit_code != 0)
    GTEST_SKIP() << "NOT TESTED: no /proc (needs root and unshare)";
  ASSERT_EQ(shell(scratch.path(), "pursuit-run small.yaml -o usual --progress none").exit_code, 0);
  const Ended ended =
      shell(scratch.path(), inside + "pursuit-run small.yaml -o bare --progress none'");
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_TRUE(has(ended.err, "/proc is not mounted")) << ended.err;
  EXPECT_EQ(ended.err.find("/proc"), ended.err.rfind("/proc")) << "once: " << ended.err;
  EXPECT_EQ(all_models(scratch / "bare"), all_models(scratch / "usual"));
  const Ended devices = shell(scratch.path(), inside + "pursuit-run devices'");
  EXPECT_TRUE(has(devices.out, "/proc is not mounted")) << devices.out;
}

} // namespace
} // namespace pursuit
