// What `status --watch` draws, from fixed inputs.
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "cli/fitted_text.hpp"
#include "cli/run_status.hpp"

namespace pursuit {
namespace {

ManifestRun run(const std::string &stage, std::uint64_t seed, RunState state) {
  ManifestRun run;
  run.id = stage + std::to_string(seed) + std::string(60, 'a');
  run.stage = stage;
  run.spec.stage = stage == "weights" ? 1 : 2;
  run.spec.settings.N = 250;
  run.spec.settings.n_trials = 4000;
  run.spec.seed = seed;
  run.state = state;
  run.attempts.resize(1);
  run.attempts[0].device = "cpu 0";
  run.attempts[0].started = "2026-02-11T18:12:02Z";
  if (state != RunState::running) run.attempts[0].ended = "2026-02-11T18:13:00Z";
  if (state == RunState::failed) run.attempts[0].error = "worker killed by SIGKILL";
  return run;
}

// 54 runs: 10 done, `running` running, `failed` failed, the others pending; in an order that nobody would read them in.
RunStatus status_of(int running, int failed) {
  RunStatus status;
  status.manifest.name = "sweep";
  status.manifest.resolved_json = R"({"stages": {"weights": {}, "adapt": {}}})";
  for (std::uint64_t seed = 44; seed > 0; --seed)
    status.manifest.runs.push_back(run("adapt", seed, RunState::pending));
  for (std::uint64_t seed = 10; seed > 0; --seed)
    status.manifest.runs.push_back(run("weights", seed, RunState::done));
  for (int i = 0; i < running; ++i) {
    ManifestRun &entry = status.manifest.runs[static_cast<std::size_t>(i)];
    entry = run("adapt", 44 - static_cast<std::uint64_t>(i), RunState::running);
    status.progress[entry.id] = {1200, 4000, 0.71, 85.2, 33, "sweep", 95, "2026-02-11T18:12:30Z"};
  }
  for (int i = 0; i < failed; ++i)
    status.manifest.runs[static_cast<std::size_t>(running + i)] =
        run("adapt", 44 - static_cast<std::uint64_t>(running + i), RunState::failed);
  status.left_s = 95;
  return status;
}

std::size_t shown(const std::vector<std::string> &lines, const std::string &part) {
  return static_cast<std::size_t>(std::count_if(lines.begin(), lines.end(), [&](const auto &line) {
    return line.find(part) != std::string::npos;
  }));
}

TEST(StatusScreen, OfATerminalOf80Columns) {
  const std::vector<std::string> lines = status_screen(status_of(2, 1), "", 80, 24);
  EXPECT_EQ(lines, (std::vector<std::string>{
                       "sweep: running, synthetic data",
                       "10 of 54 done, 1 failed, 2 running, 41 pending, about 1 min 35 s left",
                       "",
                       "slot   run                          trials     loss  trials/s  left",
                       "cpu 0  adapt input_gain seed=43  1200/4000  0.71000      85.2  33 s",
                       "cpu 0  adapt input_gain seed=44  1200/4000  0.71000      85.2  33 s",
                       "",
                       "failed   adapt input_gain seed=42: worker killed by SIGKILL",
                       "pending  41 adapt",
                       "",
                       "Ctrl-C ends this view, not the training.",
                   }));
}

TEST(StatusScreen, FitsEveryTerminalAndKeepsCountsAndRunningRuns) {
  int looked_at = 0;
  for (const int running : {0, 1, 2, 8, 40}) {
    for (const int failed : {0, 1, 4}) {
      const RunStatus status = status_of(running, failed);
      for (int rows = 1; rows <= 60; ++rows) {
        for (const int columns : {10, 40, 80, 120}) {
          const std::vector<std::string> lines = status_screen(status, "a note", columns, rows);
          EXPECT_LE(lines.size(), static_cast<std::size_t>(rows));
          for (const std::string &line : lines) EXPECT_EQ(fitted(line, columns), line);
          if (columns < 40) continue;
          const std::size_t head = columns == 40 ? 5 : 3; // lines, with the note
          const std::size_t room =
              static_cast<std::size_t>(rows) > head ? static_cast<std::size_t>(rows) - head : 0;
          const std::size_t seen = shown(lines, "1200/4000");
          EXPECT_GE(seen, std::min<std::size_t>(static_cast<std::size_t>(running),
                                                room > 1 ? room - 1 : room))
              << running << " in " << rows << " lines";
          if (seen < static_cast<std::size_t>(running)) {
            EXPECT_EQ(shown(lines, "failed  "), 0u) << "running runs come first";
          }
          ++looked_at;
        }
      }
    }
  }
  EXPECT_EQ(looked_at, 5 * 3 * 60 * 3);
}

TEST(StatusText, RunningRunsThenFailedThenPendingInOrder) {
  const std::string text = status_text(status_of(2, 1), false);
  std::vector<std::size_t> places;
  for (const char *part :
       {"10 done (0 reused), 2 running, 41 pending, 1 failed, 0 skipped, about 1 min 35 s left\n",
        "seed=43  trial 1200 of 4000, loss 0.71000, about 33 s left\n", "seed=44  trial 1200",
        "seed=42  worker killed by SIGKILL\n", "seed=1\n", "seed=2\n", "seed=41\n"}) {
    places.push_back(text.find(part));
    EXPECT_NE(places.back(), std::string::npos) << part << "\n" << text;
  }
  EXPECT_TRUE(std::is_sorted(places.begin(), places.end())) << text;
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2 + 44);
  const std::string brief = status_text(status_of(2, 1), true);
  EXPECT_EQ(brief,
            text.substr(0, text.find("\n", text.find("seed=42 ")) + 1) + "pending  41 adapt\n");
}

} // namespace
} // namespace pursuit
