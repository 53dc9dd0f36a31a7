// The real runner with a worker that trains nothing (fake_worker.py), which does what a run's model path says.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "base/clock.hpp"
#include "schedule/process_runner.hpp"
#include "schedule_bench.hpp"

namespace pursuit {

namespace fs = std::filesystem;

inline constexpr double k_patience_s =
    30; // far beyond what anything here takes, for a busy machine

inline double in_s(double seconds) { return real_clock().monotonic_s() + seconds; }

class ProcessRunnerTest : public ::testing::Test {
protected:
  void SetUp() override { ::unsetenv("FAKE_WORKER_DEAF"); }
  void TearDown() override {
    ::unsetenv("FAKE_WORKER_PID");
    ::unsetenv("FAKE_WORKER_DEAF");
  }

  std::unique_ptr<Runner> runner(int slots, const std::string &program = FAKE_WORKER,
                                 double silence_s = k_silence_s) {
    return make_process_runner(
        program, choose_slots("cpu:" + std::to_string(slots), false, {}, 1),
        [this](const Job &job) { return describe(job); }, silence_s);
  }

  // The fake worker does what the first run's model path says.
  WorkerJob describe(const Job &job) const {
    WorkerJob message;
    message.pack_id = job.pack_id;
    for (const NodeIndex run : job.runs) {
      WorkerRun entry;
      entry.spec.settings.N = 3;
      entry.spec.settings.tau_ms = 30;
      entry.id = run_id(entry.spec);
      entry.model_path = behaviour_.at(run.at());
      message.runs.push_back(entry);
    }
    return message;
  }

  static Job job(int slot, const std::vector<int> &runs) {
    Job job{Job::Kind::train, SlotIndex(slot), "pack", {}};
    for (const int run : runs) job.runs.emplace_back(run);
    return job;
  }

  // Starts a run that behaves so, on a slot.
  int start(Runner &to, const std::string &behaviour, int slot = 0) {
    behaviour_.push_back(behaviour);
    const int run = static_cast<int>(behaviour_.size()) - 1;
    to.start(job(slot, {run}));
    return run;
  }

  // The next event but JobBegun, which each job has first.
  static Event wait(Runner &from, double deadline_s) {
    const Event event = from.wait(deadline_s);
    return std::holds_alternative<JobBegun>(event) ? from.wait(deadline_s) : event;
  }

  template <typename What> What expect(Runner &from) {
    const Event event = wait(from, in_s(k_patience_s));
    EXPECT_TRUE(std::holds_alternative<What>(event)) << "event " << event.index();
    const What *what = std::get_if<What>(&event);
    return what != nullptr ? *what : What{};
  }

  fs::path pid_file() {
    const fs::path path = fs::path(::testing::TempDir()) / ("worker_" + std::to_string(::getpid()));
    fs::remove(path);
    ::setenv("FAKE_WORKER_PID", path.c_str(), 1);
    return path;
  }

  static pid_t read_pid(const fs::path &path) {
    pid_t pid = 0;
    const double deadline_s = in_s(k_patience_s);
    while (real_clock().monotonic_s() < deadline_s) {
      std::ifstream file(path);
      std::string line;
      if (std::getline(file, line) && !file.eof()) {
        pid = std::stoi(line);
        break;
      }
      ::usleep(5000);
    }
    fs::remove(path);
    return pid;
  }

  std::vector<std::string> behaviour_;
};

} // namespace pursuit
