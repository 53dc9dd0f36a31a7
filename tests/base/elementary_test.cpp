// The project's own elementary functions against libm in long double (tests may use libm), and their
// bits against a frozen sum: another bit is another numerics name for every engine.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include "base/elementary.hpp"
#include "base/sha256.hpp"

namespace pursuit {
namespace {

constexpr float k_nan = std::numeric_limits<float>::quiet_NaN();
constexpr float k_infinity = std::numeric_limits<float>::infinity();

float from_bits(std::uint32_t bits) { return std::bit_cast<float>(bits); }
std::uint32_t to_bits(float value) { return std::bit_cast<std::uint32_t>(value); }

// Distance in units of the last place of the true value, `digits` binary digits wide.
double ulps(long double got, long double truth, int digits) {
  int exponent = 0;
  std::frexp(truth, &exponent);
  return static_cast<double>(std::fabs(got - truth) / std::ldexp(1.0L, exponent - digits));
}

// The step through all floats: every one with tools/test --long, else a sample.
std::uint32_t step(std::uint32_t sample) {
  return std::getenv("PURSUIT_LONG_TESTS") == nullptr ? sample : 1;
}

TEST(TanhF32, IsWithinTwoUlp) {
  double worst = 0;
  const std::uint32_t stride = step(1009);
  for (std::uint32_t bits = to_bits(0x1p-126f); bits < to_bits(12.0f); bits += stride) {
    const float x = from_bits(bits);
    worst = std::max(worst, ulps(tanh_f32(x), std::tanh(static_cast<long double>(x)), 24));
  }
  EXPECT_LE(worst, 1.4); // measured over all floats: 1.38; promised: 2
}

TEST(TanhF32, IsMonotoneWhereItsTwoFormsMeetAndWhereItSaturates) {
  float last = 0;
  for (std::uint32_t bits = to_bits(0.5f); bits < to_bits(0.6f); ++bits) {
    const float y = tanh_f32(from_bits(bits));
    ASSERT_GE(y, last) << from_bits(bits);
    last = y;
  }
  for (std::uint32_t bits = to_bits(8.5f); bits < to_bits(10.5f); ++bits) {
    const float y = tanh_f32(from_bits(bits));
    ASSERT_GE(y, last) << from_bits(bits);
    ASSERT_LE(y, 1.0f);
    last = y;
  }
  EXPECT_EQ(last, 1.0f);
}

TEST(TanhF32, IsMonotoneInASampleOfNeighboursEverywhere) {
  const std::uint32_t stride = step(257);
  for (std::uint32_t bits = to_bits(1e-20f); bits < to_bits(20.0f); bits += stride) {
    ASSERT_GE(tanh_f32(from_bits(bits + 1)), tanh_f32(from_bits(bits))) << from_bits(bits);
  }
}

TEST(TanhF32, IsOddToTheBit) {
  const std::uint32_t stride = step(65537);
  for (std::uint32_t bits = 0; bits <= to_bits(k_infinity); bits += stride) {
    const float x = from_bits(bits);
    ASSERT_EQ(to_bits(tanh_f32(-x)), to_bits(-tanh_f32(x))) << x;
  }
}

TEST(TanhF32, IsOneFromItsSaturationOn) {
  const std::uint32_t stride = step(65537);
  for (std::uint32_t bits = to_bits(9.02f); bits <= to_bits(k_infinity); bits += stride) {
    ASSERT_EQ(tanh_f32(from_bits(bits)), 1.0f) << from_bits(bits);
  }
}

// Below 2^-12, x^3 / 3 is less than half an ulp of x.
TEST(TanhF32, IsTheIdentityForSmallNumbers) {
  const std::uint32_t stride = step(65537);
  for (std::uint32_t bits = 0; bits < to_bits(0x1p-13f); bits += stride) {
    ASSERT_EQ(to_bits(tanh_f32(from_bits(bits))), bits) << from_bits(bits);
  }
}

TEST(TanhF32, KeepsZeroSubnormalsInfinityAndNan) {
  EXPECT_EQ(to_bits(tanh_f32(0.0f)), to_bits(0.0f));
  EXPECT_EQ(to_bits(tanh_f32(-0.0f)), to_bits(-0.0f));
  EXPECT_EQ(tanh_f32(1e-42f), 1e-42f);
  EXPECT_EQ(tanh_f32(k_infinity), 1.0f);
  EXPECT_EQ(tanh_f32(-k_infinity), -1.0f);
  EXPECT_EQ(tanh_f32(std::numeric_limits<float>::max()), 1.0f);
  EXPECT_TRUE(std::isnan(tanh_f32(k_nan)));
}

TEST(TanhF64, IsOddMonotoneAndWithinTwoUlp) {
  double worst = 0, last = 0;
  for (int i = 0; i < 200000; ++i) {
    const double x = i * 1.0000001e-4;
    const double y = tanh_f64(x);
    ASSERT_GE(y, last) << x;
    ASSERT_EQ(tanh_f64(-x), -y);
    if (i > 0) worst = std::max(worst, ulps(y, std::tanh(static_cast<long double>(x)), 53));
    last = y;
  }
  EXPECT_LE(worst, 2);
  EXPECT_EQ(tanh_f64(std::numeric_limits<double>::infinity()), 1.0);
  EXPECT_TRUE(std::signbit(tanh_f64(-0.0)));
  EXPECT_TRUE(std::isnan(tanh_f64(std::numeric_limits<double>::quiet_NaN())));
}

TEST(LogF32, IsWithinTwoUlpForNormalNumbers) {
  double worst = 0;
  const std::uint32_t stride = step(1009);
  for (std::uint32_t bits = 0x00800000; bits < to_bits(k_infinity); bits += stride) {
    const float x = from_bits(bits);
    if (x == 1) continue;
    worst = std::max(worst, ulps(log_f32(x), std::log(static_cast<long double>(x)), 24));
  }
  EXPECT_LE(worst, 1); // measured 0.83; promised: 2
  EXPECT_EQ(log_f32(1.0f), 0.0f);
}

TEST(LogF32, KeepsItsDigitsJustBelowOne) {
  for (std::uint32_t bits = to_bits(1.0f) - 5000; bits < to_bits(1.0f); ++bits) {
    const float x = from_bits(bits);
    ASSERT_LE(ulps(log_f32(x), std::log(static_cast<long double>(x)), 24), 1.0) << x;
  }
}

constexpr long double k_turn = 6.283185307179586476925286766559L;

TEST(SincosTurnsF32, IsWithin1e7AndExactAtQuarters) {
  double worst = 0;
  for (std::uint32_t i = 0; i <= 1u << 24; i += step(37)) {
    const float u = static_cast<float>(i) * 0x1p-24f;
    const SinCos32 got = sincos_turns_f32(u);
    const long double angle = k_turn * static_cast<long double>(u);
    worst = std::max(worst, static_cast<double>(std::fabs(got.sin - std::sin(angle))));
    worst = std::max(worst, static_cast<double>(std::fabs(got.cos - std::cos(angle))));
  }
  EXPECT_LE(worst, 1e-7);
  const float sines[] = {0, 1, 0, -1, 0}, cosines[] = {1, 0, -1, 0, 1};
  for (int q = 0; q <= 4; ++q) {
    const SinCos32 got = sincos_turns_f32(0.25f * static_cast<float>(q));
    EXPECT_EQ(got.sin, sines[q]) << q;
    EXPECT_EQ(got.cos, cosines[q]) << q;
  }
}

TEST(SincosDeg, IsExactAtMultiplesOf90) {
  const double sines[] = {0, 1, 0, -1}, cosines[] = {1, 0, -1, 0};
  for (int q = -4000; q <= 4000; ++q) {
    const SinCos64 got = sincos_deg(90.0 * q);
    ASSERT_EQ(got.sin, sines[q & 3]) << q;
    ASSERT_EQ(got.cos, cosines[q & 3]) << q;
  }
}

TEST(SincosDeg, IsWithin4e16FarFromZeroToo) {
  for (double start : {-7.0, 359.0, -1e6, 999990.0}) {
    for (int i = 0; i < 20000; ++i) {
      const double deg = start + i * 4.77e-4;
      const long double angle = std::fmod(static_cast<long double>(deg), 360.0L) * (k_turn / 360);
      const SinCos64 got = sincos_deg(deg);
      ASSERT_LE(std::fabs(got.sin - std::sin(angle)), 4e-16L) << deg;
      ASSERT_LE(std::fabs(got.cos - std::cos(angle)), 4e-16L) << deg;
    }
  }
}

TEST(SincosDeg, IsNanForWhatIsNoAngle) {
  EXPECT_TRUE(std::isnan(sincos_deg(std::numeric_limits<double>::infinity()).sin));
  EXPECT_TRUE(std::isnan(sincos_deg(std::numeric_limits<double>::quiet_NaN()).cos));
}

template <class Number> void append(std::string &bytes, Number value) {
  bytes.append(reinterpret_cast<const char *>(&value), sizeof value);
}

TEST(Elementary, BitsAreThoseOfTheFirstVersion) {
  std::string bytes;
  for (std::uint32_t bits = 0; bits < to_bits(12.0f); bits += 99991) {
    append(bytes, tanh_f32(from_bits(bits)));
  }
  for (std::uint32_t i = 1; i < 1u << 24; i += 1999) {
    const float u = static_cast<float>(i) * 0x1p-24f;
    append(bytes, log_f32(u));
    append(bytes, sincos_turns_f32(u).sin);
    append(bytes, sincos_turns_f32(u).cos);
  }
  for (int i = 0; i < 5000; ++i) {
    append(bytes, tanh_f64(i * 0.004));
    append(bytes, sincos_deg(i * 0.77 - 900).sin);
    append(bytes, sincos_deg(i * 0.77 - 900).cos);
  }
  EXPECT_EQ(sha256_hex(bytes), "8c6e43bd7bae6c09a47e5cf2f6f736f8d285dc17c843b86837f77773b9d41ccf");
}

} // namespace
} // namespace pursuit
