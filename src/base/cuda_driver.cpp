#include "base/cuda_driver.hpp"

#include <dlfcn.h>

#include <fmt/format.h>

#include "base/errors.hpp"

namespace pursuit {

namespace {

template <class Function> bool find(void *library, const char *name, Function *&function) {
  function = reinterpret_cast<Function *>(::dlsym(library, name));
  return function != nullptr;
}

template <class Function> void require(void *library, const char *name, Function *&function) {
  if (!find(library, name, function))
    throw RunError(fmt::format("the CUDA driver is too old: it has no {}", name));
}

} // namespace

CudaDriver load_cuda_driver() {
  void *library = ::dlopen("libcuda.so.1", RTLD_NOW | RTLD_GLOBAL);
  if (library == nullptr) throw RunError("no CUDA driver (libcuda.so.1 not found)");
  CudaDriver driver;
  require(library, "cuInit", driver.init);
  require(library, "cuDeviceGetCount", driver.device_count);
  require(library, "cuDeviceGet", driver.device);
  require(library, "cuDeviceGetAttribute", driver.attribute);
  if (!find(library, "cuDeviceGetUuid_v2", driver.uuid))
    find(library, "cuDeviceGetUuid", driver.uuid);
  return driver;
}

} // namespace pursuit
