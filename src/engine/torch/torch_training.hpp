// The wall to LibTorch: what stands behind it includes ATen, what stands before it does not.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "engine/torch/torch_device.hpp"

namespace pursuit::torch_engine {

enum class Precision { single, twofold };

// Networks that are computed together. Not thread-safe; nothing waits for the device but what returns numbers.
class Batch {
public:
  virtual ~Batch() = default;
  // One forward pass, backward pass and Adam update of every network; trials[i] belongs to network i.
  virtual void update(std::span<const Trial *const> trials) = 0;
  // losses[i]: those of network i, each before its update, since the last call.
  virtual std::vector<std::vector<double>> take_losses() = 0;
  virtual TrainingState state(std::size_t i) = 0;
  virtual LastUpdate last_update(std::size_t i) = 0;
  // The name of the first tensor of network i with a number that is not finite, or "".
  virtual std::string not_finite(std::size_t i) = 0;
};

// All states have the same n, k and `trained`. Throws RunError; its text begins "out of memory" when
// that is the reason.
std::unique_ptr<Batch> make_batch(const std::vector<TrainingState> &networks, DeviceName device,
                                  Precision precision);

} // namespace pursuit::torch_engine
