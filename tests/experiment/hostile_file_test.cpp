// Files that are made, or damaged, to hurt: always an Experiment or a ConfigError, and soon.
#include <ctime>
#include <fstream>
#include <random>

#include <gtest/gtest.h>

#include "corpus.hpp"
#include "experiment/faults.hpp"
#include "experiment/yaml_value.hpp"

namespace pursuit::test {
namespace {

// One file in memory.
class OneFile final : public Disk {
public:
  explicit OneFile(std::string bytes) : bytes_(std::move(bytes)) {}
  std::optional<std::string> read(const std::filesystem::path &path) override {
    return path == "x.yaml" ? std::optional(bytes_) : std::nullopt;
  }
  bool exists(const std::filesystem::path &path) override { return path == "x.yaml"; }
  std::optional<std::uint64_t> size(const std::filesystem::path &path) override {
    return path == "x.yaml" ? std::optional<std::uint64_t>(bytes_.size()) : std::nullopt;
  }
  void write_whole(const std::filesystem::path &, std::string_view) override { FAIL(); }
  bool write_new(const std::filesystem::path &, std::string_view) override { return false; }
  void append(const std::filesystem::path &, std::string_view, bool) override { FAIL(); }
  std::vector<std::string> list(const std::filesystem::path &) override { return {}; }
  void make_folders(const std::filesystem::path &) override { FAIL(); }
  void remove(const std::filesystem::path &) override { FAIL(); }
  void remove_abandoned(const std::filesystem::path &) override { FAIL(); }

private:
  std::string bytes_;
};

std::vector<Complaint> complaints(const std::string &bytes) {
  OneFile disk(bytes);
  try {
    read_experiment(disk, "x.yaml", {});
  } catch (const ConfigError &error) {
    return error.complaints();
  }
  return {};
}

// The first complaint, which must come within seconds of this process's own time (without
// sanitizers).
std::string quick_complaint(const std::string &bytes) {
  [[maybe_unused]] const std::clock_t start = std::clock();
  const std::vector<Complaint> found = complaints(bytes);
#ifndef PURSUIT_SANITIZED
  // Measured 0.05..0.7 s on one busy core; the limit leaves room for a slower one.
  EXPECT_LT(std::clock() - start, 3 * CLOCKS_PER_SEC);
#endif
  EXPECT_FALSE(found.empty());
  return found.empty() ? "" : found[0].what;
}

std::string repeated(const std::string &text, int count) {
  std::string result;
  for (int i = 0; i < count; ++i) result += text;
  return result;
}

TEST(HostileFile, deep_nesting_ends_with_a_clear_message) {
  for (const char *opening : {"[", "{", "- ", "? ", "[{", "{a: ", "[a: "}) {
    const std::string what = quick_complaint(repeated(opening, 100'000));
    EXPECT_EQ(what, "nested deeper than 64 levels") << opening;
  }
  std::string staircase;
  for (int i = 0; i < 2000; ++i)
    staircase += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  EXPECT_EQ(quick_complaint(staircase), "nested deeper than 64 levels");
}

TEST(HostileFile, aliases_that_explode_are_stopped) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 30; ++i) {
    const std::string below = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + below +
            repeated(", " + below, 9) + "]\n";
  }
  EXPECT_EQ(quick_complaint(bomb),
            "with its aliases written out, the file has more than 1000000 values");
}

TEST(HostileFile, anchors_inside_anchors_are_stopped) {
  // Each list is remembered whole: 60 times 300,000 values.
  const std::string text =
      "a: " + repeated("&x [", 60) + repeated("1,", 300'000) + repeated("]", 60);
  EXPECT_EQ(quick_complaint(text), "anchors hold more than 1000000 values");
}

TEST(HostileFile, large_files_are_refused_or_read_quickly) {
  EXPECT_NE(quick_complaint(std::string(5 << 20, ' ')).find("at most 4194304"), std::string::npos);
  quick_complaint("a: [" + repeated("1,", 1'300'000) + "]");
  quick_complaint("a: \"" + std::string(4'000'000, 'x') + "\"");
  quick_complaint("a: " + repeated("\xc3\xa9", 1'900'000));
  std::string keys;
  for (int i = 0; i < 200'000; ++i) keys += "k" + std::to_string(i) + ": 1\n";
  quick_complaint(keys);
}

TEST(HostileFile, many_faults_are_cut_short) {
  std::string keys;
  for (int i = 0; i < 5000; ++i) keys += "k" + std::to_string(i) + ": 1\n";
  const std::vector<Complaint> found = complaints(keys);
  EXPECT_EQ(found.size(), 101u);
  EXPECT_EQ(found.back().what, "these are the first 100 faults");
}

TEST(HostileFile, every_complaint_has_its_place) {
  for (const std::filesystem::path &file : yaml_files(corpus_folder() / "broken")) {
    for (const Complaint &complaint : complaints(file_text(file))) {
      EXPECT_EQ(complaint.where.file, "x.yaml") << complaint.what;
      EXPECT_GE(complaint.where.line, 1) << complaint.what;
      EXPECT_GE(complaint.where.column, 1) << complaint.what;
    }
  }
}

// Damages one to four bytes: another byte, one removed, a piece repeated.
std::string damaged(std::string text, std::mt19937 &random) {
  const std::string pieces = "{}[]:,-?&*!|>'\"#%@` \n\t~0159.eEx<_\xc3\x80\xff\x04";
  const int changes = 1 + static_cast<int>(random() % 4);
  for (int i = 0; i < changes && !text.empty(); ++i) {
    const std::size_t at = random() % text.size();
    switch (random() % 4) {
    case 0:
      text[at] = pieces[random() % pieces.size()];
      break;
    case 1:
      text.erase(at, 1 + random() % 8);
      break;
    case 2:
      text.insert(at, text.substr(random() % text.size(), random() % 40));
      break;
    default:
      text.insert(at, 1, pieces[random() % pieces.size()]);
    }
  }
  return text;
}

TEST(HostileFile, damaged_files_never_do_worse_than_complain) {
  std::mt19937 random(20240501); // a fixed seed: the same files every time
  std::vector<std::string> texts;
  for (const char *folder : {"valid", "broken"}) {
    for (const std::filesystem::path &file : yaml_files(corpus_folder() / folder))
      texts.push_back(file_text(file));
  }
  ASSERT_FALSE(texts.empty());
  int refused = 0;
  for (int i = 0; i < 4000; ++i) {
    const std::string text = damaged(texts[random() % texts.size()], random);
    try {
      refused += complaints(text).empty() ? 0 : 1; // anything but a ConfigError ends the test
    } catch (const std::exception &error) {
      FAIL() << error.what() << " from:\n" << text;
    }
  }
  EXPECT_GT(refused, 2000);
}

} // namespace
} // namespace pursuit::test
