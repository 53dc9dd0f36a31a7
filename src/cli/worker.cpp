#include "cli/worker.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>

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

  // False at the end of the input, or when a stop comes while waiting. One that came together with a
  // job is that job's.
  bool next(std::string &line, StopSignal &stop) {
    while (!take_line(line)) {
      const bool stops = stop.came();
      if (!read_more(stop.fd(), stops ? 0 : -1)) return false;
    }
    return true;
  }

private:
  bool take_line(std::string &line) {
    const std::size_t end = text_.find('\n');
    if (end == std::string::npos) return false;
    line = text_.substr(0, end);
    text_.erase(0, end + 1);
    return true;
  }

  // False: nothing more comes, or not within the time (milliseconds; -1: any).
  bool read_more(int stop_fd, int timeout_ms) {
    std::array<pollfd, 2> entries = {pollfd{fd_, POLLIN, 0}, pollfd{stop_fd, POLLIN, 0}};
    const int ready = ::poll(entries.data(), entries.size(), timeout_ms);
    if (ready < 0) return errno == EINTR;
    if (entries[0].revents == 0) return ready > 0;
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

// Where events go. Any thread may send. Open until the process ends: who listens kills a worker that
// can say no more.
class EventPipe {
public:
  explicit EventPipe(int fd) : fd_(fd) {}
  EventPipe(const EventPipe &) = delete;
  EventPipe &operator=(const EventPipe &) = delete;

  void send(const WorkerEvent &event) {
    const std::string line = to_line(event);
    const std::lock_guard<std::mutex> alone(one_line_);
    write_line(line);
  }

private:
  void write_line(std::string_view line) const;

  int fd_;
  std::mutex one_line_;
};

void EventPipe::write_line(std::string_view line) const {
  while (!line.empty()) {
    const ssize_t written = ::write(fd_, line.data(), line.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw RunError(fmt::format("nobody listens: {}", std::strerror(errno)));
    line.remove_prefix(static_cast<std::size_t>(written));
  }
}

// Says from time to time that this process lives, beside whatever else it does. It cannot while it
// is stopped; whether a trial takes too long is for --timeout to say.
class Heartbeat {
public:
  explicit Heartbeat(EventPipe &events) {
    try {
      thread_ = std::jthread([this, &events](const std::stop_token &stop) { beat(events, stop); });
    } catch (const std::system_error &) {
      // No room for a thread: the progress of the training must do.
    }
  }

private:
  void beat(EventPipe &events, const std::stop_token &stop) {
    const std::chrono::duration<double> pause(k_beat_s);
    std::unique_lock<std::mutex> lock(mutex_);
    while (!wake_.wait_for(lock, stop, pause, [&] { return stop.stop_requested(); })) {
      try {
        events.send(WorkerAlive{});
      } catch (const RunError &) {
        return; // nobody listens: the job finds out too
      }
    }
  }

  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_; // last: it uses the others
};

} // namespace

int run_worker(int in_fd, int out_fd) {
  StopSignal stop;
  EventPipe events(take_over(out_fd));
  const Heartbeat heartbeat(events);
  JobWorker worker(
      real_disk(), real_clock(), [&events](const WorkerEvent &event) { events.send(event); },
      [&stop] { return stop.came(); });
  LineReader jobs(in_fd);
  for (std::string line; jobs.next(line, stop);) {
    worker.run(parse_job(line));
    stop.reset();
  }
  return 0;
}

} // namespace pursuit
