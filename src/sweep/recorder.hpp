// Listens to the schedule and writes down what happens: journal, manifest and the tries at each run; and the result.json of
// a run that failed, or whose worker was killed. All others are written by the worker (worker_job.hpp). Of several processes
// on one experiment one writes journal and manifest; when it dies, another takes over.
#pragma once

#include <functional>
#include <optional>

#include "base/clock.hpp"
#include "base/disk.hpp"
#include "schedule/schedule.hpp"
#include "store/journal.hpp"
#include "store/manifest.hpp"
#include "sweep/preparation.hpp"

namespace pursuit {

// Tries to become the one that writes journal and manifest; true from then on.
using BecomeWriter = std::function<bool()>;

class Recorder final : public Observer {
public:
  // `onlooker` is told what cannot be written, and what else a person must know.
  Recorder(Disk &disk, Clock &clock, const Preparation &preparation, const Plan &plan,
           Observer &onlooker, BecomeWriter become_writer);

  void run_changed(int run, const ScheduledRun &state) override;
  void attempted(int run, const ScheduledRun &state) override;
  void withdrawn(int run, const ScheduledRun &state) override;
  void run_evaluated(int run, const ScheduledRun &state) override;
  void tick(const std::vector<ScheduledRun> &runs) override;

  // The last manifest, after the schedule has ended. A disk that is full by now is told of, no more.
  // False: another process is to write it, and has not yet; call it again, or leave it to that.
  bool finish(const Outcome &outcome);
  const Manifest &manifest() const { return manifest_; }

private:
  bool is_writer() const { return journal_.has_value(); }
  bool take_over(const std::vector<ScheduledRun> &runs);
  void announce_replacement();
  bool is_written_by_another() const;
  void write_manifest();
  void write_result(int run, const ScheduledRun &state);
  void append_to_journal(const std::string &event, const std::string &fields_json, bool durable);
  int report_damage();

  Disk &disk_;
  Clock &clock_;
  const Preparation &preparation_;
  const Plan &plan_;
  Observer &onlooker_;
  BecomeWriter become_writer_;
  std::optional<Journal> journal_; // of the writer
  Manifest manifest_;
  bool manifest_is_old_ = true;
  bool has_replaced_ = false; // what the first manifest of this process leaves out has been kept
  double next_manifest_s_ = 0;
  double next_take_over_s_ = 0;
};

} // namespace pursuit
