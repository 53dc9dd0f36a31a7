#include "base/mat_walk.hpp"

#include <limits>
#include <vector>

#include <fmt/format.h>

#include "base/errors.hpp"

namespace pursuit {

namespace {

constexpr std::size_t k_tag = 8;
constexpr int k_deepest = 16; // nesting of structs and cells; a behaviour file has 3
constexpr std::size_t k_most_dims = 32;
constexpr std::size_t k_longest_name = 1024;

constexpr unsigned k_cell = 1, k_struct = 2, k_char = 4, k_double = 6, k_uint64 = 15, k_opaque = 17;

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

// Whether `size` bytes of this type are `count` characters; a UTF-8 character has up to 4.
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

bool is_numbers_of(std::size_t count, MatType type, std::size_t size) {
  const std::size_t width = width_of(type);
  return width != 0 && size % width == 0 && size / width == count;
}

} // namespace

bool is_read_class(unsigned array_class) {
  return array_class == k_cell || array_class == k_struct || array_class == k_char ||
         (k_double <= array_class && array_class <= k_uint64);
}

const char *mat_class_name(unsigned array_class) {
  static constexpr const char *k_names[] = {
      "empty", "cell",  "struct", "object", "char",   "sparse", "double", "single",   "int8",
      "uint8", "int16", "uint16", "int32",  "uint32", "int64",  "uint64", "function", "opaque"};
  return k_names[array_class <= k_opaque ? array_class : 0];
}

void MatWalk::fail(const std::string &fault) const {
  if (place_.empty()) throw RunError(fmt::format("{}: {}", path_.string(), fault));
  throw RunError(fmt::format("{}: variable {}: {}", path_.string(), place_, fault));
}

MatPart MatWalk::take(std::string_view &rest) const {
  if (rest.size() < k_tag) fail("truncated or damaged (a tag is missing)");
  const unsigned word = read_word(rest, swap_);
  MatPart part;
  part.in_tag = (word >> 16) != 0;
  if (part.in_tag) {
    part.type = static_cast<MatType>(word & 0xffff);
    if ((word >> 16) > 4) fail("damaged (a tag with more than 4 bytes in it)");
    part.data = rest.substr(4, word >> 16);
    rest.remove_prefix(k_tag);
    return part;
  }
  part.type = static_cast<MatType>(word);
  const std::size_t size = read_word(rest.substr(4), swap_);
  const std::size_t there = rest.size() - k_tag;
  const std::size_t padded = part.type == MatType::compressed ? size : (size + 7) / 8 * 8;
  if (padded > there)
    fail(fmt::format("truncated or damaged ({} bytes stated, {} there)", size, there));
  part.data = rest.substr(k_tag, size);
  rest.remove_prefix(k_tag + padded);
  return part;
}

MatHead MatWalk::check_array(std::string_view body) {
  MatHead head = take_head(body);
  place_ = head.name;
  check_contents(head, body, 0);
  head.readable = readable_;
  return head;
}

MatHead MatWalk::take_head(std::string_view &rest) const {
  const MatPart flags = take(rest);
  if (flags.in_tag || flags.type != MatType::uint32 || flags.data.size() != 8)
    fail("damaged (array flags)");
  const unsigned word = read_word(flags.data, swap_);
  MatHead head;
  head.array_class = word & 0xff;
  head.complex = (word & 0x0800) != 0;
  if (head.array_class == 0 || head.array_class > k_opaque)
    fail(fmt::format("damaged (array class {})", head.array_class));
  if (head.array_class != k_opaque) head.elements = take_dims(rest);
  const MatPart name = take(rest);
  if (name.type != MatType::int8 || name.data.size() > k_longest_name) fail("damaged (array name)");
  head.name = std::string(name.data.substr(0, name.data.find('\0')));
  return head;
}

std::size_t MatWalk::take_dims(std::string_view &rest) const {
  const MatPart dims = take(rest);
  const std::string_view data = dims.data;
  if (dims.in_tag || dims.type != MatType::int32 || data.size() % 4 != 0 || data.size() < 8 ||
      data.size() > 4 * k_most_dims)
    fail("damaged (dimensions)");
  std::size_t product = 1;
  bool empty = false;
  for (std::size_t at = 0; at < data.size(); at += 4) {
    const unsigned length = read_word(data.substr(at), swap_);
    if (length > static_cast<unsigned>(std::numeric_limits<std::int32_t>::max()))
      fail("damaged (a negative dimension)");
    empty = empty || length == 0;
    // No file with 32-bit sizes holds more than 2^32 elements: from there on the value only has to
    // stay too large, and within 64 bits.
    if (length != 0 && product <= (std::size_t{1} << 32)) product *= length;
  }
  return empty ? 0 : product;
}

void MatWalk::check_contents(const MatHead &head, std::string_view rest, int depth) {
  if (depth > k_deepest) fail(fmt::format("nested more than {} deep", k_deepest));
  if (!is_read_class(head.array_class)) {
    readable_ = false;
    return;
  }
  if (head.array_class == k_cell) {
    check_cells(head, rest, depth);
  } else if (head.array_class == k_struct) {
    check_struct(head, rest, depth);
  } else {
    check_numbers(head, take(rest));
    if (head.complex) check_numbers(head, take(rest));
  }
  if (!rest.empty()) fail("damaged (data beyond the end of an array)");
}

void MatWalk::check_numbers(const MatHead &head, const MatPart &part) const {
  const bool fits = head.array_class == k_char
                        ? !head.complex && is_text_of(head.elements, part.type, part.data.size())
                        : is_numbers_of(head.elements, part.type, part.data.size());
  if (!fits) fail("damaged (dimensions and data do not agree)");
}

void MatWalk::check_cells(const MatHead &head, std::string_view &rest, int depth) {
  if (head.elements > rest.size() / k_tag) fail("truncated or damaged (cells are missing)");
  for (std::size_t e = 0; e < head.elements; ++e) {
    check_nested(fmt::format("{{{}}}", e + 1), rest, depth);
  }
}

void MatWalk::check_struct(const MatHead &head, std::string_view &rest, int depth) {
  const MatPart length = take(rest);
  if (!length.in_tag || length.type != MatType::int32 || length.data.size() != 4)
    fail("damaged (length of field names)");
  const std::size_t width = read_word(length.data, swap_);
  const MatPart table = take(rest);
  if (table.in_tag) readable_ = false; // all names together in 4 bytes: matio takes them for a size
  if (table.type != MatType::int8 || width == 0 || width > k_longest_name ||
      table.data.size() % width != 0)
    fail("damaged (field names)");
  std::vector<std::string> names;
  for (std::size_t at = 0; at < table.data.size(); at += width) {
    const std::string_view slot = table.data.substr(at, width);
    const std::size_t end = slot.find('\0');
    if (end == 0 || end == std::string_view::npos) fail("damaged (a field name)");
    names.emplace_back(slot.substr(0, end));
  }
  // Also bounds arrays without fields, whose elements take no bytes at all.
  if (head.elements > (rest.size() + table.data.size()) / k_tag + 1)
    fail("truncated or damaged (elements of a struct are missing)");
  for (std::size_t e = 0; e < head.elements; ++e) {
    for (const std::string &name : names) {
      check_nested(fmt::format("({}).{}", e + 1, name), rest, depth);
    }
  }
}

void MatWalk::check_nested(const std::string &name, std::string_view &rest, int depth) {
  const std::size_t length = place_.size();
  place_ += name;
  const MatPart part = take(rest);
  if (part.in_tag || part.type != MatType::matrix) fail("damaged (an array is missing)");
  std::string_view body = part.data;
  if (!body.empty()) { // empty: never set
    const MatHead head = take_head(body);
    check_contents(head, body, depth + 1);
  }
  place_.resize(length);
}

} // namespace pursuit
