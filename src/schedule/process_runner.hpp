// The real Runner: one `pursuit-train --worker` process per slot, started when its first job comes
// and kept for the next ones. Workers never outlive it (parent-death signal); a GPU is bound by
// CUDA_VISIBLE_DEVICES=<uuid> in the worker's environment.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "schedule/job.hpp"
#include "schedule/slot.hpp"
#include "schedule/worker_protocol.hpp"

namespace pursuit {

// Makes the message for a job: which files, which data.
using DescribeJob = std::function<WorkerJob(const Job &)>;

// A worker that has sent nothing for this long, in seconds, hangs or was stopped: it should send
// something every k_beat_s.
constexpr double k_silence_s = 30;

// `program`: path of pursuit-train. Signals SIGINT, SIGTERM, SIGHUP of this process become
// Interrupted events while it lives; SIGTSTP stops the workers too, until SIGCONT.
std::unique_ptr<Runner> make_process_runner(std::filesystem::path program, std::vector<Slot> slots,
                                            DescribeJob describe, double silence_s = k_silence_s);

} // namespace pursuit
