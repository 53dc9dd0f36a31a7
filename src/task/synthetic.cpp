#include "task/synthetic.hpp"

#include <cmath>
#include <numeric>
#include <utility>

#include "base/elementary.hpp"
#include "base/noise.hpp"
#include "base/sha256.hpp"

namespace pursuit {

namespace {

constexpr int k_days = 28;

// Speed along the trace's own direction, 300 samples.
using Speed = std::vector<double>;

struct SpeedShape {
  double onset_ms = 0;        // of the rise, in samples of the trace
  double half_rise_ms = 0;    // from onset to half the steady speed
  double norm = 0;            // of samples 150..298, those a loss can see
  double narrow_factor = 1;   // `narrow` relative to `wide`
  double narrow_delay_ms = 0; // its later onset
};

// Uniform in [-1, 1), exact in double.
double symmetric(std::uint64_t seed, std::uint32_t block, int word) {
  const NoiseKey key{seed, Purpose::synthetic_data, 0, 1};
  return static_cast<double>(uniform_word(key, block, word)) * 0x1p-31 - 1.0;
}

SpeedShape speed_shape(std::uint64_t seed, Contrast contrast) {
  const bool high = contrast == Contrast::high;
  const std::uint32_t block = high ? 0 : 1;
  SpeedShape shape;
  shape.onset_ms = (high ? 157 : 175) + 4 * symmetric(seed, block, 0);
  shape.half_rise_ms = (high ? 90 : 120) * (1 + 0.1 * symmetric(seed, block, 1));
  shape.norm = high ? 6.13 : 2.69;
  shape.narrow_factor = (high ? 0.92 : 0.8) + 0.03 * symmetric(seed, block, 2);
  shape.narrow_delay_ms = 5 + 2 * symmetric(seed, block, 3);
  return shape;
}

Speed rise(double onset_ms, double half_rise_ms) {
  Speed speed(k_samples, 0.0);
  for (int t = 0; t < k_samples; ++t) {
    const double y = t - onset_ms;
    if (y > 0) speed[static_cast<std::size_t>(t)] = y * y / (y * y + half_rise_ms * half_rise_ms);
  }
  return speed;
}

Speed scaled(Speed speed, double factor) {
  for (double &s : speed) s *= factor;
  return speed;
}

double seen_norm(const Speed &speed) {
  double sum = 0;
  for (std::size_t t = k_target_begin; t + 1 < speed.size(); ++t) sum += speed[t] * speed[t];
  return std::sqrt(sum);
}

Trace turned(const Speed &speed, double direction_deg) {
  const SinCos64 direction = sincos_deg(direction_deg);
  Trace trace{speed, speed};
  for (double &h : trace.hvel) h *= direction.cos;
  for (double &v : trace.vvel) v *= direction.sin;
  return trace;
}

std::array<Trace, 6> traces(std::uint64_t seed, Contrast contrast, double direction_deg) {
  const SpeedShape shape = speed_shape(seed, contrast);
  const double narrow_deg = contrast == Contrast::high ? 15 : 12;
  const Speed raw = rise(shape.onset_ms, shape.half_rise_ms);
  const Speed wide = scaled(raw, shape.norm / seen_norm(raw));
  const Speed narrow = scaled(rise(shape.onset_ms + shape.narrow_delay_ms, shape.half_rise_ms),
                              shape.narrow_factor * shape.norm / seen_norm(raw));
  return {turned(wide, direction_deg),
          turned(wide, direction_deg + 120),
          turned(wide, direction_deg - 120),
          turned(narrow, direction_deg),
          turned(wide, direction_deg + narrow_deg),
          turned(wide, direction_deg - narrow_deg)};
}

// 0, then 27 of the other 71 multiples of 5 degrees, by a Fisher-Yates shuffle.
std::vector<double> directions_deg(std::uint64_t seed) {
  std::vector<int> fives(72);
  std::iota(fives.begin(), fives.end(), 0);
  const NoiseKey key{seed, Purpose::synthetic_data, 0, 0};
  std::vector<double> directions{0.0};
  for (std::uint32_t i = 1; i < k_days; ++i) {
    const std::uint32_t other = i + uniform_below(uniform_word(key, i, 0), 72 - i);
    std::swap(fives[i], fives[other]);
    directions.push_back(5.0 * fives[i]);
  }
  return directions;
}

} // namespace

std::vector<Day> synthetic_days(std::uint64_t seed) {
  std::vector<Day> days;
  for (double direction_deg : directions_deg(seed)) {
    days.push_back({direction_deg,
                    {traces(seed, Contrast::high, direction_deg),
                     traces(seed, Contrast::low, direction_deg)}});
  }
  return days;
}

Behavior synthetic_behavior(std::uint64_t seed) {
  Behavior behavior;
  behavior.days = synthetic_days(seed);
  behavior.sha256 = sha256_hex(behavior_bytes(behavior.days));
  return behavior;
}

} // namespace pursuit
