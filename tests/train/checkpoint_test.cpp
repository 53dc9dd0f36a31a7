// A checkpoint is whole or it is none.
#include <gtest/gtest.h>

#include "base/errors.hpp"
#include "small_runs.hpp"
#include "train/checkpoint.hpp"

namespace pursuit {
namespace {

Checkpoint some_checkpoint() {
  TrainItem item = item_of(small_spec());
  const std::unique_ptr<Training> training = make_engine({"reference"})->start({item.state});
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

} // namespace
} // namespace pursuit
