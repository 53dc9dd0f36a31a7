#include "report/pdf_date.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <zlib.h>

#include "base/errors.hpp"

namespace pursuit {

namespace {

[[noreturn]] void refuse(std::string_view what) {
  throw RunError(fmt::format("the date of cairo's PDF cannot be removed: {}", what));
}

// In place: no length changes. False where there is no date.
bool overwrite_date(std::string &text) {
  constexpr std::string_view k_key = "/CreationDate (D:";
  constexpr std::string_view k_date = "20000101000000";
  const std::size_t at = text.find(k_key);
  if (at == std::string::npos || text.size() < at + k_key.size() + k_date.size()) return false;
  text.replace(at + k_key.size(), k_date.size(), k_date);
  return true;
}

std::string inflated(std::string_view stream) {
  std::string text;
  z_stream state{};
  if (::inflateInit(&state) != Z_OK) refuse("zlib has no memory");
  state.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(stream.data()));
  state.avail_in = static_cast<uInt>(stream.size());
  int result = Z_OK;
  for (char buffer[16384]; result == Z_OK;) {
    state.next_out = reinterpret_cast<Bytef *>(buffer);
    state.avail_out = sizeof buffer;
    result = ::inflate(&state, Z_NO_FLUSH);
    text.append(buffer, sizeof buffer - state.avail_out);
  }
  ::inflateEnd(&state);
  if (result != Z_STREAM_END) refuse("a stream cannot be inflated");
  return text;
}

std::string deflated(const std::string &text) {
  uLongf size = ::compressBound(text.size());
  std::string stream(size, '\0');
  if (::compress(reinterpret_cast<Bytef *>(stream.data()), &size,
                 reinterpret_cast<const Bytef *>(text.data()), text.size()) != Z_OK)
    refuse("zlib has no memory");
  stream.resize(size);
  return stream;
}

// Digits in the file: [begin, end).
struct Number {
  std::size_t begin = 0, end = 0, value = 0;
};

std::optional<Number> number_at(std::string_view text, std::size_t at) {
  Number number;
  number.begin = text.find_first_not_of(" \n\r", at);
  if (number.begin == std::string_view::npos) return std::nullopt;
  const auto [end, error] =
      std::from_chars(text.data() + number.begin, text.data() + text.size(), number.value);
  if (error != std::errc()) return std::nullopt;
  number.end = static_cast<std::size_t>(end - text.data());
  return number;
}

// "10 0 obj\n<< ... >>\nstream\n": where the object begins, its dictionary, and where its bytes begin.
struct StreamObject {
  std::size_t begin = 0;
  std::string_view dictionary;
  std::size_t bytes = 0;

  bool is(std::string_view type) const { return dictionary.find(type) != std::string_view::npos; }
};

std::optional<StreamObject> stream_at(std::string_view pdf, std::size_t begin) {
  constexpr std::string_view k_stream = "stream\n";
  const std::size_t stream = pdf.find(k_stream, begin);
  const std::size_t end = pdf.find("endobj", begin);
  if (stream == std::string_view::npos || end < stream) return std::nullopt;
  return StreamObject{begin, pdf.substr(begin, stream - begin), stream + k_stream.size()};
}

// A piece of the file that is replaced.
struct Edit {
  std::size_t begin = 0, end = 0;
  std::string text;
};

// The table of objects: for each number its kind (1: at an offset in the file) and its two values.
struct Entry {
  std::size_t kind = 0, first = 0, second = 0;
};

class CompressedPdf {
public:
  explicit CompressedPdf(const std::string &pdf) : pdf_(pdf) { read_table(); }

  std::string undated() {
    for (const Entry &entry : entries_) {
      const std::optional<StreamObject> object =
          entry.kind == 1 ? stream_at(pdf_, entry.first) : std::nullopt;
      if (!object || !object->is("/ObjStm")) continue;
      const Number length = length_of(*object);
      std::string text = inflated(pdf_.substr(object->bytes, length.value));
      if (!overwrite_date(text)) continue;
      const std::string stream = deflated(text);
      edits_ = {{object->bytes, object->bytes + length.value, stream},
                {length.begin, length.end, std::to_string(stream.size())}};
      std::sort(edits_.begin(), edits_.end(),
                [](const Edit &a, const Edit &b) { return a.begin < b.begin; });
      return written();
    }
    refuse("no object stream has it");
  }

private:
  void read_table() {
    const std::size_t at = pdf_.rfind("startxref");
    const std::optional<Number> offset =
        at == std::string_view::npos ? std::nullopt : number_at(pdf_, at + 9);
    const std::optional<StreamObject> table =
        offset ? stream_at(pdf_, offset->value) : std::nullopt;
    if (!table || !table->is("/XRef")) refuse("there is neither a date nor a compressed table");
    for (const char *key : {"/Index", "/DecodeParms", "/Prev", "/Encrypt"}) {
      if (table->is(key)) refuse(fmt::format("its table has {}", key));
    }
    table_ = *table;
    const std::string rows = inflated(pdf_.substr(table_.bytes, length_of(table_).value));
    const std::vector<std::size_t> widths = widths_of(table_.dictionary);
    for (std::size_t at_row = 0; at_row < rows.size();) {
      std::size_t values[3] = {};
      for (std::size_t field = 0; field < 3; ++field) {
        if (at_row + widths[field] > rows.size()) refuse("its table is cut short");
        for (std::size_t i = 0; i < widths[field]; ++i)
          values[field] = values[field] << 8 | static_cast<unsigned char>(rows[at_row++]);
      }
      entries_.push_back({values[0], values[1], values[2]});
    }
  }

