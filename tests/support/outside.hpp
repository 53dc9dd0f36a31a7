// The world outside the test: a scratch folder, a command, what came of it; the source tree, Python.
#pragma once

#include <filesystem>
#include <string>

namespace pursuit {

// A new empty folder, removed at the end of its life.
class Scratch {
public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch &) = delete;
  Scratch &operator=(const Scratch &) = delete;

  const std::filesystem::path &path() const { return path_; }
  std::filesystem::path operator/(const std::string &name) const { return path_ / name; }

private:
  std::filesystem::path path_;
};

struct Ended {
  int exit_code = 0; // 128 + signal when killed
  std::string out, err;
};

// Runs a shell command in `folder`, with pursuit-run, pursuit-train first on PATH, and without touching what the user's own
// starts have measured.
Ended shell(const std::filesystem::path &folder, const std::string &command);
// The same where the test runs, with what it writes to stderr in `out`.
Ended run_program(const std::string &command);

// Throws where it cannot be read.
std::string read_file(const std::filesystem::path &path);
// Makes its folder too.
void write_file(const std::filesystem::path &path, const std::string &text);

std::filesystem::path source_dir();
// The folder with the golden cases and the recorded data; empty where it is absent.
std::filesystem::path test_data();
// The Python that has scipy, as the packages of the set-up install it.
std::string python();
bool python_has(const std::string &module);

// Files under models/pursuit of an output folder: name -> bytes, as one text to compare. Throws where there is none.
std::string all_models(const std::filesystem::path &output_dir);

// What a small experiment looks like: two stage-1 networks, three stage-2 ones each.
std::string small_experiment();

} // namespace pursuit
