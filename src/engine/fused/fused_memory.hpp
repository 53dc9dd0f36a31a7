// The arrays of one network of the fused engine, in one aligned block.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "engine/fused/passes.hpp"

namespace pursuit::fused {

// Arrays of 64-byte lines that start at zero.
class Block {
public:
  // Throws std::bad_alloc.
  explicit Block(std::size_t bytes);
  // The next `count` elements, aligned to a line.
  template <class T> T *take(std::size_t count);

private:
  struct Free {
    void operator()(std::byte *p) const;
  };
  std::unique_ptr<std::byte, Free> bytes_;
  std::byte *next_, *end_;
};

class FusedMemory {
public:
  FusedMemory(std::size_t n, std::size_t k, ActivationSet trained);

  Arrays arrays;
  float *noise, *u; // the network's own; arrays.noise may be that of a sibling
  // Stage 2: the parameters in the order of their table; g, m and v are null where one is not trained.
  std::array<Trained4, k_activations> activation{};

  // Between the engine's matrices without padding and those here.
  void load(const TrainingState &state);
  void save(TrainingState &state) const;
  Tensors gradients(const float *w_gradient) const; // w_gradient: (stride, n), null in stage 2
  std::string not_finite() const;                   // the first such tensor, or ""

  Trained4 &tensor_of(Activation parameter) {
    return activation[static_cast<std::size_t>(parameter)];
  }
  const Trained4 &tensor_of(Activation parameter) const {
    return activation[static_cast<std::size_t>(parameter)];
  }

private:
  void set_activation_arrays();

  Block block_;
};

} // namespace pursuit::fused
