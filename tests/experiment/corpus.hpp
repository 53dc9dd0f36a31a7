// The files of tests/experiment: valid/*.yaml, and broken/*.yaml with the exact messages beside them
// in *.expected. A line `#! --set PATH=VALUE` (or --data, --output_dir) gives an option.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "experiment/read_experiment.hpp"

namespace pursuit::test {

// tests/experiment of the source folder.
std::filesystem::path corpus_folder();

std::vector<std::filesystem::path> yaml_files(const std::filesystem::path &folder);

std::string file_text(const std::filesystem::path &path);

ExperimentOptions options_in(const std::string &text);

// What read_experiment complains of, one line each; "" if it reads the file. Messages name files
// relative to `folder`.
std::string complaints_of(const std::filesystem::path &folder, const std::string &file);

} // namespace pursuit::test
