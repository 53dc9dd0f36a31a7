// Reads the arrays of a MATLAB v5 file and everything in them, whoever made the file: each tag, size and dimension is held
// against the bytes that are there before anything is made of it. See mat_format.hpp for the grammar.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/mat_file.hpp"
#include "base/mat_format.hpp"

namespace pursuit {

// One for a file.
class MatWalk {
public:
  MatWalk(const std::filesystem::path &path, bool swap_bytes) : path_(path), swap_(swap_bytes) {}

  // Takes the next part off `rest`.
  MatPart take(std::string_view &rest) const;
  // `body`: a top-level array without its tag. Of a class that is not read (MatVariable) only the head.
  MatVariable read_array(std::string_view body);
  // Throws RunError: path, variable, fault.
  [[noreturn]] void fail(const std::string &fault) const;

private:
  struct Head {
    unsigned array_class = 0; // the format's number
    bool complex = false, logical = false;
    std::size_t elements = 0; // product of the dimensions
    std::vector<std::size_t> dims;
    std::string name;
  };
  Head take_head(std::string_view &rest) const;
  void take_dims(std::string_view &rest, Head &head) const;
  // Each takes what it reads off `rest`.
  MatVariable read_contents(const Head &head, std::string_view rest, int depth);
  MatData read_numbers(const Head &head, std::string_view &rest) const;
  std::string read_text(const Head &head, std::string_view &rest) const;
  void check_cells(const Head &head, std::string_view &rest, int depth);
  MatStruct read_struct(const Head &head, std::string_view &rest, int depth);
  std::vector<std::string> take_names(std::string_view &rest) const;
  MatVariable read_nested(const std::string &name, std::string_view &rest, int depth);

  const std::filesystem::path &path_;
  bool swap_;
  std::size_t nested_ = 0; // arrays in structs so far, of the whole file
  std::string place_;      // of what is read, for messages: Data(3).highCont
};

} // namespace pursuit
