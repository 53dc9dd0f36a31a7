// The manifest as it is before anything runs, and one line that sums up a plan.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "store/manifest.hpp"
#include "sweep/preparation.hpp"

namespace pursuit {

// Run i of the plan as the manifest shows it before it starts.
ManifestRun planned_manifest_run(const Plan &plan, std::size_t i);

// Who asked for what, with which program, on which machine, with which data.
Manifest start_manifest(Clock &clock, const Preparation &preparation, const Plan &plan);

// The plan's runs in the order in which people read them, or by `sort` (the words of --sort) where that is not empty.
// Throws ConfigError on a key that there is not.
std::vector<std::size_t> plan_order(const Preparation &preparation, const Plan &plan,
                                    const std::string &sort = "");

// A line per run: id, what will happen, which run, why.
std::string plan_rows(const Plan &plan, const std::vector<std::size_t> &order);

// "24 runs: 6 reused, 18 to train on 2 slots, about 25 min 10 s".
std::string plan_summary(const Preparation &preparation, const Plan &plan);

} // namespace pursuit
