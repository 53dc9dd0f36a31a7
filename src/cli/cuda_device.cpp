#include "cli/cuda_device.hpp"

#include <dlfcn.h>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "schedule/slot.hpp"

namespace pursuit {

namespace {

// From the CUDA driver API's reference: CUdevice is an int, CUuuid 16 bytes, 0 is success.
struct Driver {
  int (*init)(unsigned) = nullptr;
  int (*count)(int *) = nullptr;
  int (*device)(int *, int) = nullptr;
  int (*uuid)(unsigned char *, int) = nullptr;
};

template <typename Function> void find(void *library, const char *name, Function *&function) {
  function = reinterpret_cast<Function *>(::dlsym(library, name));
}

// Stays loaded: the engine uses it too.
Driver load_driver() {
  void *library = ::dlopen("libcuda.so.1", RTLD_NOW | RTLD_GLOBAL);
  if (library == nullptr) throw RunError("no CUDA driver (libcuda.so.1 not found)");
  Driver driver;
  find(library, "cuInit", driver.init);
  find(library, "cuDeviceGetCount", driver.count);
  find(library, "cuDeviceGet", driver.device);
  find(library, "cuDeviceGetUuid_v2", driver.uuid); // tells parts of a GPU (MIG) apart
  if (driver.uuid == nullptr) find(library, "cuDeviceGetUuid", driver.uuid);
  if (driver.init == nullptr || driver.count == nullptr || driver.device == nullptr ||
      driver.uuid == nullptr) {
    throw RunError("the CUDA driver is too old: it does not name its devices");
  }
  return driver;
}

} // namespace

std::string cuda_uuid_text(const std::array<unsigned char, 16> &bytes) {
  std::string text = "GPU";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const bool group = i == 0 || i == 4 || i == 6 || i == 8 || i == 10;
    text += fmt::format("{}{:02x}", group ? "-" : "", bytes[i]);
  }
  return text;
}

void require_gpu(const std::string &device) {
  if (device.rfind("cuda", 0) != 0) return;
  const GpuList list = list_gpus();
  if (!list.gpus.empty()) return;
  throw ConfigError(fmt::format("--device {}: there is no GPU ({})", device, list.why_none),
                    "--device cpu trains on the CPU");
}

void check_cuda_device(const std::string &uuid) {
  const Driver driver = load_driver();
  int count = 0;
  int device = 0;
  std::array<unsigned char, 16> bytes{};
  const int started = driver.init(0);
  if (started != 0) {
    throw RunError(fmt::format("GPU {} cannot be used: cuInit returns {}", uuid, started));
  }
  if (driver.count(&count) != 0 || count == 0) {
    throw RunError(fmt::format("GPU {} is not visible to this worker", uuid));
  }
  if (driver.device(&device, 0) != 0 || driver.uuid(bytes.data(), device) != 0) {
    throw RunError(fmt::format("GPU {} does not answer", uuid));
  }
  const std::string found = cuda_uuid_text(bytes);
  if (found != uuid) {
    throw RunError(fmt::format("this worker was given GPU {} and sees {}", uuid, found));
  }
}

} // namespace pursuit
