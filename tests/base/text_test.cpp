// Numbers, digests, suggestions, complaints, times: what they say.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include "base/clock.hpp"
#include "base/errors.hpp"
#include "base/json_fault.hpp"
#include "base/number.hpp"
#include "base/sha256.hpp"
#include "base/suggest.hpp"
#include "base/utf8.hpp"

namespace pursuit {
namespace {

TEST(JsonFault, IsASentence) {
  EXPECT_EQ(
      json_fault("[json.exception.parse_error.101] parse error at line 1, column 2: syntax error "
                 "while parsing object key - unexpected end of input; expected string literal"),
      "it ends too early, at line 1, column 2");
  EXPECT_EQ(
      json_fault("[json.exception.parse_error.101] parse error at line 3, column 1: syntax error "
                 "while parsing value - invalid literal; last read: 'x'"),
      "it is no JSON at line 3, column 1");
  EXPECT_EQ(json_fault("[json.exception.out_of_range.403] key 'id' not found"),
            "the key \"id\" is missing");
  EXPECT_EQ(json_fault("[json.exception.type_error.302] type must be string, but is number"),
            "number stands where string is expected");
  EXPECT_EQ(json_fault("[json.exception.type_error.304] cannot use at() with null"),
            "null stands where object is expected");
  EXPECT_EQ(json_fault("[json.exception.other_error.501] unsuccessful"), "unsuccessful");
}

TEST(Utf8, BytesBecomeTextAndBytesAgain) {
  const std::pair<std::string, std::string> cases[] = {
      {"", ""},
      {"caf\xc3\xa9/\xf0\x9f\x90\x92", "caf\xc3\xa9/\xf0\x9f\x90\x92"}, // UTF-8 stays
      {"caf\xe9", "caf\xee\xbf\xa9"},                                   // U+EFE9
      {"\x80", "\xee\xbe\x80"},                                         // U+EF80
      {"\xed\xa0\x80", "\xee\xbf\xad\xee\xbe\xa0\xee\xbe\x80"},         // a surrogate
      {"\xc0\xaf", "\xee\xbf\x80\xee\xbe\xaf"},                         // overlong
      {"\xee\xbf\xa9", "\xee\xbf\xae\xee\xbe\xbf\xee\xbe\xa9"},         // U+EFE9 itself
      {"\xee\xbd\xbf", "\xee\xbd\xbf"},                                 // its neighbours
      {"\xef\x80\x80", "\xef\x80\x80"},
  };
  for (const auto &[bytes, text] : cases) {
    EXPECT_EQ(utf8_of_bytes(bytes), text);
    EXPECT_EQ(bytes_of_utf8(text), bytes);
  }
  std::mt19937 random(1);
  for (int i = 0; i < 20000; ++i) {
    std::string bytes(random() % 8, ' ');
    for (char &byte : bytes) {
      constexpr unsigned char k_telling[] = {0x2f, 0x80, 0xa9, 0xbe, 0xbf,
                                             0xc3, 0xee, 0xef, 0xf0, 0xff};
      byte = static_cast<char>(k_telling[random() % sizeof k_telling]);
    }
    const std::string text = utf8_of_bytes(bytes);
    EXPECT_EQ(bytes_of_utf8(text), bytes);
    for (std::size_t at = 0; at < text.size(); at += utf8_length(text.substr(at)))
      ASSERT_NE(utf8_length(text.substr(at)), 0u) << i;
  }
}

TEST(Utf8, ATerminalIsShownNoControlCharacters) {
  EXPECT_EQ(visible("a\nb\tc\x1b[31m\x7f"), "a\\nb\\tc\\x1b[31m\\x7f");
  EXPECT_EQ(visible("caf\xc3\xa9 \xe2\x82\xac"), "caf\xc3\xa9 \xe2\x82\xac");
  EXPECT_EQ(visible("\xc2\x9b caf\xe9"), "\\xc2\\x9b caf\\xe9");
}

TEST(Utf8, IsShownWithoutWhatItIsNot) {
  EXPECT_EQ(shown_utf8("caf\xe9\xc3\xa9"), "caf\xef\xbf\xbd\xc3\xa9");
}

TEST(Number, HasTheFormOfEcmascript) {
  // The values of RFC 8785, appendix B, and the places where its notation changes.
  const std::pair<double, const char *> cases[] = {
      {0.0, "0"},
      {-0.0, "0"},
      {5e-324, "5e-324"},
      {-5e-324, "-5e-324"},
      {1.7976931348623157e308, "1.7976931348623157e+308"},
      {9007199254740992, "9007199254740992"},
      {295147905179352830000.0, "295147905179352830000"},
      {9.999999999999997e22, "9.999999999999997e+22"},
      {1e23, "1e+23"},
      {1.0000000000000001e23, "1.0000000000000001e+23"},
      {999999999999999700000.0, "999999999999999700000"},
      {1e21, "1e+21"},
      {9.999999999999997e-7, "9.999999999999997e-7"},
      {0.000001, "0.000001"},
      {333333333.33333329, "333333333.3333333"},
      {30, "30"},
      {20.5, "20.5"},
      {1e-4, "0.0001"},
      {-1.5, "-1.5"},
      {100, "100"},
  };
  for (const auto &[value, text] : cases) EXPECT_EQ(shortest_number(value), text);
}

TEST(Number, ReadsBackAsTheSameDouble) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20000; ++i) {
    const std::uint64_t bits = random();
    double value = 0;
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value) || value == 0) continue;
    EXPECT_EQ(std::strtod(shortest_number(value).c_str(), nullptr), value);
  }
}

