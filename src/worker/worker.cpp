#include "worker/worker.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <iterator>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/disk.hpp"
#include "base/errors.hpp"
#include "base/file_lock.hpp"
#include "schedule/claims.hpp"
#include "worker/worker_job.hpp"

namespace pursuit {

namespace {

// How often, in seconds, a job looks for runs that join it.
constexpr double k_look_s = 0.02;

// SIGTERM as a descriptor: whether it comes during a job or while we wait for one, it is seen once.
class StopSignal {
public:
  StopSignal() {
    std::signal(SIGINT, SIG_IGN);
    std::signal(SIGPIPE, SIG_IGN); // whoever listened is gone: EventPipe
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

// Of a line that came without: by hand.
std::vector<FileLock> own_claims(const std::string &output_dir,
                                 const std::vector<WorkerRun> &runs) {
  std::vector<FileLock> claims;
  for (const WorkerRun &run : runs) {
    if (!run.model_sha256.empty()) continue;
    const std::filesystem::path path = claim_path(output_dir, run.id);
    std::optional<FileLock> claim = FileLock::try_take(path);
    if (!claim) {
      throw RunError(fmt::format("run {} is being trained by {}: wait for it to end",
                                 run.id.substr(0, 12), FileLock::holder(path)));
    }
    claims.push_back(std::move(*claim));
  }
  return claims;
}

class OrderReader {
public:
  explicit OrderReader(int fd) : fd_(fd) {}

  // Nothing at the end of the input, or when a stop comes while waiting. One that came together with a
  // job is that job's.
  std::optional<WorkerOrder> next(StopSignal &stop) {
    std::string line;
    while (!take_line(line)) {
      const bool stops = stop.came();
      if (!read_more(stop.fd(), stops ? 0 : -1)) return std::nullopt;
    }
    return parse_order(line);
  }

  // An extension that has come during a job, with its claims: one by hand waits for the job's end. Waits for nothing.
  std::optional<WorkerExtension> extension() {
    const double now_s = real_clock().monotonic_s();
    if (now_s - looked_s_ < k_look_s) return std::nullopt;
    looked_s_ = now_s;
    read_more(-1, 0);
    std::string line;
    const bool is_one = text_.starts_with("{\"extend\":") && !claims_.empty();
    if (!is_one || !take_line(line)) return std::nullopt;
    return std::get<WorkerExtension>(parse_order(line));
  }

  // Of the runs to be trained: those that came with their line, else our own. Throws RunError where another process has one.
  std::vector<FileLock> claims_of(const std::string &output_dir,
                                  const std::vector<WorkerRun> &runs) {
    const std::ptrdiff_t trained = std::count_if(
        runs.begin(), runs.end(), [](const WorkerRun &run) { return run.model_sha256.empty(); });
    if (claims_.empty()) return own_claims(output_dir, runs);
    const auto end = claims_.begin() + std::min(trained, std::ssize(claims_));
    std::vector<FileLock> claims(std::make_move_iterator(claims_.begin()),
                                 std::make_move_iterator(end));
    claims_.erase(claims_.begin(), end);
    return claims;
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
    const ssize_t got = receive(buffer.data(), buffer.size());
    if (got < 0) return errno == EINTR || errno == EAGAIN;
    text_.append(buffer.data(), static_cast<std::size_t>(got));
    return got > 0;
  }

  // From a socket with the descriptors that come along; a job by hand comes from elsewhere.
  ssize_t receive(char *buffer, std::size_t size) {
    iovec bytes{buffer, size};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(k_most_passed * sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &bytes;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t got = ::recvmsg(fd_, &message, MSG_CMSG_CLOEXEC);
    if (got < 0 && errno == ENOTSOCK) return ::read(fd_, buffer, size);
    if (got < 0) return got;
    for (cmsghdr *head = CMSG_FIRSTHDR(&message); head != nullptr;
         head = CMSG_NXTHDR(&message, head)) {
      if (head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS) take_passed(*head);
    }
    return got;
  }

  void take_passed(cmsghdr &head) {
    const std::size_t count = (head.cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(&head) + i * sizeof(int), sizeof fd);
      claims_.push_back(FileLock::inherited(fd));
    }
  }

  int fd_;
  std::string text_;
  std::vector<FileLock> claims_; // of the lines that begin in `text_`
  double looked_s_ = 0;
};

// A descriptor of our own for events; the old one then leads to stderr, so that a library's chatter cannot get between
// them.
int take_over(int out_fd) {
  const int events = ::fcntl(out_fd, F_DUPFD_CLOEXEC, 3);
  if (events < 0) throw InternalError(fmt::format("worker output: {}", std::strerror(errno)));
  if (out_fd == STDOUT_FILENO) ::dup2(STDERR_FILENO, STDOUT_FILENO);
  return events;
}

// Where events go. Any thread may send. When nobody listens any more what is under way may end, for k_last_words_s.
class EventPipe {
public:
  explicit EventPipe(int fd) : fd_(fd) { std::signal(SIGALRM, SIG_DFL); }
  EventPipe(const EventPipe &) = delete;
  EventPipe &operator=(const EventPipe &) = delete;

  int fd() const { return fd_; }
  bool is_abandoned() const { return abandoned_; }

  void send(const WorkerEvent &event) {
    const std::string line = to_line(event);
    const std::lock_guard<std::mutex> alone(one_line_);
    if (!write_line(line)) abandon();
  }

  // The alarm ends the process, whatever it is doing by then.
  void abandon() {
    if (!abandoned_.exchange(true)) ::alarm(k_last_words_s);
  }

private:
  bool write_line(std::string_view line) const {
    while (!line.empty()) {
      const ssize_t written = ::write(fd_, line.data(), line.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return false;
      line.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
  }

  int fd_;
  std::mutex one_line_;
  std::atomic<bool> abandoned_ = false;
};

// Beside whatever else this process does: says from time to time that it lives, which it cannot while it is stopped, and
// sees at once when nobody listens any more. Whether a trial takes too long is for --timeout to say.
class Heartbeat {
public:
  explicit Heartbeat(EventPipe &events) : events_(events), end_fd_(::eventfd(0, EFD_CLOEXEC)) {
    try {
      thread_ = std::jthread([this] { beat(); });
    } catch (const std::system_error &) {
      // No room for a thread: the progress of the training must do.
    }
  }
  ~Heartbeat() {
    ::eventfd_write(end_fd_, 1);
    if (thread_.joinable()) thread_.join();
    ::close(end_fd_);
  }
  Heartbeat(const Heartbeat &) = delete;
  Heartbeat &operator=(const Heartbeat &) = delete;

private:
  void beat() {
    while (true) {
      std::array<pollfd, 2> entries = {pollfd{events_.fd(), 0, 0}, pollfd{end_fd_, POLLIN, 0}};
      const int ready = ::poll(entries.data(), entries.size(), static_cast<int>(1000 * k_beat_s));
      if (entries[1].revents != 0) return;
      if (entries[0].revents != 0) events_.abandon();
      if (ready == 0) events_.send(WorkerAlive{});
      if (events_.is_abandoned()) return;
    }
  }

  EventPipe &events_;
  int end_fd_;
  std::jthread thread_;
};

JoiningRuns joining(OrderReader &orders, const WorkerJob &job, WorkerExtension extension) {
  if (extension.pack_id != job.pack_id)
    throw InternalError(fmt::format("an extension of pack \"{}\" came during \"{}\"",
                                    extension.pack_id, job.pack_id));
  std::vector<FileLock> claims = orders.claims_of(job.output_dir, extension.runs);
  return {std::move(extension.runs), std::move(claims)};
}

// During a job. A line that is no extension after all is a bug of who wrote it, and none of the runs in training fails of it.
std::optional<JoiningRuns> joining_now(OrderReader &orders, const WorkerJob &job) {
  try {
    std::optional<WorkerExtension> extension = orders.extension();
    if (!extension) return std::nullopt;
    return joining(orders, job, std::move(*extension));
  } catch (const RunError &error) {
    throw InternalError(error.what());
  }
}

} // namespace

int run_worker(int in_fd, int out_fd) {
  StopSignal stop;
  EventPipe events(take_over(out_fd));
  const Heartbeat heartbeat(events);
  JobWorker worker(
      real_disk(), real_clock(), [&events](const WorkerEvent &event) { events.send(event); },
      [&] { return stop.came() || events.is_abandoned(); });
  OrderReader orders(in_fd);
  WorkerJob job; // the last one
  worker.ask_for_joining([&] { return joining_now(orders, job); });
  while (!events.is_abandoned()) {
    std::optional<WorkerOrder> order = orders.next(stop);
    if (!order) break;
    if (WorkerExtension *extension = std::get_if<WorkerExtension>(&*order)) {
      worker.extend(joining(orders, job, std::move(*extension)));
    } else {
      job = std::get<WorkerJob>(std::move(*order));
      worker.run(job, orders.claims_of(job.output_dir, job.runs));
    }
    stop.reset();
  }
  return 0;
}

} // namespace pursuit
