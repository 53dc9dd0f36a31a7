#include <gtest/gtest.h>

#include <cmath>
#include <ctime>

#include "base/errors.hpp"
#include "examples.hpp"
#include "store/attempts.hpp"
#include "store/records.hpp"
#include "support/memory_disk.hpp"

namespace pursuit {
namespace {

TEST(RunJson, IsTheInverseOfItself) {
  for (const RunSpec &spec : {stage_1_spec(), stage_2_spec(), outside_spec()}) {
    const std::string text = run_json(spec, run_id(spec));
    const RunSpec read = parse_run_json(text);
    EXPECT_EQ(run_json(read, run_id(read)), text);
    EXPECT_EQ(canonical_text(read), canonical_text(spec));
    EXPECT_EQ(read.seed, spec.seed);
    EXPECT_EQ(read.settings.N, 3);
    EXPECT_EQ(read.settings.tau_ms, 30);
    EXPECT_EQ(std::isnan(read.settings.gain), std::isnan(spec.settings.gain));
    EXPECT_EQ(read.parent_file.path, spec.parent_file.path);
  }
}

TEST(RunJson, KeepsEveryDigit) {
  RunSpec spec = stage_1_spec();
  spec.settings.learning_rate = 1.0 / 3.0;
  spec.settings.tau_ms = 20.000000000000004;
  const RunSpec read = parse_run_json(run_json(spec, run_id(spec)));
  EXPECT_EQ(read.settings.learning_rate, 1.0 / 3.0);
  EXPECT_EQ(read.settings.tau_ms, 20.000000000000004);
}

std::string replaced(std::string text, const std::string &from, const std::string &to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(RunJson, OtherTextsAreErrors) {
  const std::string text = run_json(stage_1_spec(), run_id(stage_1_spec()));
  EXPECT_THROW(parse_run_json(""), RunError);
  EXPECT_THROW(parse_run_json("[]"), RunError);
  EXPECT_THROW(parse_run_json("null"), RunError);
  EXPECT_THROW(parse_run_json(text.substr(0, text.size() / 2)), RunError);
  EXPECT_THROW(parse_run_json(replaced(text, "pursuit-run/1", "pursuit-run/2")), RunError);
  EXPECT_THROW(parse_run_json(replaced(text, "\"seed\": 7", "\"seed\": -7")), RunError);
  EXPECT_THROW(parse_run_json(replaced(text, "\"seed\": 7", "\"seed\": \"7\"")), RunError);
  EXPECT_THROW(parse_run_json(replaced(text, "\"N\": 3", "\"N\": 3.5")), RunError);
  EXPECT_THROW(parse_run_json(replaced(text, "\"N\": 3", "\"N\": 0")), RunError);
  EXPECT_THROW(parse_run_json(replaced(text, "\"tau\": 30", "\"tau\": null")), RunError);
}

std::string fault_of(const std::string &text) {
  try {
    parse_run_json(text);
  } catch (const RunError &error) {
    return error.what();
  }
  return "taken";
}

TEST(RunJson, HasAParentInStage2Alone) {
  const std::string orphan =
      replaced(run_json(stage_2_spec(), run_id(stage_2_spec())),
               "\"parent\": \"" + stage_2_spec().parent_id + '"', "\"parent\": null");
  EXPECT_EQ(fault_of(orphan), "run.json: a stage-2 run without a parent");
  const std::string child =
      replaced(run_json(stage_1_spec(), run_id(stage_1_spec())), "\"parent\": null",
               "\"parent\": \"" + stage_2_spec().parent_id + '"');
  EXPECT_EQ(fault_of(child), "run.json: a stage-1 run with a parent");
}

TEST(RunJson, SettingsThatDoNotMakeTheIdAreAnError) {
  const std::string text = run_json(stage_1_spec(), run_id(stage_1_spec()));
  try {
    parse_run_json(replaced(text, "\"seed\": 7", "\"seed\": 8"));
    FAIL() << "seed 8 has another id";
  } catch (const RunError &error) {
    EXPECT_STREQ(error.what(), "run.json: its id is not the hash of its settings");
  }
}

class RecordTest : public testing::Test {
protected:
  RecordTest() {
    record_.state = RunState::done;
    record_.model = ModelFile{"models/pursuit/x.mat", sha256_hex("the model"), 9};
    record_.parent_sha256 = sha256_hex("parent");
    record_.loss = LossSummary{6.13, 0.5, 1.0 / 3.0};
    record_.seconds = 12.25;
    record_.pack.id = "0123456789ab-4";
    record_.pack.size = 3;
    record_.attempts = {example_attempt()};
    disk_.files["out/models/pursuit/x.mat"] = "the model";
  }
  RunRecord written_and_read() {
    write_record(disk_, "out", id_, record_);
    return read_record(disk_, "out", id_);
  }
  std::string &text() { return disk_.files["out/runs/" + id_ + "/result.json"]; }

  const std::string id_ = run_id(stage_1_spec());
  RunRecord record_;
  MemoryDisk disk_;
};

TEST_F(RecordTest, ReadsWhatItWrote) {
  const RunRecord read = written_and_read();
  EXPECT_EQ(read.state, RunState::done);
  EXPECT_EQ(read.file, RunRecord::FileState::intact);
  EXPECT_EQ(read.model->path, record_.model->path);
  EXPECT_EQ(read.model->sha256, record_.model->sha256);
  EXPECT_EQ(read.model->bytes, 9u);
  EXPECT_EQ(read.parent_sha256, record_.parent_sha256);
  EXPECT_EQ(read.loss->mean_last_200, 1.0 / 3.0);
  EXPECT_EQ(read.seconds, 12.25);
  EXPECT_EQ(read.pack.id, "0123456789ab-4");
  EXPECT_EQ(read.pack.size, 3);
  EXPECT_EQ(read.error, "");
  EXPECT_EQ(read.attempts, record_.attempts);
}

TEST_F(RecordTest, TriesAreKnownFromTheirBeginning) {
  std::vector<Attempt> attempts = {example_attempt()};
  attempts[0].ended.clear();
  note_attempt(disk_, "out", id_, attempts);
  EXPECT_EQ(read_record(disk_, "out", id_).attempts, attempts);
  attempts[0] = example_attempt();
  note_attempt(disk_, "out", id_, attempts);
  EXPECT_EQ(read_record(disk_, "out", id_).attempts, attempts);
  attempts.push_back(example_attempt());
  attempts[1].started = "2026-02-12T00:00:00Z";
  attempts[1].ended.clear();
  note_attempt(disk_, "out", id_, attempts);
  EXPECT_EQ(read_record(disk_, "out", id_).attempts, attempts);
  disk_.files[attempts_path("out", id_).string()] += "{\"try\": 3}\n7\n";
  EXPECT_EQ(read_record(disk_, "out", id_).attempts, attempts) << "foreign lines are passed over";
  attempts.pop_back();
  withdraw_attempt(disk_, "out", id_, attempts);
  EXPECT_EQ(read_record(disk_, "out", id_).attempts, attempts);
}

// As folders of before there were notes have them, and where a note could not be written.
TEST_F(RecordTest, AResultKnowsOfTriesThatWereNotNoted) {
  record_.state = RunState::interrupted;
  std::vector<Attempt> open = {example_attempt()};
  open[0].ended.clear();
  note_attempt(disk_, "out", id_, open);
  EXPECT_EQ(written_and_read().attempts, record_.attempts);
}

TEST_F(RecordTest, ATryThatNobodyClosedIsClosedByTheNext) {
  std::vector<Attempt> attempts = {example_attempt()};
  attempts[0].ended.clear();
  note_attempt(disk_, "out", id_, attempts);
  attempts.push_back(example_attempt());
  note_attempt(disk_, "out", id_, attempts);
  const std::vector<Attempt> read = read_record(disk_, "out", id_).attempts;
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[0].ended, read[1].started);
  EXPECT_EQ(read[0].error, "nobody was left to say how it ended");
}

TEST_F(RecordTest, FilesOfBeforePacksAreOfRunsAlone) {
  written_and_read();
  const std::size_t begin = text().find("  \"pack\"");
  text().erase(begin, text().find("  \"error\"") - begin);
  const RunRecord read = read_record(disk_, "out", id_);
  EXPECT_EQ(read.state, RunState::done);
  EXPECT_EQ(read.pack.id, "");
  EXPECT_EQ(read.pack.size, 1);
}

TEST_F(RecordTest, WhetherItDivergedIsKeptAndUnknownInFilesOfBefore) {
  for (const std::optional<bool> &diverged :
       {std::optional(true), std::optional(false), std::optional<bool>()}) {
    record_.diverged = diverged;
    EXPECT_EQ(written_and_read().diverged, diverged);
  }
  record_.diverged = true;
  written_and_read();
  text() = replaced(text(), "  \"diverged\": true,\n", "");
  const RunRecord read = read_record(disk_, "out", id_);
  EXPECT_EQ(read.state, RunState::done);
  EXPECT_EQ(read.diverged, std::nullopt);
}

TEST_F(RecordTest, APackOfNoneIsDamage) {
  written_and_read();
  text() = replaced(text(), "\"size\": 3", "\"size\": 0");
  EXPECT_EQ(read_record(disk_, "out", id_).state, RunState::pending);
}

TEST_F(RecordTest, AFailedRunHasItsError) {
  record_.state = RunState::failed;
  record_.error = "killed: \xff is no UTF-8";
  record_.loss.reset();
  const RunRecord read = written_and_read();
  EXPECT_EQ(read.state, RunState::failed);
  EXPECT_EQ(read.error, "killed: \xff is no UTF-8");
  EXPECT_FALSE(read.loss.has_value());
  EXPECT_FALSE(read.model) << "only a finished run has a model";
}

TEST_F(RecordTest, TheModelFileIsHashed) {
  disk_.files["out/models/pursuit/x.mat"] = "the modeL";
  EXPECT_EQ(written_and_read().file, RunRecord::FileState::damaged);
  disk_.files["out/models/pursuit/x.mat"] = "the model, longer";
  EXPECT_EQ(written_and_read().file, RunRecord::FileState::damaged);
  disk_.files.erase("out/models/pursuit/x.mat");
  EXPECT_EQ(written_and_read().file, RunRecord::FileState::missing);
}

TEST_F(RecordTest, NoRecordIsNone) {
  EXPECT_EQ(read_record(disk_, "out", id_).state, RunState::pending);
}

TEST_F(RecordTest, ADamagedRecordCountsAsNone) {
  write_record(disk_, "out", id_, record_);
  const std::string whole = text();
  for (std::size_t length = 0; length + 1 < whole.size(); ++length) {
    text() = whole.substr(0, length);
    EXPECT_EQ(read_record(disk_, "out", id_).state, RunState::pending) << length;
  }
  for (const char *other : {"null", "[]", "{}", "{\"format\":\"pursuit-result/1\"}"}) {
    text() = other;
    EXPECT_EQ(read_record(disk_, "out", id_).state, RunState::pending) << other;
  }
  text() = replaced(whole, id_, sha256_hex("another run"));
  EXPECT_EQ(read_record(disk_, "out", id_).state, RunState::pending);
  for (const char *seconds : {"-1.0", "1e300", "null"}) {
    text() = replaced(whole, "12.25", seconds);
    EXPECT_EQ(read_record(disk_, "out", id_).state, RunState::pending) << seconds;
  }
}

TEST_F(RecordTest, AModelOutsideOfTheOutputFolderIsNoModel) {
  for (const char *path : {"/etc/passwd", "../x.mat", "models/../../x.mat"}) {
    record_.model->path = path;
    EXPECT_EQ(written_and_read().state, RunState::pending) << path;
  }
}

TEST_F(RecordTest, DamagedBytesNeverCrash) {
  write_record(disk_, "out", id_, record_);
  const std::string whole = text();
  for (std::size_t at = 0; at < whole.size(); ++at) {
    text() = whole;
    text()[at] = static_cast<char>(text()[at] ^ 0x0b);
    EXPECT_NO_THROW(read_record(disk_, "out", id_)) << at;
  }
}

TEST(ReadRecord, IsCheapWhereNothingIs) {
  const std::clock_t begin = std::clock();
  const std::string id = run_id(stage_1_spec());
  for (int i = 0; i < 100000; ++i) {
    ASSERT_EQ(read_record(real_disk(), "/nowhere/results", id).state, RunState::pending);
  }
  // Measured 0.25 s; a plan of 100,000 runs has 2 s for everything. Room for a busy machine and
  // for sanitizers.
  EXPECT_LT(std::clock() - begin, 5 * CLOCKS_PER_SEC);
}

} // namespace
} // namespace pursuit
