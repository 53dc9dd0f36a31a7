#include "worker/cuda_device.hpp"

#include <fmt/format.h>

#include "base/cuda_driver.hpp"
#include "base/errors.hpp"
#include "schedule/slot.hpp"

namespace pursuit {

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
  const CudaDriver driver = load_cuda_driver(); // the engine uses it too
  if (driver.uuid == nullptr)
    throw RunError("the CUDA driver is too old: it does not name its devices");
  int count = 0;
  int device = 0;
  std::array<unsigned char, 16> bytes{};
  const int started = driver.init(0);
  if (started != 0) {
    throw RunError(fmt::format("GPU {} cannot be used: cuInit returns {}", uuid, started));
  }
  if (driver.device_count(&count) != 0 || count == 0) {
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
