#include "experiment/core_scalar.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace pursuit {
namespace {

template <typename T> T as(std::string_view text) {
  const decltype(Value::data) value = resolve_plain_scalar(text);
  const T *member = std::get_if<T>(&value);
  EXPECT_NE(member, nullptr) << text;
  return member == nullptr ? T() : *member;
}

TEST(CoreScalar, whole_numbers) {
  EXPECT_EQ(as<std::int64_t>("0"), 0);
  EXPECT_EQ(as<std::int64_t>("010"), 10); // not octal
  EXPECT_EQ(as<std::int64_t>("0o17"), 15);
  EXPECT_EQ(as<std::int64_t>("0x1f"), 31);
  EXPECT_EQ(as<std::int64_t>("+7"), 7);
  EXPECT_EQ(as<std::int64_t>("-7"), -7);
  EXPECT_EQ(as<std::int64_t>("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(as<std::int64_t>("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
}

TEST(CoreScalar, a_whole_number_beyond_int64_is_a_float) {
  EXPECT_EQ(as<double>("9223372036854775808"), 0x1p63);
  EXPECT_EQ(as<double>("0xffffffffffffffffff"), std::numeric_limits<double>::infinity());
}

TEST(CoreScalar, floats) {
  EXPECT_EQ(as<double>("1."), 1);
  EXPECT_EQ(as<double>(".5"), 0.5);
  EXPECT_EQ(as<double>("-1.5e3"), -1500);
  EXPECT_EQ(as<double>("1e-4"), 1e-4);
  EXPECT_EQ(as<double>("+.5E+1"), 5);
  EXPECT_EQ(as<double>("1e999"), std::numeric_limits<double>::infinity());
  EXPECT_EQ(as<double>("1e-999"), 0);
  EXPECT_EQ(as<double>("0." + std::string(400, '0') + "1"), 0);
  EXPECT_EQ(as<double>("-.inf"), -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(as<double>(".NaN")));
}

TEST(CoreScalar, truth_and_nothing) {
  for (const char *text : {"true", "True", "TRUE"}) EXPECT_TRUE(as<bool>(text));
  for (const char *text : {"false", "False", "FALSE"}) EXPECT_FALSE(as<bool>(text));
  for (const char *text : {"", "~", "null", "Null", "NULL"}) as<std::monostate>(text);
}

TEST(CoreScalar, everything_else_is_a_string) {
  for (const char *text :
       {"yes", "no",    "on",   "N",    "y",     "tRue",       "nUll",  "0o8", "0xg", "0x",
        "0b1", "1_000", "1:30", "1e",   "1e+",   ".",          "+",     "-",   "+-1", "--1",
        "e5",  "inf",   "nan",  ".iNf", "1.2.3", "2024-01-01", "-0x1f", "1 2"})
    EXPECT_EQ(as<std::string>(text), text);
}

} // namespace
} // namespace pursuit
