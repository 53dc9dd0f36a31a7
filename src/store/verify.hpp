// Whether what an experiment left is still what its manifest says: every file that the manifest
// names is rehashed, every record, the journal and the manifest itself are read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/disk.hpp"
#include "store/evaluation_record.hpp"
#include "store/manifest.hpp"

namespace pursuit {

struct Finding {
  enum class Kind {
    damaged,
    missing,
    unreadable, // it is there, and this user may not read it, or this version cannot
    foreign,    // nothing of ours names it: no fault
    note        // worth knowing: no fault
  };
  Kind kind = Kind::damaged;
  std::string path; // relative to output_dir where it lies in it
  std::string what; // how it differs
  std::string next; // what to do, or empty
};
std::string_view to_text(Finding::Kind kind);
bool is_fault(const Finding &finding);

struct Verification {
  std::vector<Finding> findings;
  int files = 0; // read
  std::uint64_t bytes = 0;
};

struct VerifyPlace {
  std::filesystem::path output_dir, folder; // folder: <output_dir>/<name>
  // For the messages: what trains what is missing, and what draws the figures again.
  std::string run_command, report_command;
  bool live = false; // somebody runs it: its journal may end in the middle
};

// What a record says and its files say too, found out anew by folders above this one.
struct Recomputed {
  // What an evaluation file is of, and the measures taken from it; `file` is left empty. Throws RunError.
  std::function<EvaluationRecord(const std::string &bytes, const std::filesystem::path &path)>
      evaluation;
  // Whether a network with these losses diverged; nothing where its data is not at hand.
  std::function<std::optional<bool>(const RunSpec &spec, const std::optional<LossSummary> &loss)>
      diverged;
};

// Reads, writes nothing. What is damaged is a finding, never an exception. Without a manifest that
// can be read, every run of output_dir is looked at.
Verification verify(Disk &disk, const VerifyPlace &place, const Recomputed &recomputed);

} // namespace pursuit
