// The bytes of a file before they are parsed: are they text that YAML allows, and where in the file
// is a byte.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/errors.hpp"
#include "experiment/faults.hpp"

namespace pursuit {

inline constexpr std::size_t k_largest_file = 4 * 1024 * 1024;

void complain_of_size(const std::string &file, std::uint64_t bytes, Faults &faults);

class SourceText {
public:
  // `bytes` must outlive this. `file` is for places; a file that is an option ("--set a.b") has no
  // lines.
  SourceText(std::string_view bytes, std::string file, bool has_lines = true);

  // The text without its byte order mark.
  std::string_view text() const { return text_; }

  // Complains of a file that is too large, not UTF-8, or holds control characters or lone carriage returns; false if so.
  bool check(Faults &faults) const;

  // The place of a line and a byte in it, both from 0. Columns count characters, as editors do.
  Where at(int line, int byte_column) const;
  Where start() const { return at(0, 0); }

  // The first line, up to `line`, that is indented by a tab.
  std::optional<Where> tab_in_indentation(int line) const;

  // The first character of lines [first, last], from 0, that looks like a space and is none, comments aside.
  struct NamedPlace {
    Where where;
    std::string name;
  };
  std::optional<NamedPlace> odd_space(int first, int last) const;

private:
  Where at_offset(std::size_t offset) const;

  std::string_view text_;
  std::size_t file_bytes_;
  std::string file_;
  bool has_lines_;
  std::vector<std::size_t> line_starts_; // offset of the first byte of each line
  // Where the last question stood: places are asked for in order, and a line may be the whole file.
  struct Counted {
    std::size_t offset = 0;
    int column = 1;
  };
  mutable Counted counted_;
};

} // namespace pursuit
