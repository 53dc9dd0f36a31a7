#include "base/mat_walk.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/mat_values.hpp"

namespace pursuit {

namespace {

constexpr std::size_t k_tag = 8;
constexpr int k_deepest = 16; // nesting of structs and cells; a behaviour file has 3
constexpr std::size_t k_most_dims = 32;
constexpr std::size_t k_longest_name = 1024;
// An array in a struct may take 8 bytes in the file and takes some 200 in memory: this many are 800 MB. A behaviour file of a
// thousand days has 30,000.
constexpr std::size_t k_most_nested = 4'000'000;

bool is_read(unsigned array_class) {
  return array_class == mat_class::cell || array_class == mat_class::struct_array ||
         array_class == mat_class::text || is_number_class(array_class);
}

} // namespace

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

MatVariable MatWalk::read_array(std::string_view body) {
  const Head head = take_head(body);
  place_ = head.name;
  MatVariable variable = read_contents(head, body, 0);
  place_.clear();
  return variable;
}

MatWalk::Head MatWalk::take_head(std::string_view &rest) const {
  const MatPart flags = take(rest);
  if (flags.in_tag || flags.type != MatType::uint32 || flags.data.size() != 8)
    fail("damaged (array flags)");
  const unsigned word = read_word(flags.data, swap_);
  Head head;
  head.array_class = word & 0xff;
  head.logical = (word & 0x0200) != 0;
  head.complex = (word & 0x0800) != 0;
  if (head.array_class == 0 || head.array_class > mat_class::opaque)
    fail(fmt::format("damaged (array class {})", head.array_class));
  if (head.array_class != mat_class::opaque) take_dims(rest, head);
  const MatPart name = take(rest);
  if (name.type != MatType::int8 || name.data.size() > k_longest_name) fail("damaged (array name)");
  head.name = std::string(name.data.substr(0, name.data.find('\0')));
  return head;
}

void MatWalk::take_dims(std::string_view &rest, Head &head) const {
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
    head.dims.push_back(length);
    empty = empty || length == 0;
    // No file with 32-bit sizes holds more than 2^32 elements: from there on the value only has to
    // stay too large, and within 64 bits.
    if (length != 0 && product <= (std::size_t{1} << 32)) product *= length;
  }
  head.elements = empty ? 0 : product;
}

MatVariable MatWalk::read_contents(const Head &head, std::string_view rest, int depth) {
  if (depth > k_deepest) fail(fmt::format("nested more than {} deep", k_deepest));
  MatVariable variable{head.name, {0, 0}, MatStruct{}, mat_class_name(head.array_class), false};
  if (!is_read(head.array_class)) return variable;
  if (head.array_class == mat_class::cell) {
    check_cells(head, rest, depth);
  } else {
    variable.dims = head.dims;
    if (head.array_class == mat_class::struct_array) {
      variable.data = read_struct(head, rest, depth);
    } else if (head.array_class == mat_class::text) {
      variable.data = read_text(head, rest);
    } else {
      variable.data = read_numbers(head, rest);
      variable.complex = head.complex;
      if (head.logical) variable.class_name = "logical";
    }
  }
  if (!rest.empty()) fail("damaged (data beyond the end of an array)");
  return variable;
}

MatData MatWalk::read_numbers(const Head &head, std::string_view &rest) const {
  const MatPart real = take(rest);
  const MatPart imaginary = head.complex ? take(rest) : real;
  for (const MatPart *part : {&real, &imaginary}) {
    if (!is_numbers_of(head.elements, part->type, part->data.size()))
      fail("damaged (dimensions and data do not agree)");
  }
  return mat_numbers(head.array_class, real, swap_);
}

std::string MatWalk::read_text(const Head &head, std::string_view &rest) const {
  const MatPart part = take(rest);
  if (head.complex || !is_text_of(head.elements, part.type, part.data.size()))
    fail("damaged (dimensions and data do not agree)");
  return mat_text(part, swap_);
}

void MatWalk::check_cells(const Head &head, std::string_view &rest, int depth) {
  if (head.elements > rest.size() / k_tag) fail("truncated or damaged (cells are missing)");
  for (std::size_t e = 0; e < head.elements; ++e) {
    read_nested(fmt::format("{{{}}}", e + 1), rest, depth);
  }
}

MatStruct MatWalk::read_struct(const Head &head, std::string_view &rest, int depth) {
  MatStruct value;
  value.names = take_names(rest);
  const std::size_t fields = value.names.size();
  // Elements without fields take no bytes at all.
  const std::size_t most = fields == 0 ? k_most_nested : rest.size() / k_tag / fields;
  if (head.elements > most) fail("truncated or damaged (elements of a struct are missing)");
  nested_ += head.elements * std::max<std::size_t>(fields, 1);
  if (nested_ > k_most_nested) fail(fmt::format("more fields than are read, {}", k_most_nested));
  value.fields.resize(head.elements);
  for (std::size_t e = 0; e < head.elements; ++e) {
    value.fields[e].reserve(fields);
    for (const std::string &name : value.names) {
      value.fields[e].push_back(read_nested(fmt::format("({}).{}", e + 1, name), rest, depth));
    }
  }
  return value;
}

std::vector<std::string> MatWalk::take_names(std::string_view &rest) const {
  const MatPart length = take(rest);
  if (length.type != MatType::int32 || length.data.size() != 4)
    fail("damaged (length of field names)");
  const std::size_t width = read_word(length.data, swap_);
  const MatPart table = take(rest);
  if (table.data.empty()) return {};
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
  return names;
}

MatVariable MatWalk::read_nested(const std::string &name, std::string_view &rest, int depth) {
  const std::size_t length = place_.size();
  place_ += name;
  const MatPart part = take(rest);
  if (part.in_tag || part.type != MatType::matrix) fail("damaged (an array is missing)");
  MatVariable variable{"", {0, 0}, std::vector<double>{}, "double", false};
  std::string_view body = part.data;
  if (!body.empty()) { // empty: never set
    const Head head = take_head(body);
    variable = read_contents(head, body, depth + 1);
    variable.name.clear(); // a field's is in its struct
  }
  place_.resize(length);
  return variable;
}

} // namespace pursuit
