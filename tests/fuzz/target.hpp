// Everything in the program that reads bytes which somebody else may have written, one target each.
// The same functions run under libFuzzer (libfuzzer.cpp) and over stored files in the test suite
// (corpus_test.cpp).
#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace pursuit::fuzz {

struct Target {
  std::string_view name; // also of its folder in corpus/ and regressions/
  bool is_mat = false;   // its bytes are a MATLAB file
  // Reads `bytes` as the program does. ConfigError and RunError are how bytes are refused; whatever
  // else is thrown is a finding.
  void (*read)(std::string_view bytes);
};

std::span<const Target> targets();

// Whether the target takes the bytes. Lets every finding out as an exception.
bool takes(const Target &target, std::string_view bytes);

// Something the program promises of what it has read does not hold.
class BrokenPromise : public std::logic_error {
public:
  using std::logic_error::logic_error;
};

void promise(bool holds, const std::string &what);

// Bytes that are taken can be written, what is written is taken, and is written the same again.
template <class Read, class Write>
void promise_round_trip(const Read &read, const Write &write, const std::string &bytes) {
  const std::string written = write(read(bytes));
  std::string again;
  try {
    again = write(read(written));
  } catch (const std::exception &error) {
    throw BrokenPromise(std::string("what was written is refused: ") + error.what());
  }
  promise(written == again, "what was read is written differently the second time");
}

// The targets, by what their bytes are.
void read_experiment_file(std::string_view yaml);
void read_set_option(std::string_view option);
void read_filter(std::string_view text);
void read_journal_file(std::string_view lines);
void read_manifest(std::string_view json);
void read_result(std::string_view json);
void read_run(std::string_view json);
void read_worker_job(std::string_view line);
void read_worker_event(std::string_view line);
void read_checkpoint(std::string_view bytes);
void read_model_file(std::string_view mat);
void read_behavior_file(std::string_view mat);
void read_replay_file(std::string_view mat);

} // namespace pursuit::fuzz
