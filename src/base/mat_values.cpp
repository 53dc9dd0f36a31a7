#include "base/mat_values.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "base/errors.hpp"

namespace pursuit {

namespace {

// Bytes of one number, 0 for a type that is no number.
std::size_t width_of(MatType type) {
  switch (type) {
  case MatType::int8:
  case MatType::uint8:
    return 1;
  case MatType::int16:
  case MatType::uint16:
    return 2;
  case MatType::int32:
  case MatType::uint32:
  case MatType::single:
    return 4;
  case MatType::float64:
  case MatType::int64:
  case MatType::uint64:
    return 8;
  default:
    return 0;
  }
}

template <class Stored> Stored load(const char *at, bool swap_bytes) {
  std::array<char, sizeof(Stored)> bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = at[swap_bytes ? bytes.size() - 1 - i : i];
  return std::bit_cast<Stored>(bytes);
}

template <class Class, class Stored> Class converted(Stored value) {
  if constexpr (std::is_integral_v<Class> && std::is_floating_point_v<Stored>) {
    using Limits = std::numeric_limits<Class>;
    if (std::isnan(value)) return 0;
    // Both ends as the type that is compared: 2^63 - 1 is rounded up to 2^63, which is out of range itself.
    if (value <= static_cast<Stored>(Limits::min())) return Limits::min();
    if (value >= static_cast<Stored>(Limits::max())) return Limits::max();
    return static_cast<Class>(std::nearbyint(value));
  } else {
    return static_cast<Class>(value);
  }
}

template <class Out, class Class, class Stored>
std::vector<Out> stored(std::string_view data, bool swap_bytes) {
  std::vector<Out> values(data.size() / sizeof(Stored));
  if constexpr (std::is_same_v<Out, Stored> && std::is_same_v<Class, Stored>) {
    if (!swap_bytes) {
      if (!values.empty()) std::memcpy(values.data(), data.data(), data.size());
      return values;
    }
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Stored value = load<Stored>(data.data() + i * sizeof(Stored), swap_bytes);
    values[i] = static_cast<Out>(converted<Class>(value));
  }
  return values;
}

template <class Out, class Class> MatData numbers_as(const MatPart &part, bool swap_bytes) {
  switch (part.type) {
  case MatType::int8:
    return stored<Out, Class, std::int8_t>(part.data, swap_bytes);
  case MatType::uint8:
    return stored<Out, Class, std::uint8_t>(part.data, swap_bytes);
  case MatType::int16:
    return stored<Out, Class, std::int16_t>(part.data, swap_bytes);
  case MatType::uint16:
    return stored<Out, Class, std::uint16_t>(part.data, swap_bytes);
  case MatType::int32:
    return stored<Out, Class, std::int32_t>(part.data, swap_bytes);
  case MatType::uint32:
    return stored<Out, Class, std::uint32_t>(part.data, swap_bytes);
  case MatType::single:
    return stored<Out, Class, float>(part.data, swap_bytes);
  case MatType::float64:
    return stored<Out, Class, double>(part.data, swap_bytes);
  case MatType::int64:
    return stored<Out, Class, std::int64_t>(part.data, swap_bytes);
  case MatType::uint64:
    return stored<Out, Class, std::uint64_t>(part.data, swap_bytes);
  default:
    throw InternalError("no numbers are stored as this type");
  }
}

std::string utf8_of(unsigned unit) {
  if (unit < 0x80) return {static_cast<char>(unit)};
  if (unit < 0x800)
    return {static_cast<char>(0xc0 | (unit >> 6)), static_cast<char>(0x80 | (unit & 0x3f))};
  return {static_cast<char>(0xe0 | (unit >> 12)), static_cast<char>(0x80 | ((unit >> 6) & 0x3f)),
          static_cast<char>(0x80 | (unit & 0x3f))};
}

struct ClassRow {
  const char *name;
  MatData (*numbers)(const MatPart &part, bool swap_bytes) = nullptr;
};

// By the format's number, from 1 on.
constexpr ClassRow k_classes[] = {{"cell"},
                                  {"struct"},
                                  {"object"},
                                  {"char"},
                                  {"sparse"},
                                  {"double", numbers_as<double, double>},
                                  {"single", numbers_as<float, float>},
                                  {"int8", numbers_as<double, std::int8_t>},
                                  {"uint8", numbers_as<double, std::uint8_t>},
                                  {"int16", numbers_as<double, std::int16_t>},
                                  {"uint16", numbers_as<double, std::uint16_t>},
                                  {"int32", numbers_as<double, std::int32_t>},
                                  {"uint32", numbers_as<double, std::uint32_t>},
                                  {"int64", numbers_as<std::int64_t, std::int64_t>},
                                  {"uint64", numbers_as<double, std::uint64_t>},
                                  {"function"},
                                  {"opaque"}};

} // namespace

const char *mat_class_name(unsigned array_class) { return k_classes[array_class - 1].name; }

bool is_numbers_of(std::size_t count, MatType type, std::size_t size) {
  const std::size_t width = width_of(type);
  return width != 0 && size % width == 0 && size / width == count;
}

bool is_text_of(std::size_t count, MatType type, std::size_t size) {
  switch (type) {
  case MatType::int8:
  case MatType::uint8:
    return size == count;
  case MatType::uint16:
  case MatType::utf16:
    return size % 2 == 0 && size / 2 == count;
  case MatType::utf8:
    return count <= size && size / 4 <= count;
  default:
    return false;
  }
}

MatData mat_numbers(unsigned array_class, const MatPart &part, bool swap_bytes) {
  return k_classes[array_class - 1].numbers(part, swap_bytes);
}

std::string mat_text(const MatPart &part, bool swap_bytes) {
  if (part.type != MatType::uint16 && part.type != MatType::utf16) return std::string(part.data);
  std::string text;
  for (std::size_t at = 0; at < part.data.size(); at += 2)
    text += utf8_of(load<std::uint16_t>(part.data.data() + at, swap_bytes));
  return text;
}

} // namespace pursuit
