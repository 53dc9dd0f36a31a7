#include "schedule/worker_process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/argv.hpp"
#include "base/errors.hpp"
#include "schedule/worker_protocol.hpp"

extern char **environ;

namespace pursuit {

namespace {

constexpr std::size_t k_last_words = 2048;
constexpr std::size_t k_longest_line = 1 << 20;

[[noreturn]] void refuse(const std::string &program) {
  throw RunError(fmt::format("cannot start {}: {}", program, std::strerror(errno)));
}

// Above 0, 1 and 2, which the child replaces: a parent without stdin would get one of them.
int lifted(int fd) {
  if (fd < 0 || fd > 2) return fd;
  const int higher = ::fcntl(fd, F_DUPFD_CLOEXEC, 3);
  const int reason = errno;
  ::close(fd);
  errno = reason;
  return higher;
}

struct PipeEnds {
  Pipe read, write;
};

PipeEnds make_pipe(const std::string &program) {
  std::array<int, 2> fds{};
  if (::pipe2(fds.data(), O_CLOEXEC) != 0) refuse(program);
  PipeEnds ends{Pipe(lifted(fds[0])), Pipe(lifted(fds[1]))};
  if (!ends.read.is_open() || !ends.write.is_open()) refuse(program);
  return ends;
}

// For the worker's stdin: descriptors go through a socket.
PipeEnds make_channel(const std::string &program) {
  std::array<int, 2> fds{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()) != 0) refuse(program);
  PipeEnds ends{Pipe(lifted(fds[0])), Pipe(lifted(fds[1]))};
  if (!ends.read.is_open() || !ends.write.is_open()) refuse(program);
  return ends;
}

void do_not_wait(int fd) { ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK); }

// The child's side: async-signal-safe calls only, everything was made ready before the fork.
struct Launch {
  const char *program;
  char *const *arguments;
  char *const *environment;
  int in, out, err;
  pid_t parent;
};

[[noreturn]] void become_worker(const Launch &launch) {
  ::setpgid(0, 0);                                // the terminal's Ctrl-C belongs to the scheduler
  ::prctl(PR_SET_PDEATHSIG, SIGCONT);             // one that is stopped must find out, too
  if (::getppid() != launch.parent) ::_exit(127); // it died before the line above
  ::dup2(launch.in, STDIN_FILENO);
  ::dup2(launch.out, STDOUT_FILENO);
  ::dup2(launch.err, STDERR_FILENO);
  for (int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGCHLD, SIGCONT, SIGALRM})
    ::signal(number, SIG_DFL);
  sigset_t stop; // waits until the worker looks for it, also while the program is being loaded
  ::sigemptyset(&stop);
  ::sigaddset(&stop, SIGTERM);
  ::sigprocmask(SIG_SETMASK, &stop, nullptr);
  ::execve(launch.program, launch.arguments, launch.environment);
  const char *reason = ::strerrordesc_np(errno);
  for (const char *part : {"cannot execute ", launch.program, ": ", reason, "\n"}) {
    if (part != nullptr && ::write(STDERR_FILENO, part, std::strlen(part)) < 0) break;
  }
  ::_exit(127);
}

// Appends what is there; closes the pipe at its end.
void read_available(Pipe &pipe, std::string &text) {
  std::array<char, 65536> buffer;
  while (pipe.is_open()) {
    const ssize_t got = ::read(pipe.fd(), buffer.data(), buffer.size());
    if (got > 0) {
      text.append(buffer.data(), static_cast<std::size_t>(got));
    } else if (got < 0 && errno == EINTR) {
      continue;
    } else if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      return;
    } else {
      pipe.close();
    }
  }
}

bool is_set_by_slot(const std::string &entry, const std::vector<std::string> &own) {
  const std::string name = entry.substr(0, entry.find('=') + 1);
  return std::any_of(own.begin(), own.end(),
                     [&](const std::string &set) { return set.rfind(name, 0) == 0; });
}

} // namespace

void Pipe::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

int Pipe::release() {
  const int fd = fd_;
  fd_ = -1;
  return fd;
}

std::string signal_name(int number) {
  const char *name = ::sigabbrev_np(number);
  return name != nullptr ? fmt::format("SIG{}", name) : fmt::format("signal {}", number);
}

std::vector<std::string> worker_environment(const Slot &slot) {
  std::vector<std::string> entries;
  if (slot.kind == DeviceKind::cuda) {
    entries = {"CUDA_DEVICE_ORDER=PCI_BUS_ID", "CUDA_VISIBLE_DEVICES=" + slot.uuid};
  } else {
    entries = {"CUDA_VISIBLE_DEVICES=", "OMP_NUM_THREADS=1", "MKL_NUM_THREADS=1",
               "OPENBLAS_NUM_THREADS=1"};
  }
  const std::vector<std::string> own = entries;
  for (char **entry = environ; *entry != nullptr; ++entry) {
    if (!is_set_by_slot(*entry, own)) entries.emplace_back(*entry);
  }
  return entries;
}

