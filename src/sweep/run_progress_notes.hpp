// What the scheduler knows of its running runs, smoothed, and the small files in which others can read it
// (store/run_progress.hpp).
#pragma once

#include <map>

#include "base/clock.hpp"
#include "base/disk.hpp"
#include "schedule/job.hpp"
#include "sweep/preparation.hpp"

namespace pursuit {

class RunProgressNotes {
public:
  RunProgressNotes(Disk &disk, Clock &clock, const Preparation &preparation)
      : disk_(disk), clock_(clock), preparation_(preparation) {}

  // Takes it in; returns it with the speed smoothed.
  RunProgress progressed(RunProgress progress);
  // Writes what is new, at most twice a second, and at most a twentieth of the time. `all_left_s`: of the whole experiment;
  // negative: nobody knows. What cannot be written is left.
  void write_due(double all_left_s);
  // The run is not trained any more, or begins anew: its file goes.
  void remove(int run);

private:
  struct Note {
    RunProgress last;
    bool is_new = true; // since it was written
    bool written = false;
  };
  void write(Note &note, double all_left_s);

  Disk &disk_;
  Clock &clock_;
  const Preparation &preparation_;
  std::map<int, Note> notes_;
  double next_s_ = -1; // of the next writing; negative: nothing has come yet
};

// Seconds until a run of `n_trials` is trained; negative: nobody knows.
double seconds_left(const RunProgress &progress, std::int64_t n_trials);

} // namespace pursuit
