// What the recorder makes of a schedule's events, on a disk in memory.
#include <gtest/gtest.h>

#include "store/records.hpp"
#include "support/fake_runner.hpp"
#include "support/memory_disk.hpp"
#include "sweep/recorder.hpp"

namespace pursuit {
namespace {

// A stage-1 run (0), and one that extends it (1).
class RecorderTest : public ::testing::Test {
protected:
  RecorderTest() {
    Node parent;
    parent.stage = "weights";
    parent.spec.settings.N = 5;
    parent.spec.settings.tau_ms = 30;
    parent.spec.settings.n_trials = 10;
    parent.spec.numerics = "reference-1";
    parent.spec.data_sha256 = std::string(64, 'd');
    parent.id = run_id(parent.spec);
    parent.children = {1};
    Node child = parent;
    child.stage = "adapt";
    child.spec.stage = 2;
    child.spec.parent_id = parent.id;
    child.id = run_id(child.spec);
    child.parent = 0;
    child.children.clear();
    plan_.graph.nodes = {parent, child};
    plan_.runs.resize(2);
    preparation_.experiment.name = "m";
    preparation_.experiment.resolved_json = "{}";
    preparation_.output_dir = "/out";
    preparation_.folder = "/out/m";
    preparation_.engine.numerics = "reference-1";
    preparation_.graph = plan_.graph;
  }

  Recorder recorder() {
    return Recorder(disk_, clock_, preparation_, plan_, told_, [this] { return may_write_; });
  }

  static ScheduledRun in_state(RunState state) {
    ScheduledRun run;
    run.state = state;
    run.attempts.resize(1);
    run.attempts[0].started = "2026-02-11T18:12:02Z";
    if (state == RunState::done) {
      run.model = ModelFile{"models/pursuit/x.mat", std::string(64, 'a'), 10};
      run.measures = Measures{};
      run.recorded = true;
    }
    if (state == RunState::failed) run.error = "the loss is not finite";
    return run;
  }

  static Outcome outcome(RunState first, RunState second) {
    return {{in_state(first), in_state(second)}, 0, false};
  }

  Manifest manifest() { return parse_manifest(disk_.files.at("/out/m/manifest.json")); }
  RunState written(std::size_t run) { return manifest().runs[run].state; }
  RunRecord result(std::size_t run) {
    return read_result(disk_, "/out", plan_.graph.nodes[run].id).value_or(RunRecord{});
  }
  std::vector<std::string> events() {
    std::vector<std::string> words;
    for (const JournalLine &line : read_journal(disk_, "/out/m/journal.jsonl").lines)
      words.push_back(line.event);
    return words;
  }
  bool was_told(const std::string &text) const {
    for (const std::string &message : told_.messages) {
      if (message.find(text) != std::string::npos) return true;
    }
    return false;
  }

