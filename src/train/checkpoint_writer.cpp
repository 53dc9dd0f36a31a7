#include "train/checkpoint_writer.hpp"

#include <system_error>
#include <utility>

#include "base/errors.hpp"

namespace pursuit {

CheckpointWriter::CheckpointWriter(Write write, bool beside) : write_(std::move(write)) {
  if (!beside) return;
  try {
    thread_ = std::jthread([this] { work(); });
  } catch (const std::system_error &) {
    // `put` writes.
  }
}

CheckpointWriter::~CheckpointWriter() {
  const std::lock_guard lock(mutex_);
  waiting_.clear();
  leaves_ = true;
  changed_.notify_all();
}

void CheckpointWriter::put(std::size_t item, Checkpoint checkpoint) {
  if (!thread_.joinable()) {
    write(item, checkpoint);
    finish();
    return;
  }
  const std::lock_guard lock(mutex_);
  waiting_.insert_or_assign(item, std::move(checkpoint));
  changed_.notify_all();
}

void CheckpointWriter::drop(std::size_t item) {
  std::unique_lock lock(mutex_);
  waiting_.erase(item);
  wait_until(lock, [&] { return !is_writing_ || written_item_ != item; });
}

void CheckpointWriter::finish() {
  std::unique_lock lock(mutex_);
  wait_until(lock, [&] { return !is_writing_ && waiting_.empty(); });
}

void CheckpointWriter::wait_until(std::unique_lock<std::mutex> &lock,
                                  const std::function<bool()> &done) {
  changed_.wait(lock, [&] { return bug_ || done(); });
  if (bug_) std::rethrow_exception(bug_);
}

std::map<std::size_t, std::string> CheckpointWriter::take_faults() {
  const std::lock_guard lock(mutex_);
  if (bug_) std::rethrow_exception(bug_);
  return std::exchange(faults_, {});
}

void CheckpointWriter::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return leaves_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    auto place = waiting_.upper_bound(written_item_); // in turn
    if (place == waiting_.end()) place = waiting_.begin();
    const auto next = waiting_.extract(place);
    written_item_ = next.key();
    is_writing_ = true;
    lock.unlock();
    write(next.key(), next.mapped());
    lock.lock();
    is_writing_ = false;
    changed_.notify_all();
  }
}

void CheckpointWriter::write(std::size_t item, const Checkpoint &checkpoint) {
  std::string fault;
  std::exception_ptr bug;
  try {
    write_(checkpoint);
  } catch (const RunError &error) {
    fault = error.what();
  } catch (const std::bad_alloc &) {
    fault = "out of memory";
  } catch (...) {
    bug = std::current_exception();
  }
  const std::lock_guard lock(mutex_);
  faults_.insert_or_assign(item, std::move(fault));
  if (bug) bug_ = bug;
}

} // namespace pursuit
