// The definitions behind elementary.hpp, branch-free so that a compiler can put them in SIMD lanes
// and a GPU in threads. Their bits are part of every model: changing one operation here is a new
// version of every engine's numerics.
//
// Order of operations: exactly as written; every fused multiply-add is a std::fma, nothing else may
// be fused. Polynomials are minimax fits by reweighted least squares (Lawson) in 60 digits, their
// coefficients rounded to the type; "fit" is the largest error of the unrounded polynomial.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

#include "base/elementary.hpp"
#include "base/vector_clones.hpp"

namespace pursuit::lane {

// tanh, two forms and a selection:
//   |x| < 0.55:  x + x^3 p(x^2); fit 2^-29.8, error 0.6 ulp; the correction is so much smaller than
//                x that its rounding cannot break monotony
//   elsewhere:   1 - 2 / (e + 1) with e = exp(2|x|): 2|x| = n ln2 + r, |r| <= ln2 / 2,
//                e = 2^n (1 + r + r^2 q(r)), q of degree 4, fit 2^-26; e + 1 >= 4 is rounded once,
//                so the form is monotone; error 1.4 ulp
// One float ln2 is enough: it is off by 2^-28.4 of itself, and where n is large tanh is flat. From
// 9.011 on the result rounds to 1; the bound 10 only keeps 2^n in range. NaN fails both comparisons
// and passes through.
PURSUIT_LANE float tanh(float x) {
  const float magnitude = std::fabs(x);
  const float y = magnitude * magnitude;
  float p = -0.0062734475562644014f;
  p = std::fma(p, y, 0.021071148630778775f);
  p = std::fma(p, y, -0.053852188577571881f);
  p = std::fma(p, y, 0.13332585056018263f);
  p = std::fma(p, y, -0.3333331752995659f);
  const float small = std::fma(magnitude * y, p, magnitude);

  const float twice = 2.0f * (magnitude > 10.0f ? 10.0f : magnitude);
  constexpr float k_round = 12582912.0f; // 1.5 2^23: adding it rounds to a whole number
  const float shifted = std::fma(twice, 1.442695041f, k_round);
  const float r = std::fma(shifted - k_round, -0.6931471806f, twice);
  float q = 0.0013882495557306904f;
  q = std::fma(q, r, 0.0083665811343669412f);
  q = std::fma(q, r, 0.041667201991779726f);
  q = std::fma(q, r, 0.16666543169669438f);
  q = std::fma(q, r, 0.49999998143485524f);
  const float expm1 = std::fma(r * r, q, r);
  const float power =
      std::bit_cast<float>((std::bit_cast<std::uint32_t>(shifted) << 23) + 0x3f800000u);
  const float large = 1.0f - 2.0f / std::fma(power, expm1, power + 1.0f);
  return std::copysign(magnitude < 0.55f ? small : large, x);
}

// The same in double: p of degree 11, fit 2^-65.7; q of degree 10, fit 2^-61.7; ln2 in two parts.
PURSUIT_LANE double tanh(double x) {
  const double magnitude = std::fabs(x);
  const double y = magnitude * magnitude;
  double p = 7.4470023960579062465e-6;
  p = std::fma(p, y, -0.000032963252129450351589);
  p = std::fma(p, y, 0.000093965537286972516538);
  p = std::fma(p, y, -0.00023821350201898636178);
  p = std::fma(p, y, 0.0005898329009173082839);
  p = std::fma(p, y, -0.0014558058246600687912);
  p = std::fma(p, y, 0.0035921251599330077646);
  p = std::fma(p, y, -0.0088632353360171517169);
  p = std::fma(p, y, 0.021869488527814094036);
  p = std::fma(p, y, -0.053968253968043268157);
  p = std::fma(p, y, 0.13333333333333065981);
  p = std::fma(p, y, -0.33333333333333332149);
  const double small = std::fma(magnitude * y, p, magnitude);

  const double twice = 2.0 * (magnitude > 20.0 ? 20.0 : magnitude);
  constexpr double k_round = 6755399441055744.0; // 1.5 2^52
  const double shifted = std::fma(twice, 1.4426950408889634, k_round);
  const double n = shifted - k_round;
  const double r = std::fma(n, -2.3190468138462996e-17, std::fma(n, -0.6931471805599453, twice));
  double q = 2.0875269000030286613e-9;
  q = std::fma(q, r, 2.510908542026703528e-8);
  q = std::fma(q, r, 2.7557403139425946975e-7);
  q = std::fma(q, r, 2.7557244091642618774e-6);
  q = std::fma(q, r, 0.000024801587171600647989);
  q = std::fma(q, r, 0.00019841269886221727447);
  q = std::fma(q, r, 0.0013888888888963029708);
  q = std::fma(q, r, 0.008333333333321601237);
  q = std::fma(q, r, 0.041666666666666507077);
  q = std::fma(q, r, 0.16666666666666676606);
  q = std::fma(q, r, 0.50000000000000000086);
  const double expm1 = std::fma(r * r, q, r);
  const double power =
      std::bit_cast<double>((std::bit_cast<std::uint64_t>(shifted) << 52) + 0x3ff0000000000000u);
  const double large = 1.0 - 2.0 / std::fma(power, expm1, power + 1.0);
  return std::copysign(magnitude < 0.55 ? small : large, x);
}

// x = 2^e (1 + f), 1 + f in [sqrt 1/2, sqrt 2):  log x = e ln2 + (f - f^2 / 2 + f^3 q(f)),
// q of degree 8, relative fit 2^-30.3.
PURSUIT_LANE float log(float x) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(x);
  const std::int32_t e = static_cast<std::int32_t>(bits - 0x3f3504f3u) >> 23;
  const float f = std::bit_cast<float>(bits - (static_cast<std::uint32_t>(e) << 23)) - 1.0f;
  float q = 0.067464548239355267f;
  q = std::fma(q, f, -0.11675623368503086f);
  q = std::fma(q, f, 0.11888232094942548f);
  q = std::fma(q, f, -0.124055972235235f);
  q = std::fma(q, f, 0.14219543261492458f);
  q = std::fma(q, f, -0.16667995146435226f);
  q = std::fma(q, f, 0.20002119143010948f);
  q = std::fma(q, f, -0.25000009616823157f);
  q = std::fma(q, f, 0.33333312595530547f);
  const float square = f * f;
  const float tail = std::fma(square * f, q, -0.5f * square);
  return std::fma(static_cast<float>(e), 0.6931471806f, f + tail);
}

