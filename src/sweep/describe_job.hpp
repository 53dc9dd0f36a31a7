// A job of the schedule as its worker is told of it.
#pragma once

#include "schedule/worker_protocol.hpp"
#include "sweep/preparation.hpp"

namespace pursuit {

// The parent's file is named by `manifest`, the outcome so far: its SHA-256 is what the child is
// trained from. Every run's parent must be done by then. A run that is done by now is only to be evaluated.
WorkerJob describe_job(const Preparation &preparation, const Plan &plan, const Job &job,
                       const Manifest &manifest, double checkpoint_every_s);

} // namespace pursuit
