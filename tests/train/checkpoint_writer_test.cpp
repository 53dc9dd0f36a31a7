// Checkpoints beside the training: the newest of each, none after it is dropped, and faults come back.
#include <gtest/gtest.h>

#include <future>
#include <vector>

#include "base/errors.hpp"
#include "train/checkpoint_writer.hpp"

namespace pursuit {
namespace {

Checkpoint at_trial(std::int64_t trial) {
  Checkpoint checkpoint;
  checkpoint.state.updates = trial;
  return checkpoint;
}

// Writes once it may.
class SlowDisk {
public:
  void write(const Checkpoint &checkpoint) {
    if (std::exchange(first_, false)) {
      begun_.set_value();
      may_go_.get_future().wait();
    }
    written.push_back(checkpoint.state.updates);
  }
  void wait_for_write() { begun_.get_future().wait(); }
  void go() { may_go_.set_value(); }

  std::vector<std::int64_t> written; // when the writer has finished

private:
  bool first_ = true;
  std::promise<void> begun_, may_go_;
};

TEST(CheckpointWriter, NewestWinsWhileOneIsBeingWritten) {
  SlowDisk disk;
  CheckpointWriter writer([&](const Checkpoint &c) { disk.write(c); }, true);
  writer.put(0, at_trial(1));
  disk.wait_for_write();
  for (std::int64_t trial : {2, 3}) writer.put(0, at_trial(trial));
  writer.put(1, at_trial(10));
  writer.put(0, at_trial(4));
  disk.go();
  writer.finish();
  EXPECT_EQ(disk.written, (std::vector<std::int64_t>{1, 10, 4})); // in turn
}

TEST(CheckpointWriter, NothingOfAnItemIsWrittenOnceItIsDropped) {
  SlowDisk disk;
  CheckpointWriter writer([&](const Checkpoint &c) { disk.write(c); }, true);
  writer.put(0, at_trial(1));
  disk.wait_for_write();
  writer.put(0, at_trial(2));
  writer.put(1, at_trial(10));
  std::future<void> dropped = std::async(std::launch::async, [&] { writer.drop(0); });
  EXPECT_EQ(dropped.wait_for(std::chrono::milliseconds(20)), std::future_status::timeout);
  disk.go(); // it waits for that which is under way
  dropped.get();
  writer.finish();
  EXPECT_EQ(disk.written, (std::vector<std::int64_t>{1, 10}));
}

class FaultyWriter : public testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(BesideOrNot, FaultyWriter, testing::Bool());

TEST_P(FaultyWriter, FaultsComeBackAndGoWithTheNextGoodOne) {
  CheckpointWriter writer(
      [](const Checkpoint &c) {
        if (c.state.updates == 1) throw RunError("no room");
      },
      GetParam());
  writer.put(3, at_trial(1));
  writer.finish();
  EXPECT_EQ(writer.take_faults(), (std::map<std::size_t, std::string>{{3, "no room"}}));
  EXPECT_TRUE(writer.take_faults().empty());
  writer.put(3, at_trial(2));
  writer.finish();
  EXPECT_EQ(writer.take_faults(), (std::map<std::size_t, std::string>{{3, ""}}));
}

TEST_P(FaultyWriter, BugsAreThrownToWhoTrains) {
  CheckpointWriter writer([](const Checkpoint &) { throw InternalError("a bug"); }, GetParam());
  EXPECT_THROW(
      {
        writer.put(0, at_trial(1));
        writer.finish();
      },
      InternalError);
  EXPECT_THROW(writer.take_faults(), InternalError);
}

// What waits is not written, and nobody waits for it.
TEST(CheckpointWriter, IsLeftInTheMiddle) {
  SlowDisk disk;
  {
    CheckpointWriter writer([&](const Checkpoint &c) { disk.write(c); }, true);
    writer.put(0, at_trial(1));
    disk.wait_for_write();
    writer.put(0, at_trial(2));
    disk.go();
  }
  EXPECT_LE(disk.written.size(), 2u);
  EXPECT_EQ(disk.written.at(0), 1);
}

} // namespace
} // namespace pursuit