// u = quarter / 4 + r, |r| <= 1/8, exact;  sin 2 pi r = r (2 pi + r^2 s(r^2)), fit 2^-29;
// cos 2 pi r = 1 + r^2 c(r^2), fit 2^-34. The quarter swaps and signs them.
PURSUIT_LANE SinCos32 sincos_turns(float u) {
  constexpr float k_round = 12582912.0f; // 1.5 2^23
  const float shifted = std::fma(u, 4.0f, k_round);
  const std::uint32_t quarter = std::bit_cast<std::uint32_t>(shifted);
  const float r = std::fma(shifted - k_round, -0.25f, u);
  const float y = r * r;
  float s = -75.369613703564363f;
  s = std::fma(s, y, 81.591982638187727f);
  s = std::fma(s, y, -41.341662553934974f);
  s = r * std::fma(s, y, 6.2831853072f);
  float c = 59.245948082008655f;
  c = std::fma(c, y, -85.443741214366509f);
  c = std::fma(c, y, 64.939326466551756f);
  c = std::fma(c, y, -19.739208693640481f);
  c = std::fma(c, y, 1.0f);
  const bool swapped = (quarter & 1u) != 0;
  const std::uint32_t sin_bits = std::bit_cast<std::uint32_t>(swapped ? c : s);
  const std::uint32_t cos_bits = std::bit_cast<std::uint32_t>(swapped ? s : c);
  return {std::bit_cast<float>(sin_bits ^ ((quarter & 2u) << 30)),
          std::bit_cast<float>(cos_bits ^ (((quarter + 1u) & 2u) << 30))};
}

} // namespace pursuit::lane
