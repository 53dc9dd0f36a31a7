// `pursuit-run diff`, and what RUN may be, from outside.
#include <gtest/gtest.h>

#include "support/outside.hpp"

namespace pursuit {

namespace {

class Diff : public ::testing::Test {
protected:
  void SetUp() override {
    write_file(scratch / "small.yaml", small_experiment());
    ASSERT_EQ(call("pursuit-run small.yaml -q").exit_code, 0);
  }

  Ended call(const std::string &command) { return shell(scratch.path(), command); }

  // The id of the run that a filter of `list` leaves.
  std::string id_of(const std::string &filter) {
    const Ended ended =
        call("pursuit-run list small.yaml --csv --where '" + filter + "' | tail -1 | cut -d, -f1");
    EXPECT_EQ(ended.out.size(), 65U) << filter << ended.out << ended.err;
    return ended.out.substr(0, 64);
  }

  Scratch scratch;
};

TEST_F(Diff, ShowsWhatDiffersAndFoldsWhatIsEqual) {
  const std::string a = id_of("stage=weights,seed=1"), b = id_of("stage=weights,seed=2");
  const Ended ended = call("pursuit-run diff small.yaml " + a.substr(0, 8) + " " + b);
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_TRUE(ended.out.starts_with("id ")) << ended.out;
  EXPECT_NE(ended.out.find("\nseed "), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("\nloss last "), std::string::npos) << ended.out;
  EXPECT_EQ(ended.out.find("\nN "), std::string::npos) << "N is equal\n" << ended.out;
  const std::string folded = ended.out.substr(ended.out.find("equal (--all shows them): "));
  EXPECT_NE(folded.find(" N, tau, n_trials, gain"), std::string::npos) << folded;
  EXPECT_NE(call("pursuit-run diff small.yaml --all " + a + " " + b).out.find("\nN "),
            std::string::npos);
}

TEST_F(Diff, IsWholeAsJson) {
  const std::string a = id_of("activation=threshold,seed=1");
  const std::string b = id_of("activation=input_gain,seed=1");
  const Ended ended = call("pursuit-run diff results/small " + a + " " + b +
                           " --json > d.json && " + python() + R"( - <<'END'
import json
d = json.load(open("d.json"))
m = {r["id"]: r for r in json.load(open("results/small/manifest.json"))["runs"]}
left, right = (m[i] for i in d["runs"])
assert d["different"]["activation"] == ["threshold", "input_gain"]
assert d["different"]["model sha256"] == [left["model"]["sha256"], right["model"]["sha256"]]
assert [float(x) for x in d["different"]["loss mean_last_200"]] == [left["loss"]["mean_last_200"], right["loss"]["mean_last_200"]]
assert d["equal"]["parent"] == left["parent"] and d["equal"]["tau"] == "30"
END)");
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
}

TEST_F(Diff, KnowsRunsThatTheExperimentNoLongerAsksFor) {
  const std::string before = id_of("stage=weights,seed=1");
  ASSERT_EQ(call("pursuit-run small.yaml -q --set defaults.tau=50").exit_code, 0);
  const std::string after = id_of("stage=weights,seed=1");
  const Ended ended = call("pursuit-run diff small.yaml " + before + " " + after);
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_NE(ended.out.find("\ntau "), std::string::npos) << ended.out;
  EXPECT_NE(call("pursuit-run show small.yaml " + before.substr(0, 12)).out.find(before),
            std::string::npos);
}

TEST_F(Diff, AsksForMoreDigitsAndGuesses) {
  const std::string a = id_of("stage=weights,seed=1");
  std::string mistyped = a.substr(0, 12);
  mistyped[5] = 'x';
  const Ended ended = call("pursuit-run diff small.yaml " + mistyped + " " + a);
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_NE(ended.err.find("did you mean \"" + a.substr(0, 12) + "\"?"), std::string::npos)
      << ended.err;
}

// Sixteen first digits, eight runs and twelve more: some digit begins two ids.
TEST_F(Diff, NamesTheCandidatesOfAnAmbiguousStart) {
  ASSERT_EQ(
      call("pursuit-run small.yaml -q --set 'stages.weights.seeds=[1, 2, 3, 4, 5]'").exit_code, 0);
  const std::string digit = call("pursuit-run list small.yaml --csv | tail -n +2 | cut -c1 | sort "
                                 "| uniq -d | head -1")
                                .out.substr(0, 1);
  const Ended ended = call("pursuit-run show small.yaml " + digit);
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_NE(ended.err.find("give more digits:\n  " + digit), std::string::npos) << ended.err;
  EXPECT_NE(ended.err.find("seed="), std::string::npos) << ended.err;
}

} // namespace

} // namespace pursuit
