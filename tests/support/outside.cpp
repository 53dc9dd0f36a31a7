#include "support/outside.hpp"

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <vector>

#include <sys/wait.h>

namespace pursuit {

namespace fs = std::filesystem;

Scratch::Scratch() {
  std::string name = (fs::temp_directory_path() / "pursuit_test_XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a scratch folder");
  path_ = name;
}

Scratch::~Scratch() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

namespace {

std::string environment(const char *name) {
  const char *value = std::getenv(name);
  return value == nullptr ? "" : value;
}

} // namespace

Ended shell(const fs::path &folder, const std::string &command) {
  const Scratch streams;
  const std::string path = environment("PURSUIT_BUILD_DIR") + "/bin:" + environment("PATH");
  const std::string whole = "cd '" + folder.string() + "' && export PATH='" + path +
                            "' XDG_CACHE_HOME='" + environment("PURSUIT_BUILD_DIR") +
                            "/cache' && { " + command + "\n} >'" + (streams / "out").string() +
                            "' 2>'" + (streams / "err").string() + "'";
  const int status = std::system(whole.c_str());
  Ended ended;
  ended.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  ended.out = read_file(streams / "out");
  ended.err = read_file(streams / "err");
  return ended;
}

Ended run_program(const std::string &command) {
  return shell(fs::current_path(), "{ " + command + "\n} 2>&1");
}

std::string read_file(const fs::path &path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void write_file(const fs::path &path, const std::string &text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

fs::path source_dir() { return environment("PURSUIT_SOURCE_DIR"); }

fs::path test_data() {
  const std::string given = environment("PURSUIT_TEST_DATA");
  const fs::path folder = given.empty() ? source_dir() / ".." / "shared" : fs::path(given);
  return fs::exists(folder / "golden") ? fs::absolute(folder) : fs::path();
}

std::string python() { return "/usr/bin/python3"; }

bool python_has(const std::string &module) {
  return run_program(python() + " -c 'import " + module + "'").exit_code == 0;
}

std::string all_models(const fs::path &output_dir) {
  std::map<std::string, std::string> files;
  for (const fs::directory_entry &entry : fs::directory_iterator(output_dir / "models/pursuit")) {
    files[entry.path().filename().string()] = read_file(entry.path());
  }
  // Two folders without models are equal, and prove nothing.
  if (files.empty()) throw std::runtime_error("no models in " + output_dir.string());
  std::string text;
  for (const auto &[name, bytes] : files) text += name + "\n" + bytes;
  return text;
}

std::string small_experiment() {
  return "format: pursuit-experiment/1\n"
         "name: small\n"
         "defaults: {N: 9, tau: 30, gain: 1.5}\n"
         "evaluate: {trials: 2}\n"
         "stages:\n"
         "  weights: {mode: activation, stage: 1, n_trials: 30, seeds: [1, 2]}\n"
         "  adapt:\n"
         "    mode: activation\n"
         "    stage: 2\n"
         "    needs: weights\n"
         "    n_trials: 20\n"
         "    sweep: {grid: {activation: [input_gain, threshold, response_gain]}}\n";
}

} // namespace pursuit
