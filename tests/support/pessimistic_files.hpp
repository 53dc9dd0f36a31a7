// A file system in memory that keeps of a crash only what it promised. A file's bytes are safe
// after fsync of the file, its name after fsync of the folder; of anything else, what survives a
// power cut is chosen against the program: nothing, or any part of it, torn and with garbage in it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/file_calls.hpp"

namespace pursuit::test {

// Thrown out of the call at which the process dies; no part of the program catches it.
struct Death {};

enum class Loss {
  nothing,    // the process was killed, the machine goes on
  everything, // the power was cut: what was not synced is gone
  anything,   // the power was cut: of what was not synced, some parts are there
};

class PessimisticFiles : public FileCalls {
public:
  PessimisticFiles();

  // Death just before the n-th call from now that changes or syncs something (from 1 on); where it
  // is a write, half of its bytes have gone out.
  void die_at(long n, Loss loss, unsigned seed = 0);
  // The n-th call from now, or each from the n-th on, does nothing and fails with `reason`.
  void fail_at(long n, int reason, bool for_ever);
  // Each write takes half of the bytes it is given.
  bool short_writes = false;
  // Bytes that all files together may have; writes beyond it fail with ENOSPC.
  std::size_t capacity = SIZE_MAX;

  // Calls so far that may die; that may fail.
  long deadly_calls() const { return deadly_; }
  long failing_calls() const { return failing_; }
  const std::string &died_at() const { return died_at_; } // "fsync /lab/x"
  bool dead() const { return dead_; }

  // The next process: what is on the disk is what survived; nothing is open or locked, nothing
  // will die or fail any more.
  void restart();
  // As restart, for one process of several that share the machine: its descriptors are gone.
  void close_all();

  // Looks and writes from outside; not counted. Written files are on the disk.
  std::optional<std::string> bytes(const std::string &path) const;
  void put(const std::string &path, const std::string &text);
  void put_folder(const std::string &path);
  std::vector<std::string> paths() const; // of files, sorted

  int open(const std::string &path, int flags, mode_t mode) override;
  int close(int fd) override;
  ssize_t read(int fd, char *buffer, std::size_t size) override;
  ssize_t pread(int fd, char *buffer, std::size_t size, off_t offset) override;
  ssize_t write(int fd, const char *bytes, std::size_t size) override;
  int ftruncate(int fd, off_t size) override;
  int fstat(int fd, struct stat *about) override;
  int stat(const std::string &path, struct stat *about) override;
  int fsync(int fd) override;
  int flock(int fd, int operation) override;
  int rename(const std::string &from, const std::string &to) override;
  int link(const std::string &from, const std::string &to) override;
  int unlink(const std::string &path) override;
  int mkdir(const std::string &path, mode_t mode) override;
  int list(const std::string &folder, std::vector<std::string> &names) override;
  long long free_bytes(const std::string &folder) override;

private:
  struct Node {
    bool folder = false;
    std::string bytes;  // as processes see it
    std::string synced; // as the disk has it
  };
  using NodePtr = std::shared_ptr<Node>;
  using Tree = std::map<std::string, NodePtr>; // by path
  struct Opened {
    NodePtr node;
    std::string path;
    std::size_t at = 0;
    bool appends = false, locked = false;
  };

  bool refused(const char *call, const std::string &path, bool deadly);
  void die();
  std::size_t accepted(const Opened &file, std::size_t size) const;
  std::string torn(const Node &node);
  bool coin() { return random_() % 2 == 0; }
  static std::string clean(const std::string &path);
  static std::string folder_of(const std::string &path);
  NodePtr find(const std::string &path) const;
  bool has_folder(const std::string &path) const;

  Tree now_, synced_;
  std::map<int, Opened> opened_;
  int next_fd_ = 1000;
  long deadly_ = 0, failing_ = 0;
  long die_at_ = -1, fail_at_ = -1;
  bool fails_for_ever_ = false, dead_ = false;
  int fail_reason_ = 0;
  Loss loss_ = Loss::nothing;
  std::mt19937 random_;
  std::string died_at_;
};

} // namespace pursuit::test
