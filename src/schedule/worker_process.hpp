// One worker process, the socket to its stdin and the pipes from its stdout and stderr. Nothing here waits: reads and writes take what is there.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "schedule/slot.hpp"

namespace pursuit {

// An open file descriptor, at least 3, closed on exec.
class Pipe {
public:
  Pipe() = default;
  explicit Pipe(int fd) : fd_(fd) {}
  ~Pipe() { close(); }
  Pipe(Pipe &&other) noexcept : fd_(other.release()) {}
  Pipe &operator=(Pipe &&other) noexcept {
    if (this != &other) {
      close();
      fd_ = other.release();
    }
    return *this;
  }
  int fd() const { return fd_; } // -1: closed
  bool is_open() const { return fd_ >= 0; }
  void close();

private:
  int release();
  int fd_ = -1;
};

// What a worker of this slot finds in its environment: this process's own, with one thread per CPU
// worker and the slot's GPU, or none, visible. "NAME=value" each.
std::vector<std::string> worker_environment(const Slot &slot);

struct ProcessEnd {
  std::optional<int> exit_code;
  std::string signal; // "SIGSEGV"
};

// "SIGSEGV"; a number that has no name: "signal 34".
std::string signal_name(int number);

class WorkerProcess {
public:
  // Forks and executes. When the thread that called this ends, the child goes on if it was stopped, and is to see from its
  // streams that nobody is there any more. Throws RunError if
  // the system refuses; a program that cannot be executed ends with exit code 127 and says why on
  // stderr.
  WorkerProcess(const std::string &program, const Slot &slot);
  // Kills and reaps it if it is still there.
  ~WorkerProcess();
  WorkerProcess(const WorkerProcess &) = delete;
  WorkerProcess &operator=(const WorkerProcess &) = delete;

  // Queued; goes out as the worker reads. `passed`: descriptors that it gets copies of, with the text's first bytes (unix(7));
  // they stay open until then.
  void send(std::string text, std::vector<int> passed = {});
  bool has_unsent() const { return !unsent_.empty() && in_.is_open(); }
  void write_some();
  // Whole lines the worker has written, without their ends. A line over 1 MiB comes in pieces of
  // that size.
  std::vector<std::string> read_lines();
  void read_stderr();
  std::string last_words() const { return last_words_; } // the last 2 KiB of stderr

  int in_fd() const { return in_.fd(); }
  int out_fd() const { return out_.fd(); }
  int err_fd() const { return err_.fd(); }

  void signal(int number);
  void signal_all(int number); // to it and whatever it started
  void kill();                 // SIGKILL to all of them
  bool killed() const { return killed_; }
  void close_input() { in_.close(); }
  // Its end, once; nothing while it lives.
  std::optional<ProcessEnd> reap(bool wait);

private:
  struct Message {
    std::string text;
    std::vector<int> passed;
  };
  ssize_t write_piece(Message &message);

  pid_t pid_ = -1; // -1: reaped
  bool killed_ = false;
  Pipe in_, out_, err_; // the worker's stdin, stdout, stderr
  std::deque<Message> unsent_;
  std::string partial_line_, last_words_;
};

} // namespace pursuit
