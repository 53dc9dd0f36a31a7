// Listens to the schedule and writes down what happens: journal, manifest, result.json of every
// run, and the terminal.
#pragma once

#include <functional>

#include "base/clock.hpp"
#include "base/disk.hpp"
#include "cli/preparation.hpp"
#include "cli/progress.hpp"
#include "schedule/schedule.hpp"
#include "store/journal.hpp"
#include "store/manifest.hpp"

namespace pursuit {

class Recorder final : public Observer {
public:
  Recorder(Disk &disk, Clock &clock, const Preparation &preparation, const Plan &plan,
           Progress &progress);

  void run_changed(int run, const ScheduledRun &state) override;
  void progressed(const RunProgress &progress) override;
  void tick(const std::vector<ScheduledRun> &runs) override;
  void message(const std::string &line) override;

  // The last manifest, after the schedule has ended. A disk that is full by now is told of, no more.
  void finish(const Outcome &outcome);
  const Manifest &manifest() const { return manifest_; }

private:
  void write_manifest();
  void write_result(int run, const ScheduledRun &state);
  void append_to_journal(const std::string &event, const std::string &fields_json, bool durable);
  void journal_change(const ScheduledRun &state, const ManifestRun &run);

  Disk &disk_;
  Clock &clock_;
  const Preparation &preparation_;
  const Plan &plan_;
  Progress &progress_;
  Journal journal_;
  Manifest manifest_;
  bool manifest_is_old_ = true;
  double next_manifest_s_ = 0;
};

} // namespace pursuit
