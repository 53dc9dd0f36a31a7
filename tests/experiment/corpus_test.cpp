#include "corpus.hpp"

#include <gtest/gtest.h>

namespace pursuit::test {
namespace {

namespace fs = std::filesystem;

TEST(Corpus, every_valid_file_is_read) {
  const fs::path folder = corpus_folder() / "valid";
  const std::vector<fs::path> files = yaml_files(folder);
  ASSERT_GE(files.size(), 10u);
  for (const fs::path &file : files)
    EXPECT_EQ(complaints_of(folder, file.filename().string()), "") << file;
}

TEST(Corpus, every_broken_file_gets_exactly_its_messages) {
  const fs::path folder = corpus_folder() / "broken";
  const std::vector<fs::path> files = yaml_files(folder);
  ASSERT_GE(files.size(), 70u);
  for (const fs::path &file : files) {
    fs::path expected = file;
    expected.replace_extension(".expected");
    ASSERT_TRUE(fs::exists(expected)) << expected;
    EXPECT_EQ(complaints_of(folder, file.filename().string()), file_text(expected)) << file;
  }
}

} // namespace
} // namespace pursuit::test
