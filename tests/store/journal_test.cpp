#include <gtest/gtest.h>

#include "base/sha256.hpp"
#include "memory_disk.hpp"
#include "store/journal.hpp"

namespace pursuit {
namespace {

constexpr const char *k_path = "out/x/journal.jsonl";

class JournalTest : public testing::Test {
protected:
  std::string &text() { return disk_.files[k_path]; }
  std::vector<std::string> events() {
    std::vector<std::string> words;
    for (const JournalLine &line : read_journal(disk_, k_path).lines) words.push_back(line.event);
    return words;
  }
  void write(std::initializer_list<const char *> words) {
    Journal journal(disk_, clock_, k_path);
    for (const char *word : words) journal.append(word, "", true);
  }
  MemoryDisk disk_;
  StoppedClock clock_;
};

using Words = std::vector<std::string>;

TEST_F(JournalTest, LinesHaveTheirGrammar) {
  Journal journal(disk_, clock_, k_path);
  journal.append("start", "", true);
  journal.append("run_done", R"("run":"ab12","seconds":3.5)", true);
  const std::string first = R"({"t":"2026-02-11T18:12:02Z","event":"start")";
  const std::string second =
      R"({"t":"2026-02-11T18:12:02Z","event":"run_done","run":"ab12","seconds":3.5)";
  EXPECT_EQ(text(), first + ",\"crc\":\"" + sha256_hex(first).substr(0, 16) + "\"}\n" + second +
                        ",\"crc\":\"" + sha256_hex(second).substr(0, 16) + "\"}\n");
  const JournalText read = read_journal(disk_, k_path);
  ASSERT_EQ(read.lines.size(), 2u);
  EXPECT_EQ(read.lines[1].event, "run_done");
  EXPECT_EQ(read.lines[1].json, second + "}");
  EXPECT_EQ(read.damaged, 0);
  EXPECT_EQ(read.whole_bytes, text().size());
}

TEST_F(JournalTest, NoFileIsAnEmptyJournal) {
  EXPECT_TRUE(read_journal(disk_, k_path).lines.empty());
  EXPECT_EQ(read_journal(disk_, k_path).damaged, 0);
}

TEST_F(JournalTest, ATornTailIsCutAndTheNextStartGoesOn) {
  write({"start", "plan"});
  const std::string whole = text();
  const std::size_t first_line = whole.find('\n') + 1;
  for (std::size_t length = 0; length < whole.size(); ++length) {
    text() = whole.substr(0, length);
    const std::size_t kept = length < first_line ? 0 : first_line;
    const JournalText read = read_journal(disk_, k_path);
    EXPECT_EQ(read.whole_bytes, kept) << length;
    EXPECT_EQ(read.damaged, 0) << length;
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
    text() = whole;
    text()[at] = static_cast<char>(text()[at] ^ 0x40);
    EXPECT_EQ(events(), (Words{"start", "end"})) << at;
    EXPECT_EQ(read_journal(disk_, k_path).damaged, 1) << at;
    write({}); // a start mends only the tail
    EXPECT_EQ(events(), (Words{"start", "end"})) << at;
  }
}

TEST_F(JournalTest, ZerosLeftByAPowerCutAreATornTail) {
  write({"start"});
  text() += std::string(4096, '\0');
  write({"end"});
  EXPECT_EQ(events(), (Words{"start", "end"}));
  EXPECT_EQ(read_journal(disk_, k_path).damaged, 0);
}

TEST_F(JournalTest, AFailedAppendCostsOnlyItsOwnLine) {
  Journal journal(disk_, clock_, k_path);
  journal.append("start", "", true);
  disk_.appends_before_full = 0;
  EXPECT_THROW(journal.append("plan", "", true), RunError);
  disk_.appends_before_full = 1 << 30;
  journal.append("end", "", true);
  EXPECT_EQ(events(), (Words{"start", "end"}));
  EXPECT_EQ(read_journal(disk_, k_path).damaged, 1);
}

} // namespace
} // namespace pursuit
