// Whether the GPU this process sees is the one it was given.
#pragma once

#include <array>
#include <string>

namespace pursuit {

// "GPU-xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", as NVML writes it.
std::string cuda_uuid_text(const std::array<unsigned char, 16> &bytes);

// Asks the CUDA driver (loaded here, never linked) for device 0. Throws RunError saying what is there instead.
void check_cuda_device(const std::string &uuid);

} // namespace pursuit
