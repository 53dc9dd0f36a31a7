// Checkpoints are made bytes of and written beside the training, by one thread: of a network whose checkpoint still waits the
// newest wins. The functions are called by the thread that trains.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "train/checkpoint.hpp"

namespace pursuit {

class CheckpointWriter {
public:
  // Throws RunError where it cannot be written; what else it throws comes back from the functions below.
  using Write = std::function<void(const Checkpoint &)>;

  // Not `beside`: `put` writes itself, and so it does where there is no room for a thread.
  explicit CheckpointWriter(Write write, bool beside);
  // What waits is not written any more.
  ~CheckpointWriter();
  CheckpointWriter(const CheckpointWriter &) = delete;
  CheckpointWriter &operator=(const CheckpointWriter &) = delete;

  void put(std::size_t item, Checkpoint checkpoint);
  // No checkpoint of the item is written after this.
  void drop(std::size_t item);
  // All are written, or dropped.
  void finish();
  // Why the last one of each item is not on the disk, empty where it is; of those written since the last call.
  std::map<std::size_t, std::string> take_faults();

private:
  void work();
  void write(std::size_t item, const Checkpoint &checkpoint);
  void wait_until(std::unique_lock<std::mutex> &lock, const std::function<bool()> &done);

  const Write write_;
  std::mutex mutex_; // of all below
  std::condition_variable changed_;
  std::map<std::size_t, Checkpoint> waiting_;
  std::map<std::size_t, std::string> faults_;
  std::exception_ptr bug_;
  std::size_t written_item_ = 0; // the last one, or that which is being written
  bool is_writing_ = false, leaves_ = false;
  std::jthread thread_;
};

} // namespace pursuit