  // "/W [1 2 2]"; a kind that takes no byte would be 1, and cairo writes none such.
  static std::vector<std::size_t> widths_of(std::string_view dictionary) {
    const std::size_t at = dictionary.find("/W [");
    std::vector<std::size_t> widths;
    for (std::size_t next = at + 4; at != std::string_view::npos && widths.size() < 3;) {
      const std::optional<Number> width = number_at(dictionary, next);
      if (!width || width->value < 1 || width->value > 8) break;
      widths.push_back(width->value);
      next = width->end;
    }
    if (widths.size() != 3) refuse("its table has no widths");
    return widths;
  }

  // Of a stream's bytes: in its dictionary, or in an object that this names ("/Length 9 0 R").
  Number length_of(const StreamObject &object) const {
    const std::size_t key = object.dictionary.find("/Length ");
    std::optional<Number> length =
        key == std::string_view::npos ? std::nullopt : number_at(pdf_, object.begin + key + 8);
    if (length && pdf_.substr(length->end, 4) == " 0 R") {
      if (length->value >= entries_.size() || entries_[length->value].kind != 1)
        refuse("a length is not there");
      const std::size_t at = pdf_.find("obj", entries_[length->value].first);
      length = at == std::string_view::npos ? std::nullopt : number_at(pdf_, at + 3);
    }
    if (!length || object.bytes > pdf_.size() || length->value > pdf_.size() - object.bytes)
      refuse("a stream has no length");
    return *length;
  }

  // Where what stood at `offset` stands after the edits.
  std::size_t moved(std::size_t offset) const {
    std::size_t to = offset;
    for (const Edit &edit : edits_) {
      if (edit.begin < offset) to += edit.text.size() - (edit.end - edit.begin); // modulo 2^64
    }
    return to;
  }

  // All up to the table with the edits, then the table anew, its offsets 4 bytes wide whatever they were.
  std::string written() const {
    std::string out;
    std::size_t at = 0;
    for (const Edit &edit : edits_) {
      out += pdf_.substr(at, edit.begin - at);
      out += edit.text;
      at = edit.end;
    }
    if (at > table_.begin) refuse("something stands behind its table");
    out += pdf_.substr(at, table_.begin - at);
    const std::size_t begin = out.size();
    const std::string rows = deflated(moved_rows());
    out += new_dictionary(rows.size());
    out += "stream\n" + rows + "\nendstream\nendobj\n";
    return out + fmt::format("startxref\n{}\n%%EOF\n", begin);
  }

  std::string moved_rows() const {
    std::string rows;
    for (const Entry &entry : entries_) {
      rows += static_cast<char>(entry.kind);
      const std::size_t first = entry.kind == 1 ? moved(entry.first) : entry.first;
      if (first > UINT32_MAX) refuse("it is too large");
      for (int shift = 24; shift >= 0; shift -= 8) rows += static_cast<char>(first >> shift & 0xff);
      for (int shift = 8; shift >= 0; shift -= 8)
        rows += static_cast<char>(entry.second >> shift & 0xff);
    }
    return rows;
  }

  std::string new_dictionary(std::size_t length) const {
    std::string text(table_.dictionary);
    const std::size_t widths = text.find("/W [");
    text.replace(widths, text.find(']', widths) + 1 - widths, "/W [1 4 2]");
    const std::size_t key = text.find("/Length ") + 8;
    const std::size_t end = text.find_first_not_of("0123456789", key);
    return text.replace(key, end - key, std::to_string(length));
  }

  std::string_view pdf_;
  StreamObject table_;
  std::vector<Entry> entries_;
  std::vector<Edit> edits_; // in the order of the file
};

} // namespace

std::string undated_pdf(std::string pdf) {
  if (overwrite_date(pdf)) return pdf;
  return CompressedPdf(pdf).undated();
}

bool has_font(const std::string &pdf) { return pdf.find("/Font") != std::string::npos; }

} // namespace pursuit
