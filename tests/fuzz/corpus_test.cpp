// The stored files of every target: seeds (corpus/) and what once was a finding (regressions/).
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>

#include <gtest/gtest.h>

#include "target.hpp"

namespace pursuit::fuzz {

void PrintTo(const Target &target, std::ostream *out) { *out << target.name; }

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_in(const char *kind, const Target &target) {
  const fs::path folder =
      fs::path(std::getenv("PURSUIT_SOURCE_DIR")) / "tests/fuzz" / kind / target.name;
  std::vector<fs::path> files;
  if (!fs::exists(folder)) return files;
  for (const fs::directory_entry &entry : fs::directory_iterator(folder))
    files.push_back(entry.path());
  return files;
}

std::string bytes_of(const fs::path &path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Fuzz : public ::testing::TestWithParam<Target> {};

// A seed named valid_* is taken; if a format has changed, `write_seeds tests/fuzz/corpus` writes
// them anew.
TEST_P(Fuzz, TakesItsSeeds) {
  const std::vector<fs::path> files = files_in("corpus", GetParam());
  int valid = 0;
  for (const fs::path &file : files) {
    const bool is_valid = file.filename().string().starts_with("valid_");
    valid += is_valid ? 1 : 0;
    bool taken = false;
    EXPECT_NO_THROW(taken = takes(GetParam(), bytes_of(file))) << file;
    EXPECT_TRUE(taken || !is_valid) << file;
  }
  EXPECT_GT(valid, 0);
}

TEST(FuzzFiles, AreThere) {
  std::size_t regressions = 0;
  for (const Target &target : targets()) {
    EXPECT_FALSE(files_in("corpus", target).empty()) << target.name; // else nothing is cut short
    regressions += files_in("regressions", target).size();
  }
  EXPECT_GE(targets().size(), 13u);
  EXPECT_GE(regressions, 6u);
}

TEST_P(Fuzz, OldFindingsStayMended) {
  for (const fs::path &file : files_in("regressions", GetParam()))
    EXPECT_NO_THROW(takes(GetParam(), bytes_of(file))) << file;
}

// Cut anywhere: refused or taken, never worse.
TEST_P(Fuzz, CutShortIsNoHarm) {
  for (const fs::path &file : files_in("corpus", GetParam())) {
    const std::string bytes = bytes_of(file);
    const std::size_t step = 1 + bytes.size() / 200;
    for (std::size_t length = 0; length < bytes.size(); length += step)
      EXPECT_NO_THROW(takes(GetParam(), bytes.substr(0, length))) << file << " cut at " << length;
  }
}

INSTANTIATE_TEST_SUITE_P(Reading, Fuzz, ::testing::ValuesIn(targets().begin(), targets().end()),
                         [](const ::testing::TestParamInfo<Target> &param_info) {
                           return std::string(param_info.param.name);
                         });

} // namespace
} // namespace pursuit::fuzz
