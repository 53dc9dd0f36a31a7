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

// Every run that it trains is evaluated with it, at once, and so is every run of a job that only evaluates, unless a script
// says otherwise.
class FakeRunner final : public Runner {
public:
  FakeRunner(FakeClock &clock, int slots) : clock_(clock), jobs_(static_cast<std::size_t>(slots)) {}

  // Tries of a run, in order; without a script every run is done after a second.
  std::map<int, std::deque<Try>> script;
  // The same of jobs that only evaluate; `failed` is a worker that could not.
  std::map<int, std::deque<Try>> evaluation_script;
  std::set<int> not_evaluated; // in the job that trains them
  double queue_s = 0;          // until a job is begun
  // Signals to this process, by time.
  std::multimap<double, int> interruptions;
  // Seconds from drain to RunStopped; infinite: a worker that does not listen.
  double drain_s = 1;
  std::string drain_death; // the signal it dies of instead
  bool memory_for(int pack_size) const { return pack_size <= largest_pack; }
  int largest_pack = 1 << 30;

  std::vector<Job> started; // every job, in order
  std::vector<std::string>
      log; // "slot:run,run" of every job, "slot:evaluate run", "slot:+run" of a run that joins one
  std::vector<std::pair<int, double>> drained, killed;

  void start(const Job &job) override {
    EXPECT_FALSE(jobs_[job.slot]) << "slot " << job.slot.value() << " is busy";
    started.push_back(job);
    log.push_back(text(job));
    jobs_[job.slot] = Running{job, clock_.now_s + queue_s, true};
    later(jobs_[job.slot]->last_s, JobBegun{job.slot.value()});
    for (const NodeIndex run : job.runs) foresee(job.slot, run);
    foresee_end(job.slot);
  }

  void extend(SlotIndex slot, NodeIndex run, int) override {
    ASSERT_TRUE(jobs_[slot]) << "slot " << slot.value() << " has no job";
    log.push_back(std::to_string(slot.value()) + ":+" + std::to_string(run.value()));
    jobs_[slot]->job.runs.push_back(run);
    std::erase_if(events_, [slot](const auto &entry) {
      const JobEnded *ended = std::get_if<JobEnded>(&entry.second);
      return ended != nullptr && ended->slot == slot.value();
    });
    jobs_[slot]->last_s = std::max(jobs_[slot]->last_s, clock_.now_s);
    foresee(slot, run);
    foresee_end(slot);
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

  void drain(SlotIndex slot) override {
    drained.push_back({slot.value(), clock_.now_s});
    if (!jobs_[slot]) return;
    const double end_s = clock_.now_s + drain_s;
    forget(slot);
    if (drain_s >= 1e300) return;
    if (!drain_death.empty()) {
      later(end_s, WorkerEnded{slot.value(), std::nullopt, drain_death, ""});
      return;
    }
    for (const NodeIndex run : jobs_[slot]->job.runs)
      later(end_s, RunStopped{slot.value(), run.value(), 0, 7, ""});
    later(end_s, JobEnded{slot.value()});
  }

  void kill(SlotIndex slot) override {
    killed.push_back({slot.value(), clock_.now_s});
    if (!jobs_[slot]) return;
    forget(slot);
    later(clock_.now_s, WorkerEnded{slot.value(), std::nullopt, "SIGKILL", ""});
  }

  // For tests that need a particular event.
  void later(double when_s, Event event) { events_.emplace(when_s, std::move(event)); }
  long waits = 0;

private:
  struct Running {
    Job job;
    double last_s = 0;
    bool lives = true; // it will end its job by itself
  };

  static std::string text(const Job &job) {
    std::string text = std::to_string(job.slot.value()) + ":";
    if (job.kind == Job::Kind::evaluate) text += "evaluate ";
    for (std::size_t i = 0; i < job.runs.size(); ++i)
      text += (i == 0 ? "" : ",") + std::to_string(job.runs[i].value());
    return text;
  }

  // What becomes of a run of the slot's job, from now on.
  void foresee(SlotIndex slot, NodeIndex run) {
    Running &running = *jobs_[slot];
    const Try what = next_try(running.job, run);
    const double end_s = clock_.now_s + queue_s + what.seconds;
    if (what.end == Try::End::hangs) running.lives = false;
    if (what.end == Try::End::crashes) {
      later(end_s, WorkerEnded{slot.value(), std::nullopt, what.text, "last words"});
      running.lives = false;
    }
    if (what.end == Try::End::never_starts) {
      later(end_s, WorkerEnded{slot.value(), std::nullopt, "", what.text, true, 0});
      running.lives = false;
    }
    if (what.end == Try::End::done) later_done(end_s, running.job, run, what);
    if (what.end == Try::End::failed) {
      later(end_s, RunFailed{slot.value(), run.value(), what.text, what.out_of_memory});
    }
    running.last_s = std::max(running.last_s, end_s);
  }

  void foresee_end(SlotIndex slot) {
    if (jobs_[slot]->lives) later(jobs_[slot]->last_s, JobEnded{slot.value()});
  }

  void later_done(double end_s, const Job &job, NodeIndex run, const Try &what) {
    const bool trains = job.kind == Job::Kind::train;
    if (trains) later(end_s, done_event(job.slot, run, what));
    if (trains && not_evaluated.count(run.value()) != 0) return;
    later(end_s, RunEvaluated{job.slot.value(), run.value(), Measures{}, ""});
  }

  Try next_try(const Job &job, NodeIndex run) {
    const bool trains = job.kind == Job::Kind::train;
    if (trains && !memory_for(static_cast<int>(job.runs.size()))) return out_of_memory();
    std::deque<Try> &tries = (trains ? script : evaluation_script)[run.value()];
    if (tries.empty()) return done(trains ? 1 : 0);
    const Try what = tries.front();
    tries.pop_front();
    return what;
  }

  static Event done_event(SlotIndex slot, NodeIndex run, const Try &what) {
    RunDone event;
    event.slot = slot.value();
    event.run = run.value();
    event.model = ModelFile{"models/m" + std::to_string(run.value()), what.text, 10};
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

  void forget(SlotIndex slot) {
    std::erase_if(events_,
                  [slot](const auto &entry) { return slot_of(entry.second) == slot.value(); });
  }

  void note_end(const Event &event) {
    const bool ends =
        std::holds_alternative<JobEnded>(event) || std::holds_alternative<WorkerEnded>(event);
    if (ends) jobs_[SlotIndex(slot_of(event))].reset();
  }

  FakeClock &clock_;
  std::multimap<double, Event> events_; // equal times: in order of insertion
  IndexedVector<SlotIndex, std::optional<Running>> jobs_;
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

  ClaimAnswer take(NodeIndex node) override {
    const int run = node.value();
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
  void release(NodeIndex node) override {
    const int run = node.value();
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
