// The wall to LibTorch: what stands behind it includes ATen, what stands before it does not.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "engine/torch/torch_device.hpp"

namespace pursuit::torch_engine {

enum class Precision { single, twofold };

// All states have the same n, k and `trained`. Throws RunError; its text begins "out of memory" when
// that is the reason.
std::unique_ptr<Training> start_training(const std::vector<TrainingState> &pack, DeviceName device,
                                         Precision precision);

} // namespace pursuit::torch_engine
