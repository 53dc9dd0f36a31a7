// What a worker finds in its environment.
#include <algorithm>
#include <cstdlib>

#include <gtest/gtest.h>

#include "schedule/worker_process.hpp"

namespace pursuit {
namespace {

bool holds(const std::vector<std::string> &entries, const std::string &entry) {
  return std::find(entries.begin(), entries.end(), entry) != entries.end();
}

TEST(WorkerEnvironment, BindsTheSlotsDeviceAndKeepsTheRest) {
  ::setenv("CUDA_VISIBLE_DEVICES", "3", 1);
  ::setenv("OMP_NUM_THREADS", "8", 1);
  ::setenv("FAKE_WORKER_OTHER", "kept", 1);
  Slot slot;
  const std::vector<std::string> cpu = worker_environment(slot);
  slot.kind = DeviceKind::cuda;
  slot.uuid = "GPU-1234";
  const std::vector<std::string> cuda = worker_environment(slot);
  for (const char *name : {"CUDA_VISIBLE_DEVICES", "OMP_NUM_THREADS", "FAKE_WORKER_OTHER"}) {
    ::unsetenv(name);
  }
  EXPECT_TRUE(holds(cpu, "CUDA_VISIBLE_DEVICES="));
  EXPECT_TRUE(holds(cpu, "OMP_NUM_THREADS=1"));
  EXPECT_TRUE(holds(cpu, "FAKE_WORKER_OTHER=kept"));
  EXPECT_FALSE(holds(cpu, "CUDA_VISIBLE_DEVICES=3"));
  EXPECT_FALSE(holds(cpu, "OMP_NUM_THREADS=8"));
  EXPECT_TRUE(holds(cuda, "CUDA_VISIBLE_DEVICES=GPU-1234"));
  EXPECT_TRUE(holds(cuda, "CUDA_DEVICE_ORDER=PCI_BUS_ID"));
  EXPECT_TRUE(holds(cuda, "OMP_NUM_THREADS=8"));
}

} // namespace
} // namespace pursuit
