// `pursuit-train --worker`: jobs in on stdin, events out on stdout (schedule/worker_protocol.hpp),
// until stdin ends.
#pragma once

namespace pursuit {

// Returns the exit code. SIGTERM stops the job after a checkpoint, between jobs the worker; SIGINT is ignored. Standard
// output is kept for events: whatever else prints there goes to stderr.
int run_worker(int in_fd = 0, int out_fd = 1);

} // namespace pursuit
