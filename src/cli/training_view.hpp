// A training by hand as its terminal shows it: the events of a worker in words, on stderr.
#pragma once

#include <cstdint>
#include <string>

#include "schedule/worker_protocol.hpp"

namespace pursuit {

// Of a job of one run. Keeps how it ended.
class TrainingView {
public:
  // `resumes`: whether it was to go on from a checkpoint.
  TrainingView(const WorkerRun &run, bool resumes);

  void take(const WorkerEvent &event);
  // What of it is no event: why a checkpoint is not written, or not used.
  void notice(const std::string &text);

  const RunResult &result() const { return result_; }
  std::int64_t from_trial() const { return last_.from_trial; }
  std::int64_t trials() const { return last_.trial; }

private:
  void show(const RunProgress &progress);
  void show(const RunDone &done);
  void show(const RunFailed &failed);
  void show(const RunStopped &stopped);
  template <class Other> void show(const Other &) {}
  void say_start(std::int64_t trial) const;
  void end_line();

  std::string id_;
  std::int64_t n_trials_;
  bool resumes_, terminal_;
  bool line_is_open_ = false;
  std::int64_t last_tenth_ = -1;
  RunProgress last_;
  RunResult result_;
};

} // namespace pursuit
