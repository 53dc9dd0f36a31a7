// A small sweep dies at every one of its system calls in turn, on a disk that keeps no more than it
// promised, and is started again.
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include <fcntl.h>
#include <unistd.h>

#include "base/sha256.hpp"
#include "laboratory.hpp"

namespace pursuit::test {
namespace {

// What an uninterrupted sweep leaves, and how many calls it takes.
struct Uninterrupted {
  explicit Uninterrupted(const Equipment &equipment) {
    Laboratory laboratory(equipment);
    session = laboratory.run();
    models = laboratory.models();
    deadly_calls = laboratory.files.deadly_calls();
    failing_calls = laboratory.files.failing_calls();
  }
  Session session;
  std::map<std::string, std::string> models;
  long deadly_calls = 0, failing_calls = 0;
};

const Uninterrupted &uninterrupted(const Equipment &equipment = {}) {
  static std::map<Equipment, Uninterrupted> sweeps;
  return sweeps.try_emplace(equipment, equipment).first->second;
}

// A walk over no calls finds no fault. A sweep of six runs writes and syncs folders, settings, models, evaluations,
// results, journal and manifest: some 200 calls at least, whatever is changed in it.
constexpr long k_fewest_calls = 200;

// Two stage-2 runs of a parent side by side; the same runs, each on a core of its own.
const Equipment k_packed = {"fused", "cpu:1"}, k_apart = {"fused", "cpu:6"};

int largest_pack(const Session &session) {
  int largest = 0;
  for (const ManifestRun &run : session.ran->manifest.runs)
    largest = std::max(largest, run.pack.size);
  return largest;
}

// What readers are shown after a crash: whole or absent, nothing that is not there, and every run
// that was done.
void expect_true_manifest(Laboratory &laboratory, const std::set<std::string> &done) {
  const std::optional<Manifest> manifest = laboratory.seen();
  EXPECT_TRUE(manifest || done.empty());
  if (!manifest) return;
  const std::map<std::string, std::string> models = laboratory.models();
  for (const ManifestRun &run : manifest->runs) {
    EXPECT_NE(run.state, RunState::running);
    EXPECT_TRUE(run.state == RunState::done || !done.contains(run.id)) << "run " << run.id;
    if (run.state != RunState::done) continue;
    ASSERT_TRUE(run.model);
    const auto model = models.find("/lab/results/" + run.model->path);
    ASSERT_NE(model, models.end());
    EXPECT_EQ(sha256_hex(model->second), run.model->sha256);
  }
}

// The next start after `before` does the rest, and nothing twice.
void expect_to_go_on(Laboratory &laboratory, const Session &before,
                     const Equipment &equipment = {}) {
  const Session after = laboratory.run();
  ASSERT_TRUE(after.ran) << after.error;
  EXPECT_EQ(after.ran->manifest.state, "complete");
  EXPECT_EQ(laboratory.manifest(), manifest_json(after.ran->manifest));
  EXPECT_TRUE(laboratory.models() == uninterrupted(equipment).models)
      << "other bytes than uninterrupted";
  EXPECT_EQ(laboratory.leftovers(), std::vector<std::string>());
  for (std::size_t i = 0; i < after.ran->manifest.runs.size(); ++i) {
    const ManifestRun &run = after.ran->manifest.runs[i];
    if (!before.done.contains(run.id)) continue;
    EXPECT_FALSE(after.from_trial.contains(run.id)) << "run " << run.id << " was done before";
    EXPECT_EQ(run.pack.size, uninterrupted(equipment).session.ran->manifest.runs[i].pack.size);
  }
  for (const auto &[id, from_trial] : after.from_trial) {
    const auto seen = before.trials.find(id);
    if (seen == before.trials.end()) continue;
    EXPECT_GE(from_trial + k_trials_per_checkpoint, seen->second) << "run " << id;
  }
}

bool long_tests() { return std::getenv("PURSUIT_LONG_TESTS") != nullptr; }

class Crash : public testing::Test {
protected:
  // What the program says of its crashes is for its user, not for the test's log.
  Crash() : stderr_(::dup(STDERR_FILENO)) {
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    ::dup2(nowhere, STDERR_FILENO);
    ::close(nowhere);
  }
  ~Crash() override {
    ::dup2(stderr_, STDERR_FILENO);
    ::close(stderr_);
    std::printf("%ld crash points\n", tried_);
  }

