#include "cli/stop_signals.hpp"

#include <atomic>
#include <csignal>
#include <ctime>

#include <unistd.h>

#include "base/signal_rule.hpp"

namespace pursuit {

namespace {

SignalRule g_signals;
static_assert(std::atomic<const std::string *>::is_always_lock_free);

// What `leave` says; never freed, since it may be read at any moment.
std::atomic<const std::string *> g_last_words = nullptr;

double now_s() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

extern "C" void leave(int signal) {
  if (const std::string *words = g_last_words)
    (void)!::write(STDERR_FILENO, words->data(), words->size());
  ::_exit(128 + signal);
}

extern "C" void remember(int signal) {
  if (g_signals.take(signal, now_s()) == StopRequest::end) ::_exit(128 + signal);
}

bool is_ignored(int number) {
  struct sigaction now {};
  return ::sigaction(number, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

void handle_by(void (*handler)(int)) {
  for (int number : {SIGINT, SIGTERM, SIGHUP}) {
    if (number != SIGHUP || !is_ignored(number)) std::signal(number, handler);
  }
}

} // namespace

void leave_on_signals(const std::string &last_words) {
  g_last_words = new std::string(last_words); // NOLINT(cppcoreguidelines-owning-memory)
  handle_by(leave);
  std::signal(SIGPIPE, SIG_IGN);
}

void remember_signals() { handle_by(remember); }

int remembered_signal() { return g_signals.first(); }

} // namespace pursuit
