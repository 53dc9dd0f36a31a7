#include "cli/stop_signals.hpp"

#include <atomic>
#include <csignal>
#include <ctime>

#include <unistd.h>

namespace pursuit {

namespace {

// A terminal's Ctrl-C may arrive twice, from the terminal and from a program that passes it on:
// signals this close are one.
constexpr long long k_same_signal_ns = 500'000'000;

std::atomic<int> g_signal = 0;
std::atomic<long long> g_signal_ns = 0;
static_assert(std::atomic<int>::is_always_lock_free &&
              std::atomic<long long>::is_always_lock_free &&
              std::atomic<const std::string *>::is_always_lock_free);

// What `leave` says; never freed, since it may be read at any moment.
std::atomic<const std::string *> g_last_words = nullptr;

long long now_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return 1'000'000'000LL * now.tv_sec + now.tv_nsec;
}

extern "C" void leave(int signal) {
  if (const std::string *words = g_last_words)
    (void)!::write(STDERR_FILENO, words->data(), words->size());
  ::_exit(128 + signal);
}

extern "C" void remember(int signal) {
  if (g_signal == 0) {
    g_signal_ns = now_ns();
    g_signal = signal;
  } else if (now_ns() - g_signal_ns > k_same_signal_ns) {
    ::_exit(128 + signal);
  }
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

int remembered_signal() { return g_signal; }

} // namespace pursuit
