// Walks one array of a MATLAB v5 file and everything in it; see mat_guard.hpp for the grammar.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/mat_guard.hpp"

namespace pursuit {

// What stands between two tags.
struct MatPart {
  MatType type = MatType::int8;
  std::string_view data;
  bool in_tag = false; // the tag itself holds the data
};

struct MatHead {
  unsigned array_class = 0; // the format's number
  bool complex = false;
  std::size_t elements = 0; // product of the dimensions
  std::string name;
  bool readable = true; // false: sound, but holds what is not read
};

// Whether contents of this class are read; the format's name of a class.
bool is_read_class(unsigned array_class);
const char *mat_class_name(unsigned array_class);

class MatWalk {
public:
  MatWalk(const std::filesystem::path &path, bool swap_bytes) : path_(path), swap_(swap_bytes) {}

  // Takes the next part off `rest`.
  MatPart take(std::string_view &rest) const;
  // `body`: a top-level array without its tag. Checks all of it, but for classes that are not read.
  MatHead check_array(std::string_view body);
  // Throws RunError: path, variable, fault.
  [[noreturn]] void fail(const std::string &fault) const;

private:
  MatHead take_head(std::string_view &rest) const;
  std::size_t take_dims(std::string_view &rest) const;
  // Each takes what it checks off `rest`.
  void check_contents(const MatHead &head, std::string_view rest, int depth);
  void check_numbers(const MatHead &head, const MatPart &part) const;
  void check_cells(const MatHead &head, std::string_view &rest, int depth);
  void check_struct(const MatHead &head, std::string_view &rest, int depth);
  void check_nested(const std::string &name, std::string_view &rest, int depth);

  const std::filesystem::path &path_;
  bool swap_;
  bool readable_ = true;
  std::string place_; // of what is walked, for messages: Data(3).highCont
};

} // namespace pursuit
