// Whether the GPU this process sees is the one it was given.
#pragma once

#include <array>
#include <string>

namespace pursuit {

// "GPU-xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", as NVML writes it.
std::string cuda_uuid_text(const std::array<unsigned char, 16> &bytes);

// Throws ConfigError where `device` is "cuda:K" and this process may use no GPU: that can be said before LibTorch is there.
void require_gpu(const std::string &device);

// Asks the CUDA driver (loaded here, never linked) for device 0. Throws RunError saying what is there instead.
void check_cuda_device(const std::string &uuid);

} // namespace pursuit
