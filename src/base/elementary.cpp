#include "base/elementary.hpp"

#include <cmath>

#include "base/elementary_lane.hpp"

namespace pursuit {

float tanh_f32(float x) { return lane::tanh(x); }

double tanh_f64(double x) { return lane::tanh(x); }

float log_f32(float x) { return lane::log(x); }

SinCos32 sincos_turns_f32(float u) { return lane::sincos_turns(u); }

// deg = 90 quarter + r, |r| <= 45: exact, because quarter * 90 is whole and within a factor of two
// of deg. With y = r^2: sin = r (pi/180 + y s(y)), fit 2^-70; cos = 1 + y c(y), fit 2^-65.
SinCos64 sincos_deg(double deg) {
  const double quarter = std::floor(deg * (1.0 / 90.0) + 0.5);
  const double r = std::fma(quarter, -90.0, deg);
  const double y = r * r;
  double s = -3.2179296172763446083e-39;
  s = std::fma(s, y, 2.2392637747640164035e-33);
  s = std::fma(s, y, -1.1468199900217762332e-27);
  s = std::fma(s, y, 4.1412674153692522648e-22);
  s = std::fma(s, y, -9.7883848616072898111e-17);
  s = std::fma(s, y, 1.349601623163252158e-11);
  s = std::fma(s, y, -8.8609615570129801315e-7);
  s = r * std::fma(s, y, 0.017453292519943295769);
  double c = -2.7634520920934014838e-36;
  c = std::fma(c, y, 1.6678905868903947135e-30);
  c = std::fma(c, y, -7.2278736202210215435e-25);
  c = std::fma(c, y, 2.1354943021676518931e-19);
  c = std::fma(c, y, -3.9258319857360346634e-14);
  c = std::fma(c, y, 3.8663238515629770957e-9);
  c = std::fma(c, y, -0.00015230870989335429836);
  c = std::fma(c, y, 1.0);
  const double turn = quarter - 4.0 * std::floor(quarter * 0.25); // 0, 1, 2, 3; NaN for no angle
  if (turn == 0) return {s, c};
  if (turn == 1) return {c, -s};
  if (turn == 2) return {-s, -c};
  return {-c, s};
}

} // namespace pursuit