WorkerProcess::WorkerProcess(const std::string &program, const Slot &slot) {
  PipeEnds in = make_channel(program);
  PipeEnds out = make_pipe(program);
  PipeEnds err = make_pipe(program);
  std::vector<std::string> arguments = {program, "--worker"};
  std::vector<std::string> environment = worker_environment(slot);
  const std::vector<char *> argument_list = pointers(arguments);
  const std::vector<char *> environment_list = pointers(environment);
  const Launch launch{program.c_str(), argument_list.data(), environment_list.data(),
                      in.read.fd(),    out.write.fd(),       err.write.fd(),
                      ::getpid()};
  pid_ = ::fork();
  if (pid_ < 0) refuse(program);
  if (pid_ == 0) become_worker(launch);
  ::setpgid(pid_, pid_); // both sides, so that neither can be too late
  in_ = std::move(in.write);
  out_ = std::move(out.read);
  err_ = std::move(err.read);
  for (int fd : {in_.fd(), out_.fd(), err_.fd()}) do_not_wait(fd);
}

WorkerProcess::~WorkerProcess() {
  if (pid_ < 0) return;
  kill();
  reap(true);
}

void WorkerProcess::send(std::string text, std::vector<int> passed) {
  unsent_.push_back({std::move(text), std::move(passed)});
  write_some();
}

// Descriptors go with a byte each time, as many as one call takes.
ssize_t WorkerProcess::write_piece(Message &message) {
  const std::size_t count = std::min(message.passed.size(), k_most_passed);
  iovec bytes{message.text.data(), count > 0 ? 1 : message.text.size()};
  msghdr piece{};
  piece.msg_iov = &bytes;
  piece.msg_iovlen = 1;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(k_most_passed * sizeof(int))> control{};
  if (count > 0) {
    piece.msg_control = control.data();
    piece.msg_controllen = CMSG_SPACE(count * sizeof(int));
    cmsghdr *head = CMSG_FIRSTHDR(&piece);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(count * sizeof(int));
    std::memcpy(CMSG_DATA(head), message.passed.data(), count * sizeof(int));
  }
  const ssize_t written = ::sendmsg(in_.fd(), &piece, MSG_NOSIGNAL);
  if (written > 0) {
    message.passed.erase(message.passed.begin(),
                         message.passed.begin() + static_cast<std::ptrdiff_t>(count));
    message.text.erase(0, static_cast<std::size_t>(written));
  }
  return written;
}

void WorkerProcess::write_some() {
  while (has_unsent()) {
    if (write_piece(unsent_.front()) >= 0) {
      if (unsent_.front().text.empty()) unsent_.pop_front();
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return;
    } else if (errno != EINTR) {
      in_.close(); // the worker is gone; its end is reported when it is reaped
    }
  }
}

std::vector<std::string> WorkerProcess::read_lines() {
  read_available(out_, partial_line_);
  std::vector<std::string> lines;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = partial_line_.find('\n', begin);
    if (end == std::string::npos) break;
    lines.push_back(partial_line_.substr(begin, end - begin));
    begin = end + 1;
  }
  partial_line_.erase(0, begin);
  if (partial_line_.size() > k_longest_line) lines.push_back(std::exchange(partial_line_, ""));
  return lines;
}

void WorkerProcess::read_stderr() {
  read_available(err_, last_words_);
  if (last_words_.size() > k_last_words) last_words_.erase(0, last_words_.size() - k_last_words);
}

void WorkerProcess::signal(int number) {
  if (pid_ > 0) ::kill(pid_, number);
}

void WorkerProcess::signal_all(int number) {
  if (pid_ > 0) ::kill(-pid_, number);
}

void WorkerProcess::kill() {
  killed_ = true;
  if (pid_ <= 0) return;
  signal_all(SIGKILL);
  ::kill(pid_, SIGKILL); // should it not lead a group yet
}

std::optional<ProcessEnd> WorkerProcess::reap(bool wait) {
  if (pid_ < 0) return std::nullopt;
  int status = 0;
  pid_t ended = 0;
  do {
    ended = ::waitpid(pid_, &status, wait ? 0 : WNOHANG);
  } while (ended < 0 && errno == EINTR);
  if (ended == 0) return std::nullopt;
  pid_ = -1;
  ProcessEnd end;
  if (ended > 0 && WIFEXITED(status)) end.exit_code = WEXITSTATUS(status);
  if (ended > 0 && WIFSIGNALED(status)) end.signal = signal_name(WTERMSIG(status));
  return end;
}

} // namespace pursuit
