// A checkpoint is whole or it is none.
#include <gtest/gtest.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "base/errors.hpp"
#include "small_runs.hpp"
#include "support/given_training.hpp"
#include "support/pessimistic_files.hpp"
#include "train/checkpoint.hpp"

namespace pursuit {
namespace {

Checkpoint some_checkpoint() {
  TrainItem item = item_of(small_spec());
  const std::unique_ptr<GivenTraining> training =
      start_given(*make_engine({"reference"}), {item.state});
  Checkpoint checkpoint{"abc", "reference-1", {}, {}};
  for (std::uint32_t t = 0; t < 3; ++t) {
    const Trial trial =
        make_trial(small_behavior(), item.spec, t, draw_trial(small_behavior(), item.spec, t));
    training->update(std::span<const Trial>(&trial, 1));
  }
  checkpoint.state = training->state(0);
  checkpoint.losses = training->take_losses().at(0);
  return checkpoint;
}

TEST(Checkpoint, IsReadBackWhole) {
  const Checkpoint before = some_checkpoint();
  const Checkpoint after = parse_checkpoint(checkpoint_bytes(before));
  EXPECT_EQ(after.run_id, "abc");
  EXPECT_EQ(after.numerics, "reference-1");
  EXPECT_EQ(after.losses, before.losses);
  EXPECT_EQ(after.state.updates, 3);
  EXPECT_EQ(after.state.network.w, before.state.network.w);
  EXPECT_EQ(after.state.m.w_out, before.state.m.w_out);
  EXPECT_EQ(after.state.v.b_out, before.state.v.b_out);
  EXPECT_EQ(checkpoint_bytes(after), checkpoint_bytes(before));
}

TEST(Checkpoint, OfSeveralParametersIsReadBackWhole) {
  Checkpoint before = some_checkpoint();
  before.state.trained = ActivationSet::from_bits(5);
  before.state.m = before.state.v = {};
  before.state.m.activation.input_gain = {1, 2, 3, 4, 5, 6};
  before.state.m.activation.response_gain = {6, 5, 4, 3, 2, 1};
  const Checkpoint after = parse_checkpoint(checkpoint_bytes(before));
  EXPECT_EQ(after.state.trained, before.state.trained);
  EXPECT_EQ(after.state.m.activation, before.state.m.activation);
  EXPECT_EQ(after.state.v.activation, ActivationTensors());
  EXPECT_EQ(after.state.network.activation, before.state.network.activation);
}

// Written by the program before its format 3 (tests/fuzz/corpus): one update of three units.
TEST(Checkpoint, OfFormat2IsGoneOnFrom) {
  const std::filesystem::path corpus =
      std::filesystem::path(std::getenv("PURSUIT_SOURCE_DIR")) / "tests/fuzz/corpus/checkpoint";
  for (const char *name : {"valid_stage_1", "valid_stage_2"}) {
    const std::optional<std::string> bytes = real_disk().read(corpus / name);
    ASSERT_TRUE(bytes && bytes->starts_with("pursuit-checkpoint/2\n")) << name;
    const Checkpoint old = parse_checkpoint(*bytes);
    const bool stage_1 = name == std::string("valid_stage_1");
    EXPECT_EQ(old.state.trained, stage_1 ? ActivationSet() : Activation::threshold);
    EXPECT_EQ(old.state.updates, 1);
    EXPECT_EQ(old.state.m.w.size(), stage_1 ? 9u : 0u);
    EXPECT_EQ(old.state.m.activation.threshold.size(), stage_1 ? 0u : 3u);
    EXPECT_TRUE(old.state.m.activation.input_gain.empty());
    EXPECT_EQ(old.state.network.activation.response_gain, std::vector<double>(3, 1.0));
    const Checkpoint today = parse_checkpoint(checkpoint_bytes(old));
    EXPECT_EQ(today.state.m.activation, old.state.m.activation);
    EXPECT_EQ(today.state.trained, old.state.trained);
    EXPECT_NO_THROW(start_given(*make_engine({"reference"}), {old.state}));
  }
}

TEST(Checkpoint, EveryTruncationIsRejected) {
  const std::string bytes = checkpoint_bytes(some_checkpoint());
  for (std::size_t length = 0; length < bytes.size(); length += length < 200 ? 1 : 97) {
    EXPECT_THROW(parse_checkpoint(std::string_view(bytes).substr(0, length)), RunError) << length;
  }
}

TEST(Checkpoint, EveryFlippedBitIsRejected) {
  const std::string bytes = checkpoint_bytes(some_checkpoint());
  for (std::size_t at = 0; at < bytes.size(); at += 53) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 4);
    EXPECT_THROW(parse_checkpoint(damaged), RunError) << at;
  }
}

