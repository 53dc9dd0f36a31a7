// The wall to LibTorch: what stands behind it includes ATen, what stands before it does not.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "engine/torch/torch_device.hpp"

namespace pursuit::torch_engine {

enum class Precision { single, twofold };

// Must precede everything else: one thread, since a slot is one core.
void use_one_thread();

// "avx512", "avx2" or "default": the kernels that ATen has chosen for this CPU.
std::string cpu_kernels();

// How many GPUs ATen sees; load_cuda comes first.
int cuda_device_count();

// All states have the same n, k and `trained`. Throws RunError; its text begins "out of memory" when
// that is the reason.
std::unique_ptr<Training> start_training(const std::vector<TrainingState> &pack, DeviceName device,
                                         Precision precision);

} // namespace pursuit::torch_engine
