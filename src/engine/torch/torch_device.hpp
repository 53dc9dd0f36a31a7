// What the torch engine needs to know of its device, without any header of LibTorch or CUDA.
#pragma once

#include <string>

namespace pursuit::torch_engine {

struct DeviceName {
  bool is_cuda = false;
  int index = 0; // K of "cuda:K", among the GPUs that this process sees
};

// "cpu", "cuda" (GPU 0) or "cuda:K". Throws ConfigError for anything else.
DeviceName parse_device(const std::string &text);

// Loads libtorch_cuda, which registers the CUDA kernels with ATen, and bounds this process's share of
// GPU memory (0..1]. Must precede every use of CUDA. Throws ConfigError, saying what is missing.
void load_cuda(double memory_fraction);

// "sm90": the compute capability of a GPU, asked of the driver. Throws ConfigError if there is no such
// GPU.
std::string compute_capability(int index);

// Must precede everything else: one thread, since a slot is one core.
void use_one_thread();

// "avx512", "avx2" or "default": the kernels that ATen has chosen for this CPU.
std::string cpu_kernels();

// How many GPUs ATen sees; load_cuda comes first.
int cuda_device_count();

} // namespace pursuit::torch_engine
