// What this core can do at best, as plain loops that do nothing else: the roofline's ingredients.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace pursuit::bench {

struct Bounds {
  std::string name; // the instruction set: avx2, avx512
  // Arrays are aligned to 64 bytes. Loads `count` columns of `rows` floats, rounded up to registers, once each.
  void (*read)(const float *w, std::size_t stride, std::size_t rows, const std::uint32_t *columns,
               std::size_t count);
  // `count` fused multiply-adds of whole registers on registers alone; returns something.
  float (*multiply_add)(std::size_t count);
  std::size_t width; // floats in a register
  // Adam on `count` parameters (a multiple of 16) whose gradients are all `g`: its arithmetic and
  // its traffic.
  void (*adam)(float *p, float *m, float *v, std::size_t count, float g);
  void (*tanh)(const float *x, float *y, std::size_t count);
};

// For the instruction sets that are wide enough to be measured against and that this CPU has.
std::vector<Bounds> usable_bounds();

} // namespace pursuit::bench
