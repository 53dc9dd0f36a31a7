// A small sweep dies at every one of its system calls in turn, on a disk that keeps no more than it
// promised, and is started again.
#include <gtest/gtest.h>

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
  Uninterrupted() {
    Laboratory laboratory;
    session = laboratory.run();
    models = laboratory.models();
    deadly_calls = laboratory.files.deadly_calls();
    failing_calls = laboratory.files.failing_calls();
  }
  Session session;
  std::map<std::string, std::string> models;
  long deadly_calls = 0, failing_calls = 0;
};

const Uninterrupted &uninterrupted() {
  static const Uninterrupted sweep;
  return sweep;
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
void expect_to_go_on(Laboratory &laboratory, const Session &before) {
  const Session after = laboratory.run();
  ASSERT_TRUE(after.ran) << after.error;
  EXPECT_EQ(after.ran->manifest.state, "complete");
  EXPECT_EQ(laboratory.manifest(), manifest_json(after.ran->manifest));
  EXPECT_TRUE(laboratory.models() == uninterrupted().models) << "other bytes than uninterrupted";
  EXPECT_EQ(laboratory.leftovers(), std::vector<std::string>());
  for (const std::string &id : before.done) {
    EXPECT_FALSE(after.from_trial.contains(id)) << "run " << id << " was done before";
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
  void die_and_go_on(long call, Loss loss, unsigned seed) {
    Laboratory laboratory;
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
    expect_to_go_on(laboratory, before);
    ++tried_;
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
}

TEST_F(Crash, PowerCutAtEveryCallLosesWhatWasNotSynced) {
  for (long call = 1; call <= uninterrupted().deadly_calls && !HasFailure(); ++call) {
    die_and_go_on(call, Loss::everything, 0);
  }
}

TEST_F(Crash, PowerCutAtEveryCallTearsWhatWasNotSynced) {
  const unsigned seeds = long_tests() ? 20 : 1;
  for (long call = 1; call <= uninterrupted().deadly_calls && !HasFailure(); ++call) {
    for (unsigned seed = 0; seed < seeds; ++seed) {
      die_and_go_on(call, Loss::anything, static_cast<unsigned>(call) * 100 + seed);
    }
  }
}

// The scheduler goes on and tries the run again.
TEST_F(Crash, WorkerKilledAtEveryCallOfItsOwn) {
  for (long call = 1; call <= uninterrupted().deadly_calls && !HasFailure(); ++call) {
    Laboratory laboratory;
    laboratory.only_workers_die = true;
    laboratory.files.die_at(call, Loss::nothing);
    const Session session = laboratory.run();
    if (session.died) continue; // it was the scheduler's own call
    SCOPED_TRACE(testing::Message() << "call " << call << ", " << laboratory.files.died_at());
    ASSERT_TRUE(session.ran) << session.error;
    EXPECT_EQ(session.ran->manifest.state, "complete");
    EXPECT_TRUE(laboratory.models() == uninterrupted().models);
    ++tried_;
  }
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
}

TEST_F(Crash, ShortWritesChangeNothing) {
  Laboratory laboratory;
  laboratory.files.short_writes = true;
  ASSERT_TRUE(laboratory.run().ran);
  EXPECT_TRUE(laboratory.models() == uninterrupted().models);
}

// At every size that the disk may have, in steps.
TEST_F(Crash, FullDiskLosesNothing) {
  for (std::size_t capacity = 2000; capacity < 120'000 && !HasFailure(); capacity += 1500) {
    Laboratory laboratory;
    laboratory.files.capacity = capacity;
    const Session before = laboratory.run();
    SCOPED_TRACE(testing::Message() << capacity << " bytes");
    laboratory.files.restart();
    laboratory.files.capacity = SIZE_MAX;
    expect_true_manifest(laboratory, {});
    EXPECT_EQ(laboratory.journal().damaged, 0);
    expect_to_go_on(laboratory, {});
    ++tried_;
  }
}

} // namespace
} // namespace pursuit::test
