// GPUs through NVML, which comes with the driver: loaded when asked for, so the program starts
// without it and without CUDA.
#include <array>
#include <cstdlib>

#include <dlfcn.h>

#include <fmt/format.h>

#include "schedule/slot.hpp"

namespace pursuit {

namespace {

// From NVIDIA's NVML API reference: opaque handles, return code 0 is success.
using NvmlDevice = void *;
struct NvmlMemory {
  unsigned long long total, free, used;
};
constexpr unsigned k_nvml_text =
    96; // NVML_DEVICE_UUID_V2_BUFFER_SIZE and NVML_DEVICE_NAME_V2_BUFFER_SIZE

class Library {
public:
  explicit Library(const char *name) : handle_(::dlopen(name, RTLD_NOW | RTLD_LOCAL)) {}
  ~Library() {
    if (handle_ != nullptr) ::dlclose(handle_);
  }
  Library(const Library &) = delete;
  Library &operator=(const Library &) = delete;
  bool found() const { return handle_ != nullptr; }
  template <typename Function> Function *symbol(const char *name) const {
    return reinterpret_cast<Function *>(::dlsym(handle_, name));
  }

private:
  void *handle_;
};

struct Nvml {
  explicit Nvml(const Library &library)
      : init(library.symbol<int()>("nvmlInit_v2")), shutdown(library.symbol<int()>("nvmlShutdown")),
        error_text(library.symbol<const char *(int)>("nvmlErrorString")),
        count(library.symbol<int(unsigned *)>("nvmlDeviceGetCount_v2")),
        handle(library.symbol<int(unsigned, NvmlDevice *)>("nvmlDeviceGetHandleByIndex_v2")),
        uuid(library.symbol<int(NvmlDevice, char *, unsigned)>("nvmlDeviceGetUUID")),
        name(library.symbol<int(NvmlDevice, char *, unsigned)>("nvmlDeviceGetName")),
        memory(library.symbol<int(NvmlDevice, NvmlMemory *)>("nvmlDeviceGetMemoryInfo")),
        cores(library.symbol<int(NvmlDevice, unsigned *)>("nvmlDeviceGetNumGpuCores")),
        capability(
            library.symbol<int(NvmlDevice, int *, int *)>("nvmlDeviceGetCudaComputeCapability")) {}
  bool complete() const {
    return init && shutdown && error_text && count && handle && uuid && name && memory;
  }

  int (*init)();
  int (*shutdown)();
  const char *(*error_text)(int);
  int (*count)(unsigned *);
  int (*handle)(unsigned, NvmlDevice *);
  int (*uuid)(NvmlDevice, char *, unsigned);
  int (*name)(NvmlDevice, char *, unsigned);
  int (*memory)(NvmlDevice, NvmlMemory *);
  int (*cores)(NvmlDevice, unsigned *);        // may be absent: old drivers
  int (*capability)(NvmlDevice, int *, int *); // may be absent
};

// NVML counts cores, not multiprocessors: 64 a multiprocessor in compute capability 6.0, 7.x
// and 8.0, else 128 (CUDA C++ Programming Guide, arithmetic throughput).
int multiprocessors(const Nvml &nvml, NvmlDevice device) {
  unsigned cores = 0;
  int major = 0;
  int minor = 0;
  if (nvml.cores == nullptr || nvml.capability == nullptr || nvml.cores(device, &cores) != 0 ||
      nvml.capability(device, &major, &minor) != 0) {
    return 0;
  }
  const bool half = major == 7 || ((major == 6 || major == 8) && minor == 0);
  return static_cast<int>(cores / (half ? 64 : 128));
}

// False if the GPU does not answer: fallen off the bus, or not permitted here.
bool read_gpu(const Nvml &nvml, unsigned index, Gpu &gpu) {
  NvmlDevice device = nullptr;
  std::array<char, k_nvml_text> uuid{};
  std::array<char, k_nvml_text> name{};
  NvmlMemory memory{};
  if (nvml.handle(index, &device) != 0 || nvml.uuid(device, uuid.data(), k_nvml_text) != 0) {
    return false;
  }
  gpu.index = static_cast<int>(index);
  gpu.uuid = uuid.data();
  gpu.name = nvml.name(device, name.data(), k_nvml_text) == 0 ? name.data() : "GPU";
  if (nvml.memory(device, &memory) == 0) gpu.memory_bytes = memory.total;
  gpu.multiprocessors = multiprocessors(nvml, device);
  return true;
}

GpuList read_all(const Nvml &nvml) {
  GpuList list;
  unsigned count = 0;
  const int fault = nvml.count(&count);
  if (fault != 0) {
    list.why_none = fmt::format("NVML does not count GPUs: {}", nvml.error_text(fault));
    return list;
  }
  for (unsigned i = 0; i < count; ++i) {
    Gpu gpu;
    if (read_gpu(nvml, i, gpu)) list.gpus.push_back(gpu);
  }
  if (count == 0) list.why_none = "the NVIDIA driver finds no GPU";
  if (count > 0 && list.gpus.empty()) list.why_none = fmt::format("none of {} GPUs answers", count);
  return list;
}

} // namespace

GpuList list_gpus() {
  GpuList list;
  const Library library("libnvidia-ml.so.1");
  if (!library.found()) {
    list.why_none = "no NVIDIA driver (libnvidia-ml.so.1 not found)";
    return list;
  }
  const Nvml nvml(library);
  if (!nvml.complete()) {
    list.why_none = "the NVIDIA driver is too old (its libnvidia-ml.so.1 lacks functions)";
    return list;
  }
  const int fault = nvml.init();
  if (fault != 0) {
    list.why_none = fmt::format("NVML does not start: {}", nvml.error_text(fault));
    return list;
  }
  list = read_all(nvml);
  nvml.shutdown();
  const char *visible = std::getenv("CUDA_VISIBLE_DEVICES");
  return visible == nullptr || list.gpus.empty() ? list : visible_gpus(list.gpus, visible);
}

} // namespace pursuit