  // Dies at that call, starts again, and looks.
  void die_and_go_on(long call, Loss loss, unsigned seed, const Equipment &equipment = {}) {
    Laboratory laboratory(equipment);
    laboratory.files.die_at(call, loss, seed);
    const Session before = laboratory.run();
    SCOPED_TRACE(testing::Message()
                 << "call " << call << ", " << laboratory.files.died_at() << ", seed " << seed);
    EXPECT_TRUE(before.died);
    laboratory.files.restart();
    expect_true_manifest(laboratory, before.done);
    // A power cut may leave another file's bytes at the end of an unsynced one.
    if (loss != Loss::anything) {
      EXPECT_EQ(laboratory.journal().damaged, 0);
    }
    expect_to_go_on(laboratory, before, equipment);
    ++tried_;
  }

  // The scheduler goes on and tries the run again.
  void kill_worker_at_its_calls(const Equipment &equipment, long step) {
    const Uninterrupted &whole = uninterrupted(equipment);
    for (long call = 1; call <= whole.deadly_calls && !HasFailure(); call += step) {
      Laboratory laboratory(equipment);
      laboratory.only_workers_die = true;
      laboratory.files.die_at(call, Loss::nothing);
      const Session session = laboratory.run();
      if (session.died) continue; // it was the scheduler's own call
      SCOPED_TRACE(testing::Message() << "call " << call << ", " << laboratory.files.died_at());
      ASSERT_TRUE(session.ran) << session.error;
      EXPECT_EQ(session.ran->manifest.state, "complete");
      EXPECT_TRUE(laboratory.models() == whole.models);
      ++tried_;
    }
    if (HasFailure()) return;
    EXPECT_GE(whole.deadly_calls, k_fewest_calls);
    // A third of all calls at least are made by workers.
    EXPECT_GE(tried_, whole.deadly_calls / step / 3);
  }

  // Every `step`th of `calls` was tried, and there were many.
  void expect_walked(long calls, long step = 1, long times = 1) const {
    if (HasFailure()) return; // the walk stops at the first
    EXPECT_GE(calls, k_fewest_calls);
    EXPECT_EQ(tried_, (calls + step - 1) / step * times);
  }

