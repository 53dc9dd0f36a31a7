// Several observers of a schedule as one: each is told of everything, one after the other.
#pragma once

#include <utility>
#include <vector>

#include "schedule/schedule.hpp"

namespace pursuit {

class Observers final : public Observer {
public:
  // They must outlive it.
  explicit Observers(std::vector<Observer *> observers) : observers_(std::move(observers)) {}

  void run_changed(int run, const ScheduledRun &state) override {
    for (Observer *each : observers_) each->run_changed(run, state);
  }
  void attempted(int run, const ScheduledRun &state) override {
    for (Observer *each : observers_) each->attempted(run, state);
  }
  void withdrawn(int run, const ScheduledRun &state) override {
    for (Observer *each : observers_) each->withdrawn(run, state);
  }
  void run_evaluated(int run, const ScheduledRun &state) override {
    for (Observer *each : observers_) each->run_evaluated(run, state);
  }
  void progressed(const RunProgress &progress) override {
    for (Observer *each : observers_) each->progressed(progress);
  }
  void tick(const std::vector<ScheduledRun> &runs) override {
    for (Observer *each : observers_) each->tick(runs);
  }
  void message(const std::string &line) override {
    for (Observer *each : observers_) each->message(line);
  }
  void ended() override {
    for (Observer *each : observers_) each->ended();
  }

private:
  std::vector<Observer *> observers_;
};

} // namespace pursuit
