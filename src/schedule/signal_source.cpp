#include "schedule/signal_source.hpp"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/errors.hpp"

namespace pursuit {

namespace {

struct sigaction replace_action(int number, void (*action)(int)) {
  struct sigaction wanted {};
  struct sigaction old {};
  wanted.sa_handler = action;
  ::sigemptyset(&wanted.sa_mask);
  ::sigaction(number, &wanted, &old);
  return old;
}

bool is_ignored(int number) {
  struct sigaction now {};
  return ::sigaction(number, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

} // namespace

SignalSource::SignalSource(bool resizes) {
  sigset_t wanted;
  ::sigemptyset(&wanted);
  for (int number : {SIGINT, SIGTERM, SIGCHLD}) ::sigaddset(&wanted, number);
  if (resizes) ::sigaddset(&wanted, SIGWINCH);
  for (int number : {SIGHUP, SIGTSTP}) {
    if (!is_ignored(number)) ::sigaddset(&wanted, number);
  }
  ::pthread_sigmask(SIG_BLOCK, &wanted, &old_mask_);
  old_pipe_ = replace_action(SIGPIPE, SIG_IGN);
  old_child_ =
      replace_action(SIGCHLD, SIG_DFL); // ignored, children would be reaped behind our back
  old_interrupt_ = replace_action(SIGINT, SIG_DFL); // a shell script's `&` leaves it ignored
  fd_ = ::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
  if (fd_ < 0) throw RunError(fmt::format("cannot listen to signals: {}", std::strerror(errno)));
}

SignalSource::~SignalSource() {
  take(); // a signal that came while we were ending has been seen as much as it can be
  ::close(fd_);
  ::sigaction(SIGPIPE, &old_pipe_, nullptr);
  ::sigaction(SIGCHLD, &old_child_, nullptr);
  ::sigaction(SIGINT, &old_interrupt_, nullptr);
  ::pthread_sigmask(SIG_SETMASK, &old_mask_, nullptr);
}

std::vector<int> SignalSource::take() {
  std::vector<int> numbers;
  signalfd_siginfo about{};
  while (::read(fd_, &about, sizeof about) == static_cast<ssize_t>(sizeof about)) {
    numbers.push_back(static_cast<int>(about.ssi_signo));
  }
  return numbers;
}

} // namespace pursuit
