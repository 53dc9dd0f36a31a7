#include "engine/torch/torch_device.hpp"

#include <cctype>
#include <cstdlib>

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <dlfcn.h>
#include <fmt/format.h>

#include "base/cuda_driver.hpp"
#include "base/errors.hpp"

namespace pursuit::torch_engine {

namespace {

// CUdevice_attribute of cuda.h.
constexpr int k_capability_major = 75;
constexpr int k_capability_minor = 76;

CudaDriver started_driver() {
  CudaDriver driver;
  try {
    driver = load_cuda_driver();
  } catch (const RunError &error) {
    throw ConfigError(error.what(), "--device cpu trains on the CPU");
  }
  if (const int code = driver.init(0); code != 0) {
    throw ConfigError(fmt::format("the NVIDIA driver finds no usable GPU (CUDA error {})", code),
                      "pursuit-run devices lists what is here");
  }
  return driver;
}

} // namespace

DeviceName parse_device(const std::string &text) {
  if (text == "cpu") return {};
  if (text == "cuda") return {true, 0};
  const std::string digits = text.rfind("cuda:", 0) == 0 ? text.substr(5) : "";
  const bool is_number = !digits.empty() && digits.size() < 4 &&
                         digits.find_first_not_of("0123456789") == std::string::npos;
  if (!is_number) {
    throw ConfigError(fmt::format("there is no device \"{}\"", text),
                      "the torch engine runs on cpu or cuda:K");
  }
  return {true, std::stoi(digits)};
}

void load_cuda(double memory_fraction) {
  // The allocator of LibTorch reads its settings when it is loaded.
  if (std::getenv("PYTORCH_CUDA_ALLOC_CONF") == nullptr) {
    const std::string setting = fmt::format("per_process_memory_fraction:{:.6f}", memory_fraction);
    setenv("PYTORCH_CUDA_ALLOC_CONF", setting.c_str(), 0);
  }
  const std::string library = PURSUIT_TORCH_LIBRARIES "/libtorch_cuda.so";
  if (dlopen(library.c_str(), RTLD_NOW | RTLD_GLOBAL) == nullptr) {
    throw ConfigError(fmt::format("LibTorch's CUDA part cannot be loaded: {}", dlerror()),
                      "tools/setup torch fetches what it needs where there is an NVIDIA driver");
  }
}

std::string compute_capability(int index) {
  const CudaDriver driver = started_driver();
  int count = 0, device = 0, major = 0, minor = 0;
  if (driver.device_count(&count) != 0 || index >= count) {
    throw ConfigError(fmt::format("there is no GPU cuda:{}: this process sees {}", index, count),
                      "pursuit-run devices lists them");
  }
  if (driver.device(&device, index) != 0 ||
      driver.attribute(&major, k_capability_major, device) != 0 ||
      driver.attribute(&minor, k_capability_minor, device) != 0) {
    throw ConfigError(fmt::format("the NVIDIA driver does not describe cuda:{}", index));
  }
  return fmt::format("sm{}{}", major, minor);
}

void use_one_thread() { at::set_num_threads(1); }

std::string cpu_kernels() {
  std::string name = at::get_cpu_capability();
  for (char &letter : name) letter = static_cast<char>(std::tolower(letter));
  return name;
}

int cuda_device_count() {
  if (!c10::impl::hasDeviceGuardImpl(at::kCUDA)) return 0;
  return c10::impl::getDeviceGuardImpl(at::kCUDA)->deviceCount();
}

} // namespace pursuit::torch_engine