TEST(Checkpoint, ArraysThatDoNotFitAreRejectedThoughTheChecksumIsRight) {
  Checkpoint checkpoint = some_checkpoint();
  checkpoint.state.network.w.pop_back();
  EXPECT_THROW(parse_checkpoint(checkpoint_bytes(checkpoint)), RunError);
  checkpoint = some_checkpoint();
  checkpoint.losses.pop_back();
  EXPECT_THROW(parse_checkpoint(checkpoint_bytes(checkpoint)), RunError);
}

class FindCheckpoint : public testing::Test {
protected:
  FindCheckpoint() {
    checkpoint_.run_id = "this run";
    spec_.numerics = "reference-1";
  }
  FoundCheckpoint found() { return find_checkpoint(*disk_, "/run", spec_, "this run"); }
  void expect_fault(const std::string &text) {
    const FoundCheckpoint none = found();
    EXPECT_FALSE(none.checkpoint);
    EXPECT_NE(none.fault.find(text), std::string::npos) << none.fault;
  }
  void write() { files_.put("/run/checkpoint", checkpoint_bytes(checkpoint_)); }

  test::PessimisticFiles files_;
  std::unique_ptr<Disk> disk_ = make_disk(files_);
  Checkpoint checkpoint_ = some_checkpoint();
  RunSpec spec_ = small_spec();
};

TEST_F(FindCheckpoint, IsTheOneOfThisRun) {
  write();
  ASSERT_TRUE(found().checkpoint) << found().fault;
  EXPECT_EQ(found().checkpoint->state.updates, 3);
  EXPECT_EQ(found().fault, "");
}

TEST_F(FindCheckpoint, NoneIsNoFault) {
  EXPECT_FALSE(found().checkpoint);
  EXPECT_EQ(found().fault, "");
}

TEST_F(FindCheckpoint, SaysWhyOneIsNotUsed) {
  files_.put("/run/checkpoint", "");
  expect_fault("no checkpoint");
  files_.put("/run/checkpoint", "pursuit-checkpoint/1\nabc");
  expect_fault(
      "format pursuit-checkpoint/1, and this program goes on from pursuit-checkpoint/2 and "
      "pursuit-checkpoint/3");
  const std::string bytes = checkpoint_bytes(checkpoint_);
  files_.put("/run/checkpoint", bytes.substr(0, bytes.size() / 2));
  expect_fault("checksum");
  files_.put("/run/checkpoint", bytes);
  files_.fail_at(2, EIO, false);
  expect_fault("Input/output error");
}

// The next checkpoint would replace it.
TEST_F(FindCheckpoint, OneThatMayNotBeReadStopsTheRun) {
  write();
  files_.fail_at(1, EACCES, true);
  EXPECT_THROW(found(), PermissionError);
}

TEST_F(FindCheckpoint, OfAnotherRunNumericsOrSettingsIsNotUsed) {
  checkpoint_.run_id = "another";
  write();
  expect_fault("of run another");
  checkpoint_.run_id = "this run";
  checkpoint_.numerics = "fused-1";
  write();
  expect_fault("its numerics are fused-1");
  checkpoint_.numerics = "reference-1";
  write();
  spec_.settings.n_trials = 2;
  expect_fault("settings");
  spec_ = small_spec();
  spec_.settings.N = 7;
  expect_fault("its numerics"); // of small_spec: none
  spec_.numerics = "reference-1";
  expect_fault("settings");
}

// Half the size where single precision holds every number, the same bits either way.
TEST(Checkpoint, HoldsFloatsWhereTheyAreExact) {
  Checkpoint checkpoint = some_checkpoint();
  const std::size_t with_floats = checkpoint_bytes(checkpoint).size();
  checkpoint.state.m.w[5] = 0.1; // no float
  const std::string bytes = checkpoint_bytes(checkpoint);
  EXPECT_EQ(parse_checkpoint(bytes).state.m.w, checkpoint.state.m.w);
  EXPECT_GT(bytes.size(), with_floats * 3 / 2);
}

} // namespace
} // namespace pursuit
