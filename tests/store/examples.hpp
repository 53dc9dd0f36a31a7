// Runs, networks and a manifest that the tests of store/ share.
#pragma once

#include <cmath>
#include <string>

#include "base/mat_file.hpp"
#include "base/sha256.hpp"
#include "store/manifest.hpp"
#include "store/model.hpp"

namespace pursuit {

// Values that single precision holds exactly.
inline Network small_network(int n = 3, int k = 2) {
  Network net;
  net.n = n;
  net.k = k;
  net.tau_ms = 30;
  const auto filled = [](int count, double first) {
    std::vector<double> values(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = first + static_cast<double>(i) / 8;
    return values;
  };
  net.w = filled(n * n, -1);
  net.w_in = filled(n * k, 0.5);
  net.w_out = filled(2 * n, 2);
  net.b_out = -0.25;
  net.activation.input_gain = filled(n, 1);
  net.activation.threshold = filled(n, 0);
  net.activation.response_gain = filled(n, -2);
  return net;
}

inline RunSpec stage_1_spec() {
  RunSpec spec;
  spec.settings.N = 3;
  spec.settings.tau_ms = 30;
  spec.settings.n_trials = 4;
  spec.seed = 7;
  spec.data_sha256 = sha256_hex("data");
  spec.numerics = "reference-1";
  return spec;
}

inline RunSpec stage_2_spec() {
  RunSpec spec = stage_1_spec();
  spec.parent_id = run_id(stage_1_spec());
  spec.stage = 2;
  spec.settings.activation = Activation::threshold;
  spec.settings.n_trials = 2;
  return spec;
}

// Extends a file from elsewhere that does not say its gain.
inline RunSpec outside_spec() {
  RunSpec spec = stage_2_spec();
  spec.parent_id = "";
  spec.parent_file = {"models/original.mat", sha256_hex("original")};
  spec.settings.gain = std::nan("");
  spec.seed = 9223372036854775807u;
  return spec;
}

inline Attempt example_attempt() {
  Attempt attempt;
  attempt.started = "2026-02-11T18:12:02Z";
  attempt.ended = "2026-02-11T18:13:04Z";
  attempt.host = "host";
  attempt.device = "cpu 0";
  attempt.engine = "reference-1";
  attempt.to_trial = 4;
  attempt.exit = 0;
  return attempt;
}

inline ManifestRun run_of(const RunSpec &spec, const std::string &stage, RunState state) {
  ManifestRun run;
  run.id = run_id(spec);
  run.stage = stage;
  run.spec = spec;
  run.state = state;
  run.reason = "new";
  return run;
}

// Every state but `pending`, every optional value both there and absent.
inline Manifest example_manifest() {
  Manifest manifest;
  manifest.name = "threshold_sweep";
  manifest.file = "configs/threshold_sweep.yaml";
  manifest.file_sha256 = sha256_hex("file");
  manifest.description = "Which \"parameter\"?\n\u00e4";
  manifest.overrides = {"stages.weights.n_trials=4"};
  manifest.resolved_json = R"({"name":"threshold_sweep","stages":{"weights":{"n_trials":4}}})";
  manifest.git_commit = std::string(40, 'a');
  manifest.git_dirty = true;
  manifest.version = "0.1.0";
  manifest.program_commit = std::string(40, 'b');
  manifest.program_dirty = false;
  manifest.numerics = "reference-1";
  manifest.libraries = {{"matio", "1.5.23"}, {"fmt", "9.1.0"}};
  manifest.host = {"host", "A CPU", 2, {"cpu 0", "cpu 1"}};
  manifest.data_sha256 = sha256_hex("data");
  manifest.days = 28;
  manifest.created = "2026-02-11T18:12:02Z";
  manifest.updated = "2026-02-11T18:13:04Z";
  ManifestRun done = run_of(stage_1_spec(), "weights", RunState::done);
  done.reused = true;
  done.model = ModelFile{model_path(done.spec, done.id), sha256_hex("model"), 4096};
  done.loss = LossSummary{6.130282, 0.1, 1.0 / 3.0};
  done.diverged = true;
  done.seconds = 62.5;
  done.attempts = {example_attempt()};
  done.pack.id = "p1";
  done.log = "runs/" + done.id + "/log.txt";
  ManifestRun running = run_of(stage_2_spec(), "adapt", RunState::running);
  running.attempts = {example_attempt()};
  running.attempts[0].ended = "";
  running.attempts[0].exit.reset();
  ManifestRun failed = run_of(outside_spec(), "outside", RunState::failed);
  failed.attempts = {example_attempt()};
  failed.attempts[0].exit.reset();
  failed.attempts[0].signal = "SIGKILL";
  failed.attempts[0].error = "the worker was killed";
  manifest.runs = {done, running, failed, run_of(stage_2_spec(), "twin", RunState::skipped),
                   run_of(stage_2_spec(), "twin", RunState::interrupted)};
  const std::string claim = R"({"measure":"bias","stage":"adapt","mean_between":[3.0,6.0]})";
  manifest.expectations = {{claim, {}, {}, {}, {}}, {claim, 4.5, 6, {{3.75, 5.25}}, true, 2}};
  manifest.figures = {{"learning_curves",
                       {{"example/figures/learning_curves.svg", std::string(64, 'a')}},
                       {std::string(64, 'b')},
                       "",
                       "2026-02-11T18:12:02Z"},
                      {"bias_toward_prior", {}, {}, "nothing was measured"}};
  return manifest;
}

} // namespace pursuit