  long tried_ = 0;

private:
  int stderr_;
};

TEST_F(Crash, UninterruptedSweepIsComplete) {
  EXPECT_EQ(uninterrupted().models.size(), 6u);
  ASSERT_TRUE(uninterrupted().session.ran);
  EXPECT_EQ(uninterrupted().session.ran->manifest.state, "complete");
}

TEST_F(Crash, KilledAtEveryCall) {
  for (long call = 1; call <= uninterrupted().deadly_calls && !HasFailure(); ++call) {
    die_and_go_on(call, Loss::nothing, 0);
  }
  expect_walked(uninterrupted().deadly_calls);
}

TEST_F(Crash, PowerCutAtEveryCallLosesWhatWasNotSynced) {
  for (long call = 1; call <= uninterrupted().deadly_calls && !HasFailure(); ++call) {
    die_and_go_on(call, Loss::everything, 0);
  }
  expect_walked(uninterrupted().deadly_calls);
}

TEST_F(Crash, PowerCutAtEveryCallTearsWhatWasNotSynced) {
  const unsigned seeds = long_tests() ? 20 : 1;
  for (long call = 1; call <= uninterrupted().deadly_calls && !HasFailure(); ++call) {
    for (unsigned seed = 0; seed < seeds; ++seed) {
      die_and_go_on(call, Loss::anything, static_cast<unsigned>(call) * 100 + seed);
    }
  }
  expect_walked(uninterrupted().deadly_calls, 1, seeds);
}

TEST_F(Crash, WorkerKilledAtEveryCallOfItsOwn) { kill_worker_at_its_calls({}, 1); }

TEST_F(Crash, PacksLeaveTheBytesOfRunsApart) {
  EXPECT_EQ(largest_pack(uninterrupted(k_packed).session), 2);
  EXPECT_EQ(largest_pack(uninterrupted(k_apart).session), 1);
  EXPECT_TRUE(uninterrupted(k_packed).models == uninterrupted(k_apart).models);
}

TEST_F(Crash, PacksKilledAtEveryCall) {
  for (long call = 1; call <= uninterrupted(k_packed).deadly_calls && !HasFailure(); ++call) {
    die_and_go_on(call, Loss::nothing, 0, k_packed);
  }
  expect_walked(uninterrupted(k_packed).deadly_calls);
}

TEST_F(Crash, PowerCutWhilePacksTrain) {
  const long step = long_tests() ? 1 : 5;
  for (long call = 1; call <= uninterrupted(k_packed).deadly_calls && !HasFailure(); call += step) {
    die_and_go_on(call, Loss::anything, static_cast<unsigned>(call), k_packed);
  }
  expect_walked(uninterrupted(k_packed).deadly_calls, step);
}

TEST_F(Crash, WorkerOfPacksKilledAtItsOwnCalls) {
  kill_worker_at_its_calls(k_packed, long_tests() ? 1 : 3);
}

// Whatever a call fails of, the sweep ends with a message, loses nothing, and the next start does
// what is left.
TEST_F(Crash, EveryCallMayFail) {
  const std::vector<int> reasons = {ENOSPC, EIO, EMFILE, EDQUOT, EROFS};
  const long step = long_tests() ? 1 : 5;
  for (long call = 1; call <= uninterrupted().failing_calls && !HasFailure(); call += step) {
    for (const bool for_ever : {false, true}) {
      Laboratory laboratory;
      const int reason = reasons[static_cast<std::size_t>(call) % reasons.size()];
      laboratory.files.fail_at(call, reason, for_ever);
      const Session before = laboratory.run();
      SCOPED_TRACE(testing::Message() << "call " << call << (for_ever ? " and all after" : ""));
      EXPECT_FALSE(before.died);
      laboratory.files.restart();
      expect_true_manifest(laboratory, {});
      expect_to_go_on(laboratory, {});
      ++tried_;
    }
  }
  expect_walked(uninterrupted().failing_calls, step, 2);
}

TEST_F(Crash, ShortWritesChangeNothing) {
  Laboratory laboratory;
  laboratory.files.short_writes = true;
  ASSERT_TRUE(laboratory.run().ran);
  EXPECT_TRUE(laboratory.models() == uninterrupted().models);
}

// At every size that the disk may have, in steps.
TEST_F(Crash, FullDiskLosesNothing) {
  int too_small = 0;
  for (std::size_t capacity = 2000; capacity < 120'000 && !HasFailure(); capacity += 1500) {
    Laboratory laboratory;
    laboratory.files.capacity = capacity;
    const Session before = laboratory.run();
    SCOPED_TRACE(testing::Message() << capacity << " bytes");
    too_small += before.ran && before.ran->manifest.state == "complete" ? 0 : 1;
    laboratory.files.restart();
    laboratory.files.capacity = SIZE_MAX;
    expect_true_manifest(laboratory, {});
    EXPECT_EQ(laboratory.journal().damaged, 0);
    expect_to_go_on(laboratory, {});
    ++tried_;
  }
  EXPECT_EQ(tried_, HasFailure() ? tried_ : 79);
  EXPECT_GT(too_small, 0) << "the disk was never full";
}

} // namespace
} // namespace pursuit::test
