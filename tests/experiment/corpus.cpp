#include "corpus.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace pursuit::test {

namespace fs = std::filesystem;

fs::path corpus_folder() {
  const char *source = std::getenv("PURSUIT_SOURCE_DIR");
  return fs::path(source == nullptr ? "." : source) / "tests" / "experiment";
}

std::vector<fs::path> yaml_files(const fs::path &folder) {
  std::vector<fs::path> files;
  for (const fs::directory_entry &entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string file_text(const fs::path &path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

ExperimentOptions options_in(const std::string &text) {
  ExperimentOptions options;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto value_of = [&](const std::string &option) {
      const std::string start = "#! " + option + " ";
      return line.starts_with(start) ? std::optional(line.substr(start.size())) : std::nullopt;
    };
    if (const std::optional<std::string> set = value_of("--set")) options.sets.push_back(*set);
    if (const std::optional<std::string> data = value_of("--data")) options.data = data;
    if (const std::optional<std::string> dir = value_of("--output_dir")) options.output_dir = dir;
  }
  return options;
}

std::string complaints_of(const fs::path &folder, const std::string &file) {
  const fs::path before = fs::current_path();
  fs::current_path(folder);
  std::string complaints;
  try {
    read_experiment(real_disk(), file, options_in(file_text(file)));
  } catch (const ConfigError &error) {
    complaints = std::string(error.what()) + "\n";
  }
  fs::current_path(before);
  return complaints;
}

} // namespace pursuit::test
