// What the scheduler knows of its running runs, smoothed, and the small files in which others can read it
// (store/run_progress.hpp).
#pragma once

#include <map>

#include "base/clock.hpp"
#include "base/disk.hpp"
#include "schedule/schedule.hpp"
#include "sweep/preparation.hpp"
#include "sweep/time_left.hpp"

namespace pursuit {

class RunProgressNotes final : public Observer {
public:
  RunProgressNotes(Disk &disk, Clock &clock, const Preparation &preparation, const TimeLeft &left)
      : disk_(disk), clock_(clock), preparation_(preparation), left_(left) {}

  // It is not trained any more, or begins anew: its file goes.
  void run_changed(int run, const ScheduledRun &state) override;
  void progressed(const RunProgress &progress) override;
  // Writes what is new, at most twice a second, and at most a twentieth of the time. What cannot be written is left.
  void tick(const std::vector<ScheduledRun> &runs) override;

private:
  struct Note {
    RunProgress last;
    bool is_new = true; // since it was written
    bool written = false;
  };
  void write(Note &note);

  Disk &disk_;
  Clock &clock_;
  const Preparation &preparation_;
  const TimeLeft &left_;
  std::map<int, Note> notes_;
  double next_s_ = -1; // of the next writing; negative: nothing has come yet
};

// `now`, with the speed smoothed over two or three seconds; `before`: what the run reported last, or RunProgress().
RunProgress smoothed(const RunProgress &before, RunProgress now);

// Seconds until a run of `n_trials` is trained; negative: nobody knows.
double seconds_left(const RunProgress &progress, std::int64_t n_trials);

} // namespace pursuit
