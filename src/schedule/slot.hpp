// A slot: a place where one worker process trains.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "plan/pack_policy.hpp"

namespace pursuit {

enum class DeviceKind { cpu, cuda };

struct Slot {
  DeviceKind kind = DeviceKind::cpu;
  int device = 0;    // cuda: Gpu::index; cpu: 0
  std::string uuid;  // cuda: "GPU-..."; bound before the worker starts and verified inside it
  std::string label; // "cpu 0", "cuda:1"
  Sharing sharing;   // on a GPU among runs of one shape, on a core among siblings
};

// A GPU as NVML lists it. Its index counts what CUDA_VISIBLE_DEVICES leaves visible, in that
// variable's order (all, in PCI order, where it is not set): the K of cuda:K.
struct Gpu {
  int index = 0;
  std::string uuid, name;
  std::uint64_t memory_bytes = 0;
  int multiprocessors = 0;
};
struct GpuList {
  std::vector<Gpu> gpus;
  std::string why_none;    // when empty: "no NVIDIA driver (libnvidia-ml.so.1 not found)"
  std::string notice = {}; // what CUDA_VISIBLE_DEVICES says and does not get, or empty
};
GpuList list_gpus();

// What CUDA_VISIBLE_DEVICES leaves of `all` (PCI order): a list of indexes and beginnings of UUIDs that no other GPU
// shares. As CUDA does (NVIDIA, CUDA C++ Programming Guide, "CUDA environment variables"; PyTorch's account of what the driver
// makes of the rest, torch/cuda/__init__.py): blanks around an entry are nothing, of "1st" the 1 counts, the first entry that
// names no GPU ends the list, and a GPU named twice empties it. A MIG slice ends it too: slices are not supported.
GpuList visible_gpus(const std::vector<Gpu> &all, std::string_view cuda_visible_devices);

// One-core slots this process may use: the smallest of its affinity mask, its cgroup's CPU quota (v1 and v2) and what a
// batch system granted it (cores.hpp), at least 1.
struct UsableCores {
  int count = 1;
  std::string bound_by; // which of the three
  std::string granted;  // "SLURM_CPUS_PER_TASK=4" where that is what binds, else empty
  std::vector<std::string> notices;
};
UsableCores usable_cores();
std::string cpu_name();
std::string host_name();

// `devices`: auto | cpu | cpu:K | cuda | cuda:0,2. `runs_on_gpu`: whether the engine does.
// `on_core`: how runs share a core; `further_on_gpu`: Sharing::further of a GPU. Throws ConfigError saying why a device that
// was asked for cannot be used.
std::vector<Slot> choose_slots(const std::string &devices, bool runs_on_gpu, const GpuList &gpus,
                               int cores, const Sharing &on_core = {}, double further_on_gpu = 1);

// The rules for these slots. `costs`: what each node takes, by kind of slot.
PackPolicy pack_policy(const Graph &graph, const std::vector<Slot> &slots,
                       const std::map<DeviceKind, RunCosts> &costs);

} // namespace pursuit
