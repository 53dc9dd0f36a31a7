#include "cli/worker.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/disk.hpp"
#include "base/errors.hpp"
#include "cli/worker_job.hpp"

namespace pursuit {

namespace {

// SIGTERM as a descriptor: whether it comes during a job or while we wait for one, it is seen once.
class StopSignal {
public:
  StopSignal() {
    std::signal(SIGINT, SIG_IGN);
    sigset_t stop;
    ::sigemptyset(&stop);
    ::sigaddset(&stop, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &stop,
                      nullptr); // before an engine starts threads: they inherit it
    fd_ = ::signalfd(-1, &stop, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd_ < 0) throw InternalError(fmt::format("signalfd: {}", std::strerror(errno)));
  }
  ~StopSignal() { ::close(fd_); }
  StopSignal(const StopSignal &) = delete;
  StopSignal &operator=(const StopSignal &) = delete;

  int fd() const { return fd_; }
  // True from the signal on, until it is reset.
  bool came() {
    signalfd_siginfo about{};
    while (::read(fd_, &about, sizeof about) > 0) came_ = true;
    return came_;
  }
  void reset() { came_ = false; }

private:
  int fd_ = -1;
  bool came_ = false;
};

class LineReader {
public:
  explicit LineReader(int fd) : fd_(fd) {}

  // False at the end of the input, or when a stop comes while waiting.
  bool next(std::string &line, StopSignal &stop) {
    while (true) {
      const std::size_t end = text_.find('\n');
      if (end != std::string::npos) {
        line = text_.substr(0, end);
        text_.erase(0, end + 1);
        return true;
      }
      if (stop.came() || !read_more(stop)) return false;
    }
  }

private:
  bool read_more(StopSignal &stop) {
    std::array<pollfd, 2> entries = {pollfd{fd_, POLLIN, 0}, pollfd{stop.fd(), POLLIN, 0}};
    if (::poll(entries.data(), entries.size(), -1) < 0) return errno == EINTR;
    if (entries[0].revents == 0) return true;
    std::array<char, 65536> buffer;
    const ssize_t got = ::read(fd_, buffer.data(), buffer.size());
    if (got < 0) return errno == EINTR || errno == EAGAIN;
    text_.append(buffer.data(), static_cast<std::size_t>(got));
    return got > 0;
  }

  int fd_;
  std::string text_;
};

// A descriptor of our own for events; the old one then leads to stderr, so that a library's chatter cannot get between
// them.
int take_over(int out_fd) {
  const int events = ::fcntl(out_fd, F_DUPFD_CLOEXEC, 3);
  if (events < 0) throw InternalError(fmt::format("worker output: {}", std::strerror(errno)));
  if (out_fd == STDOUT_FILENO) ::dup2(STDERR_FILENO, STDOUT_FILENO);
  return events;
}

void write_line(int fd, std::string_view line) {
  while (!line.empty()) {
    const ssize_t written = ::write(fd, line.data(), line.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw RunError(fmt::format("nobody listens: {}", std::strerror(errno)));
    line.remove_prefix(static_cast<std::size_t>(written));
  }
}

} // namespace

int run_worker(int in_fd, int out_fd) {
  StopSignal stop;
  const int events = take_over(out_fd);
  JobWorker worker(
      real_disk(), real_clock(),
      [events](const WorkerEvent &event) { write_line(events, to_line(event)); },
      [&stop] { return stop.came(); });
  LineReader jobs(in_fd);
  for (std::string line; jobs.next(line, stop);) {
    worker.run(parse_job(line));
    stop.reset();
  }
  ::close(events);
  return 0;
}

} // namespace pursuit