TEST(Number, HasNoTextWhereItIsNotFinite) {
  EXPECT_THROW(shortest_number(std::nan("")), InternalError);
  EXPECT_THROW(shortest_number(std::numeric_limits<double>::infinity()), InternalError);
}

TEST(Number, IsRoundedTo12Digits) {
  EXPECT_EQ(rounded_to_12_digits(0.1 + 0.2), 0.3);
  EXPECT_EQ(rounded_to_12_digits(-0.1 - 0.2), -0.3);
  EXPECT_EQ(rounded_to_12_digits(1.0 / 3.0), 0.333333333333);
  EXPECT_EQ(rounded_to_12_digits(123456789012345.0), 123456789012000.0);
  EXPECT_EQ(rounded_to_12_digits(0), 0);
}

TEST(Sha256, HasTheDigestsOfTheStandard) {
  // FIPS 180-4 examples: the empty text, one block, two blocks, a million characters.
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_hex(std::string(1000000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Suggest, FindsTheNearestWord) {
  const std::vector<std::string> words = {"threshold", "input_gain", "response_gain", "N", "tau"};
  EXPECT_EQ(did_you_mean("treshold", words), "did you mean \"threshold\"?");
  EXPECT_EQ(did_you_mean("trheshold", words), "did you mean \"threshold\"?");
  EXPECT_EQ(did_you_mean("input-gain", words), "did you mean \"input_gain\"?");
  EXPECT_EQ(did_you_mean("n", words), "did you mean \"N\"?");
}

TEST(Suggest, SaysNothingWhereNothingIsNear) {
  const std::vector<std::string> words = {"threshold", "tau"};
  EXPECT_EQ(did_you_mean("seeds", words), "");
  EXPECT_EQ(did_you_mean("", words), "");
  EXPECT_EQ(did_you_mean(std::string(100000, 't'), words), "");
  EXPECT_EQ(did_you_mean("x", {}), "");
}

TEST(Errors, SayWhereWhatAndNext) {
  EXPECT_EQ(to_text(Complaint{{"a.yaml", 3, 7}, "unknown key \"sed\"", "did you mean \"seeds\"?"}),
            "a.yaml:3:7: unknown key \"sed\"; did you mean \"seeds\"?");
  EXPECT_EQ(to_text(Complaint{{"--set x=1", 0, 0}, "no such stage", ""}),
            "--set x=1: no such stage");
  EXPECT_EQ(to_text(Complaint{{}, "no such folder", ""}), "no such folder");
  EXPECT_EQ(to_text(Where{"a.yaml", 3, 0}), "a.yaml:3");
}

TEST(Errors, ConfigErrorKeepsEveryComplaint) {
  const ConfigError error({{{"a", 1, 1}, "one", ""}, {{"a", 2, 1}, "two", ""}});
  EXPECT_EQ(error.complaints().size(), 2u);
  EXPECT_STREQ(error.what(), "a:1:1: one\na:2:1: two");
}

TEST(Clock, WritesRfc3339InUtc) {
  EXPECT_EQ(rfc3339(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(rfc3339(1770833522.9), "2026-02-11T18:12:02Z");
}

TEST(Clock, MonotonicNeverRunsBack) {
  double last = real_clock().monotonic_s();
  for (int i = 0; i < 1000; ++i) {
    const double now = real_clock().monotonic_s();
    EXPECT_GE(now, last);
    last = now;
  }
}

} // namespace
} // namespace pursuit
