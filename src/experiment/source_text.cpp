#include "experiment/source_text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/utf8.hpp"
#include "experiment/odd_spaces.hpp"

namespace pursuit {

namespace {

constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";

bool is_control(char c) {
  const unsigned char byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
}

} // namespace

void complain_of_size(const std::string &file, std::uint64_t bytes, Faults &faults) {
  faults.add(
      Where{file},
      fmt::format("the file has {} bytes; at most {} (4 MiB) are read", bytes, k_largest_file),
      "an experiment file is a page of text: is this the right file?");
}

SourceText::SourceText(std::string_view bytes, std::string file, bool has_lines)
    : text_(bytes), file_bytes_(bytes.size()), file_(std::move(file)), has_lines_(has_lines) {
  if (text_.starts_with(k_byte_order_mark)) text_.remove_prefix(k_byte_order_mark.size());
  line_starts_.push_back(0);
  if (file_bytes_ > k_largest_file) return;
  for (std::size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '\n') line_starts_.push_back(i + 1);
  }
}

bool SourceText::check(Faults &faults) const {
  if (file_bytes_ > k_largest_file) {
    complain_of_size(file_, file_bytes_, faults);
    return false;
  }
  for (std::size_t i = 0; i < text_.size();) {
    const std::size_t length = utf8_length(text_.substr(i));
    const unsigned byte = static_cast<unsigned char>(text_[i]);
    if (length == 0) {
      faults.add(at_offset(i), fmt::format("byte 0x{:02x} is not UTF-8", byte),
                 "save the file as UTF-8");
      return false;
    }
    if (is_control(text_[i])) {
      faults.add(at_offset(i), fmt::format("byte 0x{:02x} is a control character", byte),
                 "an experiment file is plain text; remove it");
      return false;
    }
    if (text_[i] == '\r' && text_.substr(i + 1, 1) != "\n") {
      faults.add(at_offset(i), "a carriage return (byte 0x0d) that no line feed follows",
                 "save the file with line ends of Unix (LF)");
      return false;
    }
    i += length;
  }
  return true;
}

Where SourceText::at(int line, int byte_column) const {
  if (!has_lines_) return Where{file_};
  if (line >= static_cast<int>(line_starts_.size())) return at_offset(text_.size());
  const std::size_t start = line_starts_[static_cast<std::size_t>(std::max(line, 0))];
  return at_offset(start + static_cast<std::size_t>(std::max(byte_column, 0)));
}

std::optional<Where> SourceText::tab_in_indentation(int line) const {
  for (std::size_t i = 0; i < line_starts_.size() && static_cast<int>(i) <= line; ++i) {
    const std::string_view rest = text_.substr(line_starts_[i]);
    const std::size_t tab = rest.find_first_not_of(' ');
    const std::size_t content = rest.find_first_not_of(" \t");
    const bool blank = content == std::string_view::npos || rest[content] == '\n' ||
                       rest[content] == '\r' || rest[content] == '#';
    if (tab != content && !blank) return at(static_cast<int>(i), static_cast<int>(tab));
  }
  return std::nullopt;
}

std::optional<SourceText::NamedPlace> SourceText::odd_space(int first, int last) const {
  for (int line = std::max(first, 0); line <= last; ++line) {
    if (line >= static_cast<int>(line_starts_.size())) return std::nullopt;
    const std::size_t start = line_starts_[static_cast<std::size_t>(line)];
    const std::string_view rest = text_.substr(start);
    const std::string_view content = rest.substr(0, std::min(rest.find('\n'), rest.find('#')));
    if (const std::optional<OddSpace> odd = find_odd_space(content))
      return NamedPlace{at_offset(start + odd->at), odd->name()};
  }
  return std::nullopt;
}

Where SourceText::at_offset(std::size_t offset) const {
  if (!has_lines_) return Where{file_};
  offset = std::min(offset, text_.size());
  const std::vector<std::size_t>::const_iterator next =
      std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const std::size_t line = static_cast<std::size_t>(next - line_starts_.begin());
  if (offset < counted_.offset || line_starts_[line - 1] > counted_.offset)
    counted_ = {line_starts_[line - 1], 1};
  for (; counted_.offset < offset; ++counted_.offset) {
    if ((static_cast<unsigned char>(text_[counted_.offset]) & 0xC0) != 0x80) ++counted_.column;
  }
  return Where{file_, static_cast<int>(line), counted_.column};
}

} // namespace pursuit