  MemoryDisk disk_;
  FakeClock clock_;
  Preparation preparation_;
  Plan plan_;
  test::Witness told_;
  bool may_write_ = true;
};

using Words = std::vector<std::string>;

TEST_F(RecorderTest, WritesTheManifestAtOnceAndThenAtMostOnceASecond) {
  Recorder recorder = this->recorder();
  EXPECT_EQ(manifest().state, "running");
  recorder.run_changed(0, in_state(RunState::running));
  clock_.now_s = 0.9;
  recorder.tick({});
  EXPECT_EQ(written(0), RunState::pending);
  clock_.now_s = 1;
  recorder.tick({});
  EXPECT_EQ(written(0), RunState::running);
}

TEST_F(RecorderTest, TheJournalHasEveryChangeInOrder) {
  Recorder recorder = this->recorder();
  recorder.run_changed(0, in_state(RunState::running));
  recorder.run_changed(0, in_state(RunState::done));
  recorder.run_evaluated(0, in_state(RunState::done));
  ScheduledRun elsewhere = in_state(RunState::running);
  elsewhere.elsewhere = "pid 7 on there";
  recorder.run_changed(1, elsewhere);
  recorder.run_changed(1, in_state(RunState::interrupted));
  EXPECT_TRUE(recorder.finish(outcome(RunState::done, RunState::interrupted)));
  EXPECT_EQ(events(), (Words{"start", "run_started", "run_done", "run_evaluated", "run_elsewhere",
                             "run_interrupted", "end"}));
  EXPECT_EQ(manifest().state, "incomplete");
}

TEST_F(RecorderTest, WhatFailedIsRecordedWithTheParentItWasTrainedFrom) {
  Recorder recorder = this->recorder();
  recorder.run_changed(0, in_state(RunState::done));
  recorder.run_changed(1, in_state(RunState::failed));
  EXPECT_EQ(result(1).state, RunState::failed);
  EXPECT_EQ(result(1).error, "the loss is not finite");
  EXPECT_EQ(result(1).parent_sha256, std::string(64, 'a'));
  EXPECT_EQ(result(0).state, RunState::pending) << "its worker has recorded it";
  EXPECT_TRUE(recorder.finish(outcome(RunState::done, RunState::failed)));
  EXPECT_EQ(manifest().state, "failed");
}

TEST_F(RecorderTest, AFullDiskIsSaidAndStopsNothing) {
  Recorder recorder = this->recorder();
  disk_.full_for = "/out/";
  recorder.run_changed(0, in_state(RunState::failed));
  EXPECT_TRUE(was_told("is not recorded; the next start goes on from its checkpoint"));
  EXPECT_TRUE(recorder.finish(outcome(RunState::failed, RunState::skipped)));
  EXPECT_TRUE(was_told("the manifest is not up to date"));
  EXPECT_EQ(manifest().state, "running");
}

TEST_F(RecorderTest, AFailedEvaluationLeavesTheRunDone) {
  Recorder recorder = this->recorder();
  ScheduledRun run = in_state(RunState::done);
  recorder.run_changed(0, run);
  run.measures.reset();
  run.evaluation_error = "the model is missing";
  recorder.run_evaluated(0, run);
  EXPECT_TRUE(was_told("could not be evaluated: the model is missing"));
  Outcome all = outcome(RunState::done, RunState::done);
  all.runs[0] = run;
  recorder.run_changed(1, in_state(RunState::done));
  EXPECT_TRUE(recorder.finish(all));
  EXPECT_EQ(manifest().state, "failed");
  EXPECT_EQ(written(0), RunState::done);
  EXPECT_EQ(manifest().runs[0].reason, "evaluation failed: the model is missing");
}

TEST_F(RecorderTest, BesideAWriterItWritesNothingUntilThatHasEnded) {
  may_write_ = false;
  Recorder recorder = this->recorder();
  recorder.run_changed(0, in_state(RunState::done));
  recorder.tick({});
  EXPECT_TRUE(disk_.files.empty());
  EXPECT_FALSE(recorder.finish(outcome(RunState::done, RunState::done)));
  may_write_ = true;
  const std::vector<ScheduledRun> seen = {in_state(RunState::done), in_state(RunState::pending)};
  clock_.now_s = 0.4;
  recorder.tick(seen);
  EXPECT_TRUE(disk_.files.empty()) << "it looks twice a second";
  clock_.now_s = 0.6;
  recorder.tick(seen);
  EXPECT_TRUE(was_told("the process that wrote the manifest has ended"));
  EXPECT_EQ(events(), (Words{"start", "run_done"}));
  EXPECT_EQ(written(0), RunState::done);
}

TEST_F(RecorderTest, IsDoneWhereTheWriterHasSaidTheSame) {
  {
    Recorder writer = recorder();
    for (const int run : {0, 1}) writer.run_changed(run, in_state(RunState::done));
    EXPECT_TRUE(writer.finish(outcome(RunState::done, RunState::done)));
  }
  const std::string before = disk_.files.at("/out/m/manifest.json");
  EXPECT_EQ(manifest().state, "complete");
  may_write_ = false;
  Recorder other = recorder();
  EXPECT_FALSE(other.finish(outcome(RunState::done, RunState::failed)));
  EXPECT_TRUE(other.finish(outcome(RunState::done, RunState::done)));
  EXPECT_EQ(disk_.files.at("/out/m/manifest.json"), before);
}

TEST_F(RecorderTest, DamagedLinesOfTheJournalAreToldOfOnce) {
  { Recorder first = recorder(); }
  disk_.files.at("/out/m/journal.jsonl").replace(2, 1, "?");
  { Recorder second = recorder(); }
  EXPECT_TRUE(was_told("1 damaged line, the first is line 1"));
  told_.messages.clear();
  { Recorder third = recorder(); }
  EXPECT_FALSE(was_told("damaged"));
}

TEST_F(RecorderTest, TriesAreNotedAndTakenBack) {
  Recorder recorder = this->recorder();
  const std::string path = "/out/runs/" + plan_.graph.nodes[0].id + "/attempts.jsonl";
  ScheduledRun run = in_state(RunState::running);
  recorder.attempted(0, run);
  EXPECT_NE(disk_.files.at(path).find("2026-02-11T18:12:02Z"), std::string::npos);
  run.attempts.clear();
  recorder.withdrawn(0, run);
  EXPECT_TRUE(disk_.files.at(path).ends_with("{\"try\":1}\n")) << disk_.files.at(path);
}

} // namespace
} // namespace pursuit
