#include <gtest/gtest.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include <cmath>
#include <ctime>

#include "base/errors.hpp"
#include "examples.hpp"
#include "experiment/parameters.hpp"
#include "store/journal.hpp"
#include "store/manifest_contradiction.hpp"
#include "store/recorded_files.hpp"
#include "store/records.hpp"
#include "store/run_progress.hpp"
#include "support/clocks.hpp"
#include "support/memory_disk.hpp"
#include "support/outside.hpp"

namespace pursuit {
namespace {

using nlohmann::json;

TEST(Manifest, ParsingIsTheInverseOfWriting) {
  const std::string text = manifest_json(example_manifest());
  const Manifest read = parse_manifest(text);
  EXPECT_EQ(manifest_json(read), text);
  EXPECT_EQ(read.expectations[0].item_json, example_manifest().expectations[0].item_json);
  EXPECT_EQ(read.expectations[1].interval->second, 5.25);
  EXPECT_EQ(read.expectations[1].passed, true);
  EXPECT_EQ(read.figures[0].files[0].path, "example/figures/learning_curves.svg");
  EXPECT_EQ(read.figures[1].skipped_because, "nothing was measured");
  ASSERT_EQ(read.runs.size(), 5u);
  for (const ManifestRun &run : read.runs) {
    EXPECT_EQ(run_id(run.spec), run.id) << "every setting that matters was kept";
  }
  EXPECT_EQ(read.runs[0].loss->mean_last_200, 1.0 / 3.0);
  EXPECT_EQ(read.runs[2].spec.seed, 9223372036854775807u);
  EXPECT_TRUE(std::isnan(read.runs[2].spec.settings.gain));
  EXPECT_EQ(read.runs[2].attempts[0].signal, "SIGKILL");
  EXPECT_FALSE(read.runs[1].attempts[0].exit.has_value());
}

TEST(Manifest, HasTheFieldsOfItsFormat) {
  const json manifest = json::parse(manifest_json(example_manifest()));
  EXPECT_EQ(manifest["format"], "pursuit-manifest/1");
  EXPECT_EQ(manifest["experiment"]["overrides"][0], "stages.weights.n_trials=4");
  EXPECT_EQ(manifest["experiment"]["resolved"]["stages"]["weights"]["n_trials"], 4);
  EXPECT_EQ(manifest["data"]["kind"], "synthetic");
  EXPECT_TRUE(manifest["data"]["path"].is_null());
  EXPECT_TRUE(manifest["figures"][0]["skipped_because"].is_null());
  const json &expectation = manifest["expectations"][0];
  EXPECT_EQ(expectation["measure"], "bias");
  EXPECT_TRUE(expectation.contains("passed") && expectation["passed"].is_null());
  const json &first = manifest["runs"][0];
  EXPECT_EQ(first["parameters"]["N"], 3);
  EXPECT_TRUE(first["parameters"]["activation"].is_null()) << "nothing of it is trained";
  EXPECT_EQ(manifest["runs"][1]["parameters"]["activation"], "threshold");
  EXPECT_EQ(manifest["runs"][1]["parent"], first["id"]);
  EXPECT_EQ(manifest["runs"][2]["parent_file"]["path"], "models/original.mat");
  EXPECT_TRUE(manifest["runs"][2]["parameters"]["gain"].is_null());
  EXPECT_TRUE(first.contains("measures") && first["measures"].is_null());
  EXPECT_TRUE(manifest["runs"][3]["model"].is_null());
}

TEST(Manifest, NumbersAreWrittenShort) {
  const std::string text = manifest_run_json(example_manifest().runs[0]);
  for (const char *part : {R"("tau":30,)", R"("learning_rate":0.0001,)", R"("seed":7})",
                           R"("first":6.130282,)", R"("mean_last_200":0.3333333333333333})"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << " in " << text;
  }
}

// Earlier versions wrote `false` where git could not tell.
TEST(Manifest, OfAnUnknownCommitNothingIsClean) {
  Manifest manifest = example_manifest();
  manifest.git_commit.clear();
  manifest.git_dirty = false;
  manifest.program_commit.clear();
  manifest.program_dirty = false;
  const Manifest read = parse_manifest(manifest_json(manifest));
  EXPECT_EQ(read.git_dirty, std::nullopt);
  EXPECT_EQ(read.program_dirty, std::nullopt);
  const std::string text = manifest_json(read);
  EXPECT_NE(text.find(R"("git":{"commit":null,"dirty":null})"), std::string::npos);
  EXPECT_NE(text.find(R"("git_commit":null,"git_dirty":null)"), std::string::npos);
}

TEST(Manifest, CountsAddUp) {
  Manifest manifest = example_manifest();
  manifest.runs.push_back(run_of(stage_1_spec(), "more", RunState::pending));
  manifest.runs.push_back(run_of(stage_1_spec(), "more", RunState::done));
  const ManifestCounts counts = count(manifest.runs);
  EXPECT_EQ(counts.total, 7);
  EXPECT_EQ(counts.done, 2);
  EXPECT_EQ(counts.reused, 1);
  EXPECT_EQ(counts.failed, 1);
  EXPECT_EQ(counts.skipped, 1);
  EXPECT_EQ(counts.pending, 2) << "interrupted counts as pending";
  EXPECT_EQ(counts.running, 1);
}

// What the program writes never contradicts itself; each of these changes makes it so.
TEST(Manifest, ContradictsItselfWhereItWasChanged) {
  Manifest manifest = example_manifest();
  manifest.runs.pop_back(); // that is there twice
  manifest.resolved_json =
      R"({"stages":{"weights":{"mode":"activation","stage":1},"adapt":{"stage":2},"outside":{},"twin":{}}})";
  for (ManifestRun &run : manifest.runs) run.id += run.stage;
  for (const char *state : {"running", "incomplete", "failed"}) {
    manifest.state = state;
    EXPECT_EQ(contradiction_in(parse_manifest(manifest_json(manifest))), "");
  }
  EXPECT_NE(fault_in(manifest), "") << "its ids are no hashes";
  const json whole = json::parse(manifest_json(manifest));
  const auto change = [&](const char *pointer, const json &value) {
    json changed = whole;
    changed[json::json_pointer(pointer)] = value;
    return contradiction_in(parse_manifest(changed.dump()));
  };
  EXPECT_EQ(change("/counts/done", 2), "its counts say 2 done, its runs 1");
  EXPECT_EQ(change("/runs/0/stage", "adapt").substr(0, 4), "run ");
  EXPECT_EQ(change("/runs/1/stage", "absent").substr(0, 4), "run ");
  EXPECT_NE(change("/runs/1/id", whole["runs"][0]["id"]).find("more than once"), std::string::npos);
  EXPECT_NE(change("/runs/2/state", "done").find("its counts say"), std::string::npos);
  EXPECT_NE(change("/runs", json::array()).find("it lists no run"), std::string::npos);
  EXPECT_NE(change("/state", "complete").find("do not bear out"), std::string::npos);
  EXPECT_NE(change("/state", "over").find("do not bear out"), std::string::npos);
  json older = whole;
  older["counts"].erase("diverged");
  EXPECT_EQ(contradiction_in(parse_manifest(older.dump())), "");
}

TEST(Manifest, TextThatIsNoUtf8IsStillJson) {
  Manifest manifest = example_manifest();
  manifest.runs[0].reason = "\xff\xfe";
  manifest.file = "caf\xe9.yaml";
  EXPECT_NO_THROW(parse_manifest(manifest_json(manifest)));
}

// What a path of an old disk holds, in every member that may have one.
TEST(Manifest, BytesThatAreNoUtf8ComeBackAsTheyAre) {
  Manifest manifest = example_manifest();
  manifest.file = "h\xe9/caf\xe9.yaml";
  manifest.synthetic = false;
  manifest.data_path =
      "/d\xff\x80/caf\xc3\xa9\xee\xbe\x80.mat"; // U+EF80 stands for a byte; here it is a character
  manifest.runs[2].spec.parent_file.path = "/m\xe9/p.mat";
  manifest.runs[2].attempts[0].error = "no room in /m\xe9";
  const std::string text = manifest_json(manifest);
  EXPECT_NE(text.find("caf\xee\xbf\xa9.yaml"), std::string::npos) << "U+EFE9, and valid UTF-8";
  const Manifest read = parse_manifest(text);
  EXPECT_EQ(read.file, manifest.file);
  EXPECT_EQ(read.data_path, manifest.data_path);
  EXPECT_EQ(read.runs[2].spec.parent_file.path, manifest.runs[2].spec.parent_file.path);
  EXPECT_EQ(read.runs[2].attempts[0].error, manifest.runs[2].attempts[0].error);
  EXPECT_EQ(manifest_json(read), text);
  const std::vector<RecordedFile> files = recorded_files(text);
  EXPECT_TRUE(std::any_of(files.begin(), files.end(), [&](const RecordedFile &file) {
    return file.path == manifest.data_path;
  }));
}

TEST(Manifest, OtherTextsAreErrors) {
  const std::string text = manifest_json(example_manifest());
  for (const std::string &other :
       {std::string(), std::string("null"), std::string("[]"), std::string("{}"),
        std::string("{\"format\":\"pursuit-manifest/1\"}"), text.substr(0, text.size() / 2),
        std::string(100000, '[')}) {
    EXPECT_THROW(parse_manifest(other), RunError) << other.substr(0, 100);
  }
  json wrong = json::parse(text);
  wrong["runs"][0]["state"] = "finished";
  EXPECT_THROW(parse_manifest(wrong.dump()), RunError);
  wrong = json::parse(text);
  wrong["runs"][0]["attempts"] = 3;
  EXPECT_THROW(parse_manifest(wrong.dump()), RunError);
  wrong = json::parse(text);
  for (json &run : wrong["runs"]) run["parent"] = run["parent_file"] = nullptr; // of stage 2 too
  EXPECT_THROW(parse_manifest(wrong.dump()), RunError);
  const json run = json::parse(text)["runs"][0];
  for (const json &runs : {json(), json(3), json{{"first", run}}, json::array({run, 3}),
                           json::array({json::array({run})})}) {
    wrong["runs"] = runs;
    EXPECT_THROW(parse_manifest(wrong.dump()), RunError) << runs.dump().substr(0, 100);
  }
  wrong.erase("runs");
  EXPECT_THROW(parse_manifest(wrong.dump()), RunError);
}

// What readers take for granted later: settings to look into, files inside the output folder.
TEST(Manifest, WithoutSettingsOrWithAFigureElsewhereIsAnError) {
  const std::string text = manifest_json(example_manifest());
  ASSERT_NO_THROW(parse_manifest(text));
  for (const char *resolved : {"null", "3", "[]", "\"text\""}) {
    nlohmann::json wrong = nlohmann::json::parse(text);
    wrong["experiment"]["resolved"] = nlohmann::json::parse(resolved);
    EXPECT_THROW(parse_manifest(wrong.dump()), RunError) << resolved;
  }
  for (const char *path : {"../../etc/passwd", "/etc/passwd", ""}) {
    nlohmann::json wrong = nlohmann::json::parse(text);
    ASSERT_FALSE(wrong["figures"][0]["files"].empty());
    wrong["figures"][0]["files"][0]["path"] = path;
    EXPECT_THROW(parse_manifest(wrong.dump()), RunError) << path;
  }
}

TEST(Manifest, MayBeginWithItsRuns) {
  const std::string text = manifest_json(example_manifest());
  const nlohmann::ordered_json usual = nlohmann::ordered_json::parse(text);
  nlohmann::ordered_json other = {{"runs", usual["runs"]}};
  other.update(usual);
  ASSERT_EQ(other.dump().substr(0, 7), "{\"runs\"");
  EXPECT_EQ(manifest_json(parse_manifest(other.dump())), text);
}

TEST(Manifest, OfRunsThatAreThereTwiceTheLastCount) {
  const std::string text = manifest_json(example_manifest());
  const std::string twice = "{\"runs\":" + json::parse(text)["runs"].dump() + "," + text.substr(1);
  EXPECT_EQ(manifest_json(parse_manifest(twice)), text);
}

TEST(Manifest, AttemptsRoundTrip) {
  const Manifest manifest = example_manifest();
  EXPECT_EQ(parse_manifest(manifest_json(manifest)).runs[2].attempts, manifest.runs[2].attempts);
}

TEST(Manifest, TenThousandRunsAreWrittenAndReadQuickly) {
  Manifest manifest = example_manifest();
  const ManifestRun run = manifest.runs[0];
  manifest.runs.assign(10000, run);
  const std::clock_t begin = std::clock();
  const std::string text = manifest_json(manifest);
  const std::clock_t written = std::clock();
  parse_manifest(text);
  const std::clock_t read = std::clock();
  // Measured 0.08 s and 0.18 s. It is written once a second: ten times that would be felt.
  // Time of this process, not of the machine.
  EXPECT_LT(written - begin, 0.8 * CLOCKS_PER_SEC);
  EXPECT_LT(read - written, 1.8 * CLOCKS_PER_SEC);
}

TEST(Schema, KnowsEveryParameterOfTheTable) {
  for (const char *name : {"manifest", "run"}) {
    const json schema =
        json::parse(read_file(source_dir() / "schemas" / (std::string(name) + ".schema.json")));
    const json &known = schema["$defs"]["parameters"]["properties"];
    std::vector<std::string> keys = {"mode", "stage", "seed"};
    for (const Parameter &parameter : parameters()) keys.emplace_back(parameter.key);
    EXPECT_EQ(known.size(), keys.size());
    for (const std::string &key : keys) EXPECT_TRUE(known.contains(key)) << key << " in " << name;
  }
}

// Real texts pass their schema; each of the faults listed in check_schemas.py does not.
TEST(Schema, AcceptsWhatIsWrittenAndRejectsFaults) {
  if (!python_has("jsonschema"))
    GTEST_SKIP() << "NOT TESTED: the schemas (no jsonschema for " << python() << ")";
  const Scratch folder;
  write_file(folder / "manifest.json", manifest_json(example_manifest()));
  const RunSpec specs[] = {stage_1_spec(), stage_2_spec(), outside_spec()};
  for (int i = 0; i < 3; ++i) {
    write_file(folder / ("run" + std::to_string(i) + ".json"),
               run_json(specs[i], run_id(specs[i])));
  }
  RunRecord record;
  record.state = RunState::done;
  record.model = {"models/pursuit/x.mat", sha256_hex("x"), 4096};
  record.attempts = {example_attempt()};
  write_record(real_disk(), folder.path(), "0", record);
  record.state = RunState::failed;
  record.error = "loss is not finite";
  write_record(real_disk(), folder.path(), "1", record);
  write_file(folder / "progress.json",
             progress_json({12, 4000, 0.5, 85.25, 46.75, "sweep", 120.0, "2026-02-11T18:12:02Z"}));
  StoppedClock clock;
  Journal journal(real_disk(), clock, folder / "journal.jsonl");
  journal.append("start", "", false);
  journal.append("run_done", "\"run\":\"" + sha256_hex("x") + "\",\"seconds\":3.5", false);
  const Ended ended = run_program(
      python() + " '" + (source_dir() / "tests/store/check_schemas.py").string() + "' '" +
      (source_dir() / "schemas").string() + "' '" + folder.path().string() + "'");
  EXPECT_EQ(ended.exit_code, 0) << ended.out;
}

} // namespace
} // namespace pursuit
