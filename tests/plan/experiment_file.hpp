// The text of an experiment file through the real reader, for tests of plan/ that begin there.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/disk.hpp"
#include "experiment/read_experiment.hpp"

namespace pursuit::building {

// A scratch folder for each test.
class ExperimentFile : public testing::Test {
protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Experiment read(const std::string &text, const ExperimentOptions &options = {}) const {
    const std::filesystem::path file = folder_ / "test.yaml";
    std::ofstream(file) << text;
    return read_experiment(real_disk(), file.string(), options);
  }

  // A line each, without the folder.
  static std::vector<std::string> lines_of(std::vector<Complaint> complaints) {
    std::vector<std::string> lines;
    for (Complaint &complaint : complaints) {
      complaint.where.file = std::filesystem::path(complaint.where.file).filename().string();
      lines.push_back(to_text(complaint));
    }
    return lines;
  }

private:
  std::filesystem::path folder_;
};

} // namespace pursuit::building
