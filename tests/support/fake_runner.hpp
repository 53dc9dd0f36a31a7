// A runner that starts no process: each try of a run is a line of a script.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/errors.hpp"
#include "schedule/schedule.hpp"
#include "support/clocks.hpp"

namespace pursuit::test {

// What becomes of one try of a run.
struct Try {
  enum class End { done, failed, crashes, hangs, silent, never_starts } end = End::done;
  double seconds = 1;
  std::string text; // sha256 of the model, error text, or signal
  bool out_of_memory = false;
};

inline Try done(double seconds, std::string sha256 = "sha") {
  return {Try::End::done, seconds, std::move(sha256), false};
}
inline Try failed(std::string error, double seconds = 1) {
  return {Try::End::failed, seconds, std::move(error), false};
}
inline Try crashes(std::string signal, double seconds = 1) {
  return {Try::End::crashes, seconds, std::move(signal), false};
}
inline Try never_starts() { return {Try::End::never_starts, 0, "no room", false}; }
inline Try hangs() { return {Try::End::hangs, 0, "", false}; }
inline Try out_of_memory(double seconds = 1) {
  return {Try::End::failed, seconds, "CUDA out of memory", true};
}

class FakeRunner final : public Runner {
public:
  FakeRunner(FakeClock &clock, int slots) : clock_(clock), busy_(static_cast<std::size_t>(slots)) {}

  // Tries of a run, in order; without a script every run is done after a second.
  std::map<int, std::deque<Try>> script;
  // Signals to this process, by time.
  std::multimap<double, int> interruptions;
  // Seconds from drain to RunStopped; infinite: a worker that does not listen.
  double drain_s = 1;
  std::string drain_death; // the signal it dies of instead
  bool memory_for(int pack_size) const { return pack_size <= largest_pack; }
  int largest_pack = 1 << 30;

  std::vector<Job> started; // every job, in order
  std::vector<std::pair<int, double>> drained, killed;

  void start(const Job &job) override {
    EXPECT_FALSE(busy_[at(job.slot)]) << "slot " << job.slot << " is busy";
    started.push_back(job);
    busy_[at(job.slot)] = job;
    double last_s = clock_.now_s;
    bool lives = true;
    for (int run : job.runs) {
      const Try what = next_try(job, run);
      const double end_s = clock_.now_s + what.seconds;
      if (what.end == Try::End::hangs) lives = false;
      if (what.end == Try::End::crashes) {
        later(end_s, WorkerEnded{job.slot, std::nullopt, what.text, "last words"});
        lives = false;
      }
      if (what.end == Try::End::never_starts) {
        later(end_s, WorkerEnded{job.slot, std::nullopt, "", what.text, true, 0});
        lives = false;
      }
      if (what.end == Try::End::done) later(end_s, done_event(job.slot, run, what));
      if (what.end == Try::End::failed) {
        later(end_s, RunFailed{job.slot, run, what.text, what.out_of_memory});
      }
      last_s = std::max(last_s, end_s);
    }
    if (lives) later(last_s, JobEnded{job.slot});
  }

  Event wait(double deadline_s) override {
    const double event_s = events_.empty() ? 1e300 : events_.begin()->first;
    const double signal_s = interruptions.empty() ? 1e300 : interruptions.begin()->first;
    const double next_s = std::min({deadline_s, event_s, signal_s});
    clock_.now_s = std::max(clock_.now_s, next_s);
    ++waits;
    if (signal_s <= next_s) {
      const int number = interruptions.begin()->second;
      interruptions.erase(interruptions.begin());
      return Interrupted{number};
    }
    if (event_s > next_s) return Tick{};
    const Event event = events_.begin()->second;
    events_.erase(events_.begin());
    note_end(event);
    return event;
  }

  void drain(int slot) override {
    drained.push_back({slot, clock_.now_s});
    if (!busy_[at(slot)]) return;
    forget(slot);
    if (drain_s >= 1e300) return;
    if (!drain_death.empty()) {
      later(clock_.now_s + drain_s, WorkerEnded{slot, std::nullopt, drain_death, ""});
      return;
    }
    for (int run : busy_[at(slot)]->runs) {
      later(clock_.now_s + drain_s, RunStopped{slot, run, 0, 7, ""});
    }
    later(clock_.now_s + drain_s, JobEnded{slot});
  }

