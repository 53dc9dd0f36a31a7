// The project's own elementary functions: IEEE add, multiply, divide, square root and fused
// multiply-add only, no libm transcendental, so that a model has the same bits whatever libm or CPU
// computed it. Error bounds are beside each function and tested.
#pragma once

namespace pursuit {

// tanh, odd, monotone, saturating to +-1; keeps +-0 and NaN. Error <= 2 ulp (measured over all floats
// 1.38, in double 1.3).
float tanh_f32(float x);
double tanh_f64(double x);

// Natural logarithm of a normal positive number. Error <= 2 ulp.
float log_f32(float x);

struct SinCos32 {
  float sin, cos;
};
struct SinCos64 {
  double sin, cos;
};

// sin and cos of 2 pi u, u in [0, 1]. Absolute error <= 1e-7.
SinCos32 sincos_turns_f32(float u);

// sin and cos of an angle in degrees, |deg| <= 1e6; exact at multiples of 90. Absolute error <=
// 4e-16.
SinCos64 sincos_deg(double deg);

} // namespace pursuit
