// Whole trainings, byte for byte the same under every instruction set that this machine has.
#include <gtest/gtest.h>

#include <cstring>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "engine/cases.hpp"
#include "engine/fused/instruction_set.hpp"
#include "support/simd_choice.hpp"

namespace pursuit {
namespace {

void append(std::string &bytes, const std::vector<double> &values) {
  bytes.append(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(double));
}

void append(std::string &bytes, const Tensors &t) {
  for (const std::vector<double> *values : {&t.w, &t.w_in, &t.w_out}) append(bytes, *values);
  append(bytes, all_values(t.activation));
  append(bytes, std::vector<double>{t.b_out});
}

// All that a training leaves: losses, parameters, moments, and what the last update saw.
std::string bytes_of(GivenTraining &training) {
  std::string bytes;
  append(bytes, training.take_losses().at(0));
  const TrainingState state = training.state(0);
  const Network &n = state.network;
  for (const std::vector<double> *values : {&n.w, &n.w_in, &n.w_out}) {
    append(bytes, *values);
  }
  append(bytes, all_values(n.activation));
  append(bytes, std::vector<double>{n.b_out});
  append(bytes, state.m);
  append(bytes, state.v);
  const LastUpdate last = training.last_update(0);
  append(bytes, last.o);
  append(bytes, last.x);
  append(bytes, last.gradients);
  return bytes;
}

struct Case {
  int n, k;
  ActivationSet trained;
  std::uint32_t trials;
};

void PrintTo(const Case &c, std::ostream *out) {
  *out << "N=" << c.n << " k=" << c.k << " trained=" << name_of(c.trained);
}

std::string trained_with(const std::string &simd, const Case &c) {
  const SimdChoice choice(simd);
  const std::unique_ptr<Engine> engine = make_engine({"fused"});
  EXPECT_EQ(engine->describe(), "fused, " + simd + ", on cpu");
  const std::unique_ptr<GivenTraining> training =
      start_given(*engine, {some_state(c.n, c.k, c.trained)});
  for (std::uint32_t t = 0; t < c.trials; ++t) {
    Trial trial = some_trial(1, c.k, t + 1).trial;
    trial.noise = {7, t, 0.01, {}, {}};
    training->update(std::span<const Trial>(&trial, 1));
  }
  return bytes_of(*training);
}

class EqualBits : public testing::TestWithParam<Case> {};

TEST_P(EqualBits, UnderEveryInstructionSet) {
  const std::string scalar = trained_with("scalar", GetParam());
  for (const fused::Passes *passes : fused::usable_passes()) {
    EXPECT_TRUE(trained_with(passes->name, GetParam()) == scalar) << passes->name;
  }
}

std::vector<Case> cases() {
  std::vector<Case> cases;
  for (int n : {1, 3, 16, 31, 32, 33, 37, 64, 65, 100, 250, 256, 257}) {
    const std::uint32_t trials = n < 64 ? 12 : n < 200 ? 4 : 2;
    for (ActivationSet trained : every_training()) {
      if (trained.size() <= 1 || n == 1 || n == 37 || n == 100)
        cases.push_back({n, 2, trained, trials});
    }
    cases.push_back({n, 3, ActivationSet(), trials}); // prior_input
  }
  // The most units of which AVX-512 has all of d in registers (480), and all sums of W r (496), each with one
  // more; several blocks of rows; a second word of lanes (520).
  for (int n : {300, 390, 448, 449, 480, 481, 496, 497, 520})
    cases.push_back({n, 2, ActivationSet(), 1});
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Sizes, EqualBits, testing::ValuesIn(cases()));

// FNV-1a, 64 bits: these tests also run where there is no OpenSSL (tools/test_neon).
std::string sum_of(const std::string &bytes) {
  std::uint64_t sum = 0xcbf29ce484222325u;
  for (const char byte : bytes) sum = (sum ^ static_cast<unsigned char>(byte)) * 0x100000001b3u;
  return fmt::format("{:016x}", sum);
}

// The bits of fused-1 (bits_test.cpp), without the training around the engine: they hold on every
// machine, not only between the instruction sets of one.
TEST(Fused1, BitsAreThoseOfTheFirstVersionOnEveryMachine) {
  std::string sums;
  for (const int n : {1, 37, 257, 500}) {
    for (ActivationSet trained :
         {ActivationSet(), ActivationSet(Activation::input_gain),
          ActivationSet(Activation::threshold), ActivationSet(Activation::response_gain)}) {
      sums += sum_of(trained_with("scalar", {n, 2, trained, 2})) + " ";
    }
    sums += sum_of(trained_with("scalar", {n, 3, ActivationSet(), 2})) + "\n";
  }
  EXPECT_EQ(
      sums,
      "140a1ab2ef2ee1f9 2ecd2a63ec095205 4e09988eaf4b8f2b 29ea94f86642be23 11b1352cfc81ba59\n"
      "ea654447387e6330 bd92199157e8c76c a95fc444d537d4a4 e73d9d79ce42b521 7f97d23103d50633\n"
      "28cab2be6ef16678 f3d06036bdfad135 a043e9e670a8c9d0 b70a9870f599348a 6bc1f7e21df4ac8b\n"
      "1a66a38aeefd0c73 614287f289f70de0 853c293970144914 e4bb0a3eaf69e4f9 b9793b816361a611\n");
}

// Numbers of a seed whose words both matter, at counters whose words are all large, whole groups and a
// part of one.
TEST(Noise, HasTheSameBitsUnderEveryInstructionSet) {
  const NoiseKey key{0xfedcba9876543210u, Purpose::evaluation, 0xffffffffu, 0x89abcdefu};
  std::vector<float> expected(64 * 40 + 37);
  for (std::uint32_t i = 0; i < expected.size(); ++i) expected[i] = 0.3f * normal(key, i);
  for (const fused::Passes *passes : fused::usable_passes()) {
    for (const std::size_t count : {37, 64, 100, 150, 192, 250, 64 * 40 + 37}) { // 1 to 4 groups
      std::vector<float> values(count);
      fill_normals(key, 0.3f, values, passes->normals);
      EXPECT_EQ(std::memcmp(values.data(), expected.data(), count * sizeof(float)), 0)
          << passes->name << " " << count;
    }
  }
}

// What is compared above is more than one implementation.
TEST(InstructionSet, ThisMachineHasMoreThanScalar) {
  EXPECT_GE(fused::usable_passes().size(), 2u);
  EXPECT_STREQ(fused::usable_passes().back()->name, "scalar");
}

TEST(InstructionSet, WithoutAWordItIsTheBest) {
  EXPECT_EQ(&fused::choose_passes(""), fused::usable_passes().front());
}

std::string complaint(const std::string &word) {
  const SimdChoice choice(word);
  try {
    make_engine({"fused"});
  } catch (const ConfigError &error) {
    return to_text(error.complaints().at(0));
  }
  return "no error";
}

TEST(InstructionSet, AnUnknownWordIsAnError) {
  EXPECT_EQ(complaint("avx21"),
            "PURSUIT_SIMD names no instruction set: \"avx21\"; did you mean \"avx2\"?");
  EXPECT_EQ(complaint("AVX2").substr(0, 44), "PURSUIT_SIMD names no instruction set: \"AVX2");
}

TEST(InstructionSet, OneThatTheCpuLacksIsAnError) {
#if defined(__x86_64__)
  const std::string foreign = "neon";
#else
  const std::string foreign = "avx2";
#endif
  const std::string text = complaint(foreign);
  EXPECT_NE(text.find("PURSUIT_SIMD=" + foreign + ": this CPU lacks it; it has "),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("scalar"), std::string::npos) << text;
}

} // namespace
} // namespace pursuit
