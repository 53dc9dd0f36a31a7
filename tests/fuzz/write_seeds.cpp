// write_seeds FOLDER: writes a small file or two for every target into FOLDER/<target>/valid_*, from
// made-up values and synthetic data.
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <span>

#include <fmt/format.h>
#include <zlib.h>

#include "base/sha256.hpp"
#include "schedule/worker_protocol.hpp"
#include "store/examples.hpp"
#include "store/records.hpp"
#include "support/given_training.hpp"
#include "support/memory_disk.hpp"
#include "train/checkpoint.hpp"
#include "train/small_runs.hpp"

namespace pursuit::fuzz {
namespace {

namespace fs = std::filesystem;

class Seeds {
public:
  explicit Seeds(fs::path folder) : folder_(std::move(folder)) {}
  void add(const std::string &target, const std::string &name, const std::string &bytes) const {
    fs::create_directories(folder_ / target);
    std::ofstream(folder_ / target / ("valid_" + name), std::ios::binary) << bytes;
  }

private:
  fs::path folder_;
};

// The file's arrays, each compressed: what MATLAB and scipy write.
std::string compressed(const std::string &file) {
  constexpr std::size_t k_header = 128, k_tag = 8;
  std::string packed_file = file.substr(0, k_header);
  for (std::size_t at = k_header; at < file.size();) {
    std::uint32_t size = 0;
    std::memcpy(&size, file.data() + at + 4, 4);
    const std::string array = file.substr(at, k_tag + size);
    uLongf packed_size = compressBound(array.size());
    std::string packed(packed_size, '\0');
    compress2(reinterpret_cast<Bytef *>(packed.data()), &packed_size,
              reinterpret_cast<const Bytef *>(array.data()), array.size(), 9);
    const std::uint32_t tag[2] = {15, static_cast<std::uint32_t>(packed_size)};
    packed_file.append(reinterpret_cast<const char *>(tag), sizeof tag);
    packed_file.append(packed.data(), packed_size);
    at += k_tag + size;
  }
  return packed_file;
}

void add_experiments(const Seeds &seeds) {
  const std::string start = "format: pursuit-experiment/1\nname: seed\n";
  seeds.add("experiment", "smallest",
            start + "stages: {a: {mode: activation, stage: 1, N: 1, tau: 1, n_trials: 0}}\n");
  seeds.add("experiment", "sweep",
            "#! --set stages.a.n_trials=5\n" + start + R"(include: common.yaml
data: data.mat
stages:
  a:
    mode: activation
    stage: 1
    n_trials: 3
    sweep:
      grid: {gain: {from: 1, to: 2, step: 0.5}, noise_input: {linspace: [0, 1, 3]}}
      zip: {learning_rate: {geomspace: [0.1, 1, 2]}, amplitude_low: [0.1, 0.2]}
      list: [{noise_recurrent: 0}, {noise_recurrent: 1}]
      when: [{match: {gain: 2}, grid: {noise_direction: [1, 2]}}]
      exclude: [{gain: 1, noise_input: 0}]
      override: [{match: {gain: 1.5}, set: {n_trials: 7}}]
    seeds: {from: 1, count: 2}
  b: {mode: activation, stage: 2, needs: {stage: a, where: {gain: 2}}, n_trials: 2, sweep: {grid: {activation: [input_gain, threshold]}}}
  c: {mode: activation, stage: 2, needs: {files: "models/*.mat"}, n_trials: 2, activation: response_gain, seeds: [3]}
  d: {mode: prior_input, stage: 1, n_trials: 2}
evaluate: {trials: 3, window_ms: 20}
figures: [learning_curves, {parameter_map: {x: gain}}]
expect: [{measure: bias, stage: b, where: {activation: threshold}, contrast: low, paired_difference: {to: {stage: b}, between: [0, 1]}}]
)");
  seeds.add("set_option", "number", "stages.weights.n_trials=5");
  seeds.add("set_option", "list", "stages.weights.sweep.grid.gain=[1.2, 1.3]");
  seeds.add("set_option", "mapping", "stages.adapt.needs={stage: weights, where: {gain: 1.4}}");
  seeds.add("filter", "terms", "stage=adapt,N>=100,tau!=30,id=ab,activation=threshold");
}

void add_json(const Seeds &seeds) {
  const std::string line =
      R"({"t":"2026-02-11T18:12:02Z","event":"run_done","run":"ab","seconds":3.5)";
  seeds.add("journal", "lines", line + "\n" + R"({"event":"end")" + "\n");
  seeds.add("journal", "checked",
            line + ",\"crc\":\"" + sha256_hex(line).substr(0, 16) + "\"}\n" + line);
  seeds.add("manifest", "every_state", manifest_json(example_manifest()));
  seeds.add("run", "stage_1", run_json(stage_1_spec(), run_id(stage_1_spec())));
  seeds.add("run", "outside", run_json(outside_spec(), run_id(outside_spec())));
  MemoryDisk disk;
  RunRecord record;
  record.state = RunState::done;
  record.model = ModelFile{"models/pursuit/x.mat", sha256_hex("model"), 4096};
  record.loss = LossSummary{6.13, 0.1, 0.25};
  record.seconds = 3.5;
  record.attempts = {example_attempt()};
  write_record(disk, "out", run_id(stage_1_spec()), record);
  seeds.add("result", "done", disk.files.begin()->second);
}

void add_worker_lines(const Seeds &seeds) {
  WorkerJob job;
  job.pack_id = "p";
  job.output_dir = "/out";
  for (const RunSpec &spec : {stage_1_spec(), outside_spec()})
    job.runs.push_back({spec, run_id(spec), model_path(spec, run_id(spec)), "", "", ""});
  job.evaluate = Evaluate{};
  seeds.add("worker_job", "two_runs", to_line(job));
  seeds.add("worker_job", "extension", to_line(WorkerExtension{"p", job.runs}));
  RunDone done;
  done.model = ModelFile{"m.mat", sha256_hex("model"), 12345};
  done.loss = LossSummary{6.5, 0.7, 0.65};
  seeds.add("worker_event", "done", to_line(WorkerEvent(done)));
  seeds.add("worker_event", "evaluated", to_line(WorkerEvent(RunEvaluated{0, 1, Measures{}, ""})));
  seeds.add("worker_event", "progress", to_line(WorkerEvent(RunProgress{0, 3, 40, 0.1, 12.5, 7})));
  seeds.add("worker_event", "failed", to_line(WorkerEvent(RunFailed{0, 1, "no \"memory\"", true})));
  seeds.add("worker_event", "stopped", to_line(WorkerEvent(RunStopped{0, 1, 2, 3, ""})));
  seeds.add("worker_event", "idle", to_line(WorkerEvent(JobEnded{0, 2})));
  seeds.add("worker_event", "begun", to_line(WorkerEvent(JobBegun{})));
}

void add_checkpoint(const Seeds &seeds) {
  for (const int stage : {1, 2}) {
    RunSpec spec = small_spec();
    spec.settings.N = 3;
    spec.stage = stage;
    if (stage == 2) spec.parent_id = run_id(stage_1_spec());
    spec.settings.activation = Activation::threshold;
    const TrainItem item =
        item_of(spec, stage == 2 ? std::optional(small_network()) : std::nullopt);
    const std::unique_ptr<GivenTraining> training =
        start_given(*make_engine({"reference"}), {item.state});
    const Trial trial =
        make_trial(small_behavior(), spec, 0, draw_trial(small_behavior(), spec, 0));
    training->update(std::span<const Trial>(&trial, 1));
    const Checkpoint checkpoint{run_id(spec), "reference-1", training->state(0),
                                training->take_losses().at(0)};
    seeds.add("checkpoint", fmt::format("stage_{}", stage), checkpoint_bytes(checkpoint));
  }
}

void add_models(const Seeds &seeds) {
  const RunSpec spec = stage_2_spec();
  const std::string ours = model_bytes(model_of(spec, run_id(spec), small_network(), {0.5, 0.25}));
  seeds.add("model", "ours.mat", ours);
  seeds.add("model", "compressed.mat", compressed(ours));
  // What the reference program writes: other classes, no second group.
  const Network net = small_network(2, 3);
  const auto single = [](const char *name, std::vector<std::size_t> dims,
                         const std::vector<double> &values) {
    return mat_single(name, std::move(dims), {values.begin(), values.end()});
  };
  seeds.add(
      "model", "reference.mat",
      compressed(write_mat({single("w", {2, 2}, net.w), single("w_in", {2, 3}, net.w_in),
                            single("w_out", {2, 2}, net.w_out), mat_double("b_out", {1, 1}, {0.5}),
                            mat_int64("N", 2), mat_double("losses", {2, 1}, {1, 0.5}),
                            mat_double("tau", {1, 1}, {30}),
                            single("input_gain", {2, 1}, net.activation.input_gain),
                            single("threshold", {2, 1}, net.activation.threshold),
                            single("response_gain", {2, 1}, net.activation.response_gain),
                            mat_char("activation", "input_gain")})));
}

// One day whose traces all are one straight line each, so that it is small when compressed.
void add_behavior(const Seeds &seeds) {
  Day day;
  for (std::array<Trace, 6> &traces : day.traces)
    for (Trace &trace : traces)
      trace = {std::vector<double>(k_samples, 0.5), std::vector<double>(k_samples, 0.0)};
  seeds.add("behavior", "one_day.mat", compressed(behavior_bytes({day})));
}

void add_replay(const Seeds &seeds) {
  const Network net = small_network(2, 2);
  const auto single = [](const char *name, std::vector<std::size_t> dims,
                         const std::vector<double> &values) {
    return mat_single(name, std::move(dims), {values.begin(), values.end()});
  };
  constexpr std::size_t k_t = k_steps;
  for (const int stage : {1, 2}) {
    const std::vector<MatVariable> variables = {
        mat_char("format", "pursuit-replay/1"),
        mat_char("mode", "activation"),
        mat_double("stage", {1, 1}, {static_cast<double>(stage)}),
        mat_char("activation", "threshold"),
        mat_double("tau", {1, 1}, {30}),
        mat_double("dt", {1, 1}, {1}),
        mat_double("learning_rate", {1, 1}, {1e-3}),
        single("w", {2, 2}, net.w),
        single("w_in", {2, 2}, net.w_in),
        single("w_out", {2, 2}, net.w_out),
        single("b_out", {1, 1}, {0.5}),
        single("input_gain", {2, 1}, net.activation.input_gain),
        single("threshold", {2, 1}, net.activation.threshold),
        single("response_gain", {2, 1}, net.activation.response_gain),
        mat_double("u", {2, k_t, 2}, std::vector<double>(2 * k_t * 2, 0.5)),
        mat_double("z", {k_t, 2, 2}, std::vector<double>(2 * k_t * 2, 0.25)),
        mat_single("x0", {2, 2}, std::vector<float>(4, 0.125f)),
        mat_single("noise", {2, k_t - 1, 2}, std::vector<float>(4 * (k_t - 1), 0.0f))};
    seeds.add("replay", fmt::format("stage_{}.mat", stage), compressed(write_mat(variables)));
  }
}

} // namespace
} // namespace pursuit::fuzz

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fputs("write_seeds FOLDER\n", stderr);
    return 2;
  }
  const pursuit::fuzz::Seeds seeds(argv[1]);
  pursuit::fuzz::add_experiments(seeds);
  pursuit::fuzz::add_json(seeds);
  pursuit::fuzz::add_worker_lines(seeds);
  pursuit::fuzz::add_checkpoint(seeds);
  pursuit::fuzz::add_models(seeds);
  pursuit::fuzz::add_behavior(seeds);
  pursuit::fuzz::add_replay(seeds);
  return 0;
}
