// A prepared experiment -> its models: what remains is planned, trained and written down. Disk,
// clock, runner and claims are given, so that the whole path runs in a test without a process or a file.
#pragma once

#include <functional>
#include <memory>

#include "base/clock.hpp"
#include "base/disk.hpp"
#include "schedule/process_runner.hpp"
#include "schedule/schedule.hpp"
#include "sweep/preparation.hpp"
#include "sweep/recorder.hpp"
#include "sweep/time_left.hpp"

namespace pursuit {

// Makes the runner of a schedule on these slots, which asks `describe` for the message of each job.
using MakeRunner =
    std::function<std::unique_ptr<Runner>(const std::vector<Slot> &slots, DescribeJob describe)>;
// Makes the claims on the runs of a graph (schedule/claims.hpp).
using MakeClaims = std::function<std::unique_ptr<Claims>(const Graph &graph)>;

// Makes who looks on while it trains, beside the recorder. Both arguments outlive it.
using MakeOnlooker =
    std::function<std::unique_ptr<Observer>(const Plan &plan, const TimeLeft &left)>;

struct RanExperiment {
  Outcome outcome;
  Manifest manifest; // as it was last written
};

// `become_writer` tries to take the lock of `preparation.folder`; who has it writes journal and
// manifest. Others train beside it and return when the manifest says what they know. Throws
// ConfigError where the output folder cannot be written; what a run fails of is in the outcome.
RanExperiment run_experiment(Disk &disk, Clock &clock, const Preparation &preparation,
                             const RunOptions &options, const MakeRunner &make_runner,
                             const MakeClaims &make_claims, const BecomeWriter &become_writer,
                             const MakeOnlooker &make_onlooker);

// The same on this machine: its disk, its clock, worker processes, and locks in the output folder.
RanExperiment run_here(const Preparation &preparation, const RunOptions &options,
                       const BecomeWriter &become_writer, const MakeOnlooker &make_onlooker);

} // namespace pursuit
