#include <gtest/gtest.h>

#include <memory>

#include "base/errors.hpp"
#include "base/sha256.hpp"
#include "store/journal.hpp"
#include "support/clocks.hpp"
#include "support/memory_disk.hpp"
#include "support/pessimistic_files.hpp"

namespace pursuit {
namespace {

constexpr const char *k_path = "/out/x/journal.jsonl";

class JournalTest : public testing::Test {
protected:
  std::string text() { return files_.bytes(k_path).value_or(""); }
  void set_text(const std::string &text) { files_.put(k_path, text); }
  JournalText read() { return read_journal(*disk_, k_path); }
  std::vector<std::string> events() {
    std::vector<std::string> words;
    for (const JournalLine &line : read().lines) words.push_back(line.event);
    return words;
  }
  void write(std::initializer_list<const char *> words) {
    Journal journal(*disk_, clock_, k_path);
    for (const char *word : words) journal.append(word, "", true);
  }
  test::PessimisticFiles files_;
  std::unique_ptr<Disk> disk_ = make_disk(files_);
  StoppedClock clock_;
};

using Words = std::vector<std::string>;

TEST_F(JournalTest, LinesHaveTheirGrammar) {
  Journal journal(*disk_, clock_, k_path);
  journal.append("start", "", true);
  journal.append("run_done", R"("run":"ab12","seconds":3.5)", true);
  const std::string first = R"({"t":"2026-02-11T18:12:02Z","event":"start")";
  const std::string second =
      R"({"t":"2026-02-11T18:12:02Z","event":"run_done","run":"ab12","seconds":3.5)";
  EXPECT_EQ(text(), first + ",\"crc\":\"" + sha256_hex(first).substr(0, 16) + "\"}\n" + second +
                        ",\"crc\":\"" + sha256_hex(second).substr(0, 16) + "\"}\n");
  const JournalText found = read();
  ASSERT_EQ(found.lines.size(), 2u);
  EXPECT_EQ(found.lines[1].event, "run_done");
  EXPECT_EQ(found.lines[1].json, second + "}");
  EXPECT_EQ(found.damaged, 0);
  EXPECT_EQ(found.whole_bytes, text().size());
}

TEST_F(JournalTest, NoFileIsAnEmptyJournal) {
  EXPECT_TRUE(read().lines.empty());
  EXPECT_EQ(read().damaged, 0);
}

TEST_F(JournalTest, ATornTailIsCutAndTheNextStartGoesOn) {
  write({"start", "plan"});
  const std::string whole = text();
  const std::size_t first_line = whole.find('\n') + 1;
  for (std::size_t length = 0; length < whole.size(); ++length) {
    set_text(whole.substr(0, length));
    const std::size_t kept = length < first_line ? 0 : first_line;
    EXPECT_EQ(read().whole_bytes, kept) << length;
    EXPECT_EQ(read().damaged, 0) << length;
    EXPECT_EQ(text().size(), length) << "reading changes nothing";
    write({"end"});
    EXPECT_EQ(events(), kept == 0 ? Words{"end"} : (Words{"start", "end"})) << length;
  }
}

TEST_F(JournalTest, ADamagedLineIsCountedAndSkipped) {
  write({"start", "plan", "end"});
  const std::string whole = text();
  const std::size_t begin = whole.find('\n') + 1;
  const std::size_t end = whole.find('\n', begin);
  for (std::size_t at = begin; at < end; ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x40);
    set_text(damaged);
    EXPECT_EQ(events(), (Words{"start", "end"})) << at;
    EXPECT_EQ(read().damaged, 1) << at;
    EXPECT_EQ(read().first_damaged, 2) << at;
  }
}

TEST_F(JournalTest, ZerosLeftByAPowerCutAreATornTail) {
  write({"start"});
  set_text(text() + std::string(10000, '\0'));
  write({"end"});
  EXPECT_EQ(events(), (Words{"start", "end"}));
  EXPECT_EQ(read().damaged, 0);
}

TEST_F(JournalTest, AFullDiskLeavesNoPartOfALine) {
  Journal journal(*disk_, clock_, k_path);
  journal.append("start", "", true);
  files_.capacity = text().size() + 20;
  EXPECT_THROW(journal.append("plan", "", true), RunError);
  EXPECT_EQ(text().back(), '\n');
  files_.capacity = SIZE_MAX;
  journal.append("end", "", true);
  EXPECT_EQ(events(), (Words{"start", "end"}));
  EXPECT_EQ(read().damaged, 0);
}

TEST_F(JournalTest, DurableLinesSurviveAPowerCut) {
  write({"start"});
  files_.die_at(1, test::Loss::everything);
  EXPECT_THROW(write({"end"}), test::Death);
  files_.restart();
  EXPECT_EQ(events(), Words{"start"});
}

// Two starts that append in turn, each with a Journal of its own.
TEST_F(JournalTest, TwoMayAppendAtOnce) {
  Journal one(*disk_, clock_, k_path), other(*disk_, clock_, k_path);
  for (int i = 0; i < 3; ++i) {
    one.append("one", "", false);
    other.append("other", "", false);
  }
  EXPECT_EQ(events(), (Words{"one", "other", "one", "other", "one", "other"}));
}

} // namespace
} // namespace pursuit