  void kill(int slot) override {
    killed.push_back({slot, clock_.now_s});
    if (!busy_[at(slot)]) return;
    forget(slot);
    later(clock_.now_s, WorkerEnded{slot, std::nullopt, "SIGKILL", ""});
  }

  // For tests that need a particular event.
  void later(double when_s, Event event) { events_.emplace(when_s, std::move(event)); }
  long waits = 0;

private:
  static std::size_t at(int slot) { return static_cast<std::size_t>(slot); }

  Try next_try(const Job &job, int run) {
    if (!memory_for(static_cast<int>(job.runs.size()))) return out_of_memory();
    std::deque<Try> &tries = script[run];
    if (tries.empty()) return done(1);
    const Try what = tries.front();
    tries.pop_front();
    return what;
  }

  static Event done_event(int slot, int run, const Try &what) {
    RunDone event;
    event.slot = slot;
    event.run = run;
    event.model = ModelFile{"models/m" + std::to_string(run), what.text, 10};
    event.seconds = what.seconds;
    event.to_trial = 100;
    return event;
  }

  static int slot_of(const Event &event) {
    return std::visit(
        [](const auto &what) {
          if constexpr (requires { what.slot; }) return what.slot;
          return -1;
        },
        event);
  }

  void forget(int slot) {
    std::erase_if(events_, [slot](const auto &entry) { return slot_of(entry.second) == slot; });
  }

  void note_end(const Event &event) {
    const bool ends =
        std::holds_alternative<JobEnded>(event) || std::holds_alternative<WorkerEnded>(event);
    if (ends) busy_[at(slot_of(event))].reset();
  }

  FakeClock &clock_;
  std::multimap<double, Event> events_; // equal times: in order of insertion
  std::vector<std::optional<Job>> busy_;
};

// Runs that other processes train, by a script.
class FakeClaims final : public Claims {
public:
  explicit FakeClaims(FakeClock &clock) : clock_(clock) {}

  // Another process holds the run until then, and leaves this record.
  struct Other {
    double until_s = 0;
    RunRecord record;
  };
  std::map<int, Other> others;
  std::map<int, std::string> broken; // runs whose folder cannot be written, and why
  std::set<int> held;                // by this process
  std::vector<std::string> log;      // "take 3", "release 3", "3 is held"

  ClaimAnswer take(int run) override {
    if (broken.count(run) != 0) throw RunError(broken[run]);
    const std::map<int, Other>::const_iterator other = others.find(run);
    if (other != others.end() && clock_.now_s < other->second.until_s) {
      log.push_back(std::to_string(run) + " is held");
      return HeldElsewhere{"pid 7 on there"};
    }
    EXPECT_TRUE(held.insert(run).second) << run << " is ours already";
    log.push_back("take " + std::to_string(run));
    return Claimed{other == others.end() ? RunRecord{} : other->second.record};
  }
  void release(int run) override {
    held.erase(run);
    log.push_back("release " + std::to_string(run));
  }

private:
  FakeClock &clock_;
};

// Writes down what it is told.
class Witness final : public Observer {
public:
  void run_changed(int run, const ScheduledRun &state) override {
    changes.push_back(std::to_string(run) + " " + std::string(to_text(state.state)) +
                      (state.reused ? " reused" : "") +
                      (state.elsewhere.empty() ? "" : " elsewhere"));
  }
  void progressed(const RunProgress &progress) override { progresses.push_back(progress); }
  void tick(const std::vector<ScheduledRun> &runs) override {
    ++ticks;
    runs_seen = runs.size();
  }
  void message(const std::string &line) override { messages.push_back(line); }

  std::vector<std::string> changes, messages;
  std::vector<RunProgress> progresses;
  long ticks = 0;
  std::size_t runs_seen = 0;
};

} // namespace pursuit::test
