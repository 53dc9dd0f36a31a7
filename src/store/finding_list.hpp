// What a verification has found so far, and how a file that it reads becomes a finding.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "base/errors.hpp"
#include "store/recorded_files.hpp"
#include "store/verify.hpp"

namespace pursuit {

class FindingList {
public:
  FindingList(Disk &disk, std::filesystem::path output_dir)
      : disk_(disk), output_dir_(std::move(output_dir)) {}

  void add(Finding::Kind kind, const std::filesystem::path &path, std::string what,
           std::string next = "");
  // What an exception of reading or parsing a file says of it.
  void add_fault(const RunError &error, const std::filesystem::path &path, const std::string &next);
  // `look` at a file; what it throws is a finding.
  template <class Look>
  void look_at(const std::filesystem::path &path, const std::string &next, Look look) {
    try {
      look();
    } catch (const RunError &error) {
      add_fault(error, path, next);
    }
  }
  // The bytes of a file that should be there; otherwise a finding.
  std::optional<std::string> read(const std::filesystem::path &path, const std::string &next);
  // The bytes of a recorded file that has its size and SHA-256; otherwise a finding. One of another size is not read.
  std::optional<std::string> intact(const RecordedFile &file, const std::string &next);
  void count_file() { ++result_.files; }
  Verification result() && { return std::move(result_); }

private:
  Disk &disk_;
  std::filesystem::path output_dir_;
  Verification result_;
};

} // namespace pursuit
