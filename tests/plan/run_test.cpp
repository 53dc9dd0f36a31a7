// Canonical text and run ids: once a model is made, its id stays for ever.
#include "plan/run.hpp"

#include <limits>
#include <regex>

#include <gtest/gtest.h>

#include "base/errors.hpp"
#include "base/sha256.hpp"
#include "experiment/parameters.hpp"

namespace pursuit {
namespace {

RunSpec stage_1_run() {
  RunSpec spec;
  spec.settings.N = 250;
  spec.settings.tau_ms = 30.0;
  spec.settings.n_trials = 4000;
  spec.seed = 1;
  spec.data_sha256 = "9214feeda07c561f9073c30f81be946ae01ad453ecc18418e78b0808f798901e";
  spec.numerics = "reference-1";
  return spec;
}

RunSpec stage_2_run() {
  RunSpec spec = stage_1_run();
  spec.stage = 2;
  spec.settings.activation = Activation::threshold;
  spec.settings.n_trials = 2000;
  spec.parent_id = run_id(stage_1_run());
  return spec;
}

// Golden: the ids below are hashlib.sha256(text).hexdigest() of Python over these texts.
constexpr const char *k_stage_1_text =
    R"({"N":250,"amplitude_low":0.1,"data_sha256":"9214feeda07c561f9073c30f81be946ae01ad453ecc18418e78b0808f798901e","gain":1.5,"learning_rate":0.0001,"mode":"activation","n_trials":4000,"noise_direction":7,"noise_input":0.01,"noise_recurrent":0.01,"numerics":"reference-1","seed":1,"stage":1,"tau":30})";
constexpr const char *k_stage_1_id =
    "fbc18f6d5aefa79c6971629b7da17e70970aadb7a168374f587d8534c7ee8de8";
constexpr const char *k_stage_2_text =
    R"({"activation":"threshold","amplitude_low":0.1,"data_sha256":"9214feeda07c561f9073c30f81be946ae01ad453ecc18418e78b0808f798901e","learning_rate":0.0001,"mode":"activation","n_trials":2000,"noise_direction":7,"noise_input":0.01,"noise_recurrent":0.01,"numerics":"reference-1","parent":"fbc18f6d5aefa79c6971629b7da17e70970aadb7a168374f587d8534c7ee8de8","seed":1,"stage":2})";
constexpr const char *k_stage_2_id =
    "036e28e191fddc3221d5ead31e4a002131af920b61d84ceb81cb64ac0ef010e0";

TEST(CanonicalText, StageOneIsGolden) {
  EXPECT_EQ(canonical_text(stage_1_run()), k_stage_1_text);
  EXPECT_EQ(run_id(stage_1_run()), k_stage_1_id);
}

TEST(CanonicalText, StageTwoIsGoldenAndLeavesOutWhatTheParentFixes) {
  EXPECT_EQ(canonical_text(stage_2_run()), k_stage_2_text);
  EXPECT_EQ(run_id(stage_2_run()), k_stage_2_id);
}

// hashlib.sha256 of Python over the text, as above.
TEST(CanonicalText, SeveralParametersAndTheirBoundsAreNamedInTheOrderOfTheirTable) {
  RunSpec spec = stage_2_run();
  spec.settings.activation.add(Activation::input_gain);
  EXPECT_NE(canonical_text(spec).find(R"({"activation":"input_gain+threshold","amplitude_low")"),
            std::string::npos);
  EXPECT_EQ(run_id(spec), "2d75cbd73f51f813ab4dc30f5ae5fe5a17376be6731496c4aee026da143e07a1");
  spec.settings.activation_min.all = 0;
  spec.settings.activation_max.each[Activation::threshold] = 2.5;
  EXPECT_NE(
      canonical_text(spec).find(
          R"("activation_max":{"threshold":2.5},"activation_min":{"input_gain":0,"threshold":0},)"),
      std::string::npos)
      << canonical_text(spec);
}

TEST(CanonicalText, ABoundOfOneParameterIsANumberAndNoneIsLeftOut) {
  RunSpec spec = stage_2_run();
  spec.settings.activation_min.all = -0.5;
  EXPECT_NE(canonical_text(spec).find(R"("activation":"threshold","activation_min":-0.5,)"),
            std::string::npos);
  RunSpec by_name = stage_2_run();
  by_name.settings.activation_min.each[Activation::threshold] = -0.5;
  EXPECT_EQ(run_id(by_name), run_id(spec));
  spec.settings.activation_min = {};
  EXPECT_EQ(run_id(spec), k_stage_2_id);
}

TEST(SiblingText, IsTheSameWhateverIsTrainedAndHoweverItIsBounded) {
  RunSpec bounded = stage_2_run();
  bounded.settings.activation.add(Activation::response_gain);
  bounded.settings.activation_min.all = 0;
  EXPECT_EQ(sibling_text(bounded), sibling_text(stage_2_run()));
}

TEST(CanonicalText, PriorInputHasNoActivation) {
  RunSpec spec = stage_1_run();
  spec.mode = Mode::prior_input;
  const std::string text = canonical_text(spec);
  EXPECT_NE(text.find(R"("mode":"prior_input")"), std::string::npos);
  EXPECT_EQ(text.find("\"activation\":"), std::string::npos);
  EXPECT_NE(run_id(spec), k_stage_1_id);
}

TEST(CanonicalText, NumbersAreWrittenByValue) {
  RunSpec spec = stage_1_run();
  spec.settings.tau_ms = 20.5;
  spec.settings.learning_rate = 1e-7;
  spec.settings.noise_input = 0;
  const std::string text = canonical_text(spec);
  EXPECT_NE(text.find("\"tau\":20.5}"), std::string::npos) << text;
  EXPECT_NE(text.find("\"learning_rate\":1e-7,"), std::string::npos) << text;
  EXPECT_NE(text.find("\"noise_input\":0,"), std::string::npos) << text;
}

TEST(CanonicalText, SeedsThatADoubleMayNotHoldAreStrings) {
  RunSpec spec = stage_1_run();
  spec.seed = (std::uint64_t{1} << 53) - 1;
  EXPECT_NE(canonical_text(spec).find("\"seed\":9007199254740991,"), std::string::npos);
  spec.seed = std::uint64_t{1} << 53;
  EXPECT_NE(canonical_text(spec).find("\"seed\":\"9007199254740992\","), std::string::npos);
  spec.seed = std::numeric_limits<std::int64_t>::max();
  EXPECT_NE(canonical_text(spec).find("\"seed\":\"9223372036854775807\","), std::string::npos);
}

TEST(CanonicalText, EscapesAsRfc8785) {
  RunSpec spec = stage_1_run();
  spec.numerics = "a\"b\\c\n\t\b\f\r\x01\x1f/\xc3\xa9";
  EXPECT_NE(canonical_text(spec).find(R"("numerics":"a\"b\\c\n\t\b\f\r\u0001\u001f/)"
                                      "\xc3\xa9\""),
            std::string::npos)
      << canonical_text(spec);
}

TEST(RunId, OutsideModelCountsByItsBytesNotItsName) {
  RunSpec a = stage_2_run();
  a.parent_id = "";
  a.parent_file = {"models/a.mat", std::string(64, 'a')};
  RunSpec b = a;
  b.parent_file.path = "/elsewhere/b.mat";
  EXPECT_EQ(run_id(a), run_id(b));
  b.parent_file.sha256 = std::string(64, 'b');
  EXPECT_NE(run_id(a), run_id(b));
}

TEST(RunId, StageTwoWithoutParentIsABug) {
  RunSpec spec = stage_2_run();
  spec.parent_id = "";
  EXPECT_THROW(run_id(spec), InternalError);
}

// Every row of the table that has a meaning in the stage changes the id; every other does not.
TEST(RunId, DependsOnExactlyWhatHasAMeaning) {
  for (const RunSpec &base : {stage_1_run(), stage_2_run()}) {
    for (const Parameter &parameter : parameters()) {
      RunSpec changed = base;
      const bool takes_word = is_word(parameter);
      set_value(changed.settings, parameter,
                takes_word ? ParameterValue("response_gain") : ParameterValue(std::int64_t{3}));
      const bool matters = base.stage == 2 ? parameter.in_stage_2 : parameter.in_stage_1;
      EXPECT_EQ(run_id(changed) != run_id(base), matters && parameter.changes_result)
          << parameter.key << " in stage " << base.stage;
    }
    RunSpec other_seed = base, other_data = base, other_numerics = base;
    other_seed.seed = 2;
    other_data.data_sha256 = std::string(64, '0');
    other_numerics.numerics = "reference-double-1";
    EXPECT_NE(run_id(other_seed), run_id(base));
    EXPECT_NE(run_id(other_data), run_id(base));
    EXPECT_NE(run_id(other_numerics), run_id(base));
  }
}

TEST(RunId, KeysAreSorted) {
  for (const RunSpec &spec : {stage_1_run(), stage_2_run()}) {
    const std::string text = canonical_text(spec);
    const std::regex key(R"re("(\w+)":)re");
    std::string previous;
    for (std::sregex_iterator it(text.begin(), text.end(), key), end; it != end; ++it) {
      EXPECT_LT(previous, (*it)[1].str());
      previous = (*it)[1].str();
    }
    EXPECT_EQ(previous, spec.stage == 2 ? "stage" : "tau");
  }
}

TEST(ModelKind, NamesWhatARunMakes) {
  EXPECT_EQ(model_kind(stage_1_run()), "stage1");
  EXPECT_EQ(model_kind(stage_2_run()), "threshold");
  RunSpec prior = stage_1_run();
  prior.mode = Mode::prior_input;
  EXPECT_EQ(model_kind(prior), "prior_input");
}

TEST(Work, GrowsWithTrialsAndUnitsAndIsNeverFree) {
  RunSpec spec = stage_1_run();
  const double full = work(spec);
  spec.settings.n_trials = 2000;
  EXPECT_EQ(work(spec), full / 2);
  spec.settings.N = 1;
  EXPECT_GT(work(spec), 0);
  spec.settings.n_trials = 0;
  EXPECT_EQ(work(spec), 0);
}

TEST(Work, StageTwoTrainsNoWeights) {
  RunSpec spec = stage_1_run();
  const double stage_1 = work(spec);
  spec.stage = 2;
  // Two matrix products of three, and the smaller terms that are the same.
  EXPECT_NEAR(work(spec) / stage_1, 2.0 / 3.0, 0.03);
}

} // namespace
} // namespace pursuit
