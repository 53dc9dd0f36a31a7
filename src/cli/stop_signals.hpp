// What SIGINT, SIGTERM and SIGHUP do to a process without a schedule (that has its own,
// schedule/signal_source.hpp). SIGHUP stays ignored where it was (nohup).
#pragma once

#include <string>

namespace pursuit {

// At once, with exit code 128 + signal: nothing is being trained. `last_words` go to stderr then. SIGPIPE is ignored from
// here on.
void leave_on_signals(const std::string &last_words = "interrupted; nothing was being trained\n");

// The first is remembered; one that comes later ends the process with exit code 128 + signal (base/signal_rule.hpp).
void remember_signals();
// The first signal, or 0.
int remembered_signal();

} // namespace pursuit
