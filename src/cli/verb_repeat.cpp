// repeat: trains a run again, from what is recorded of it, in a scratch folder, and compares the
// bytes of the two model files. Writes nothing where the run lies.
#include <cstdio>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/say.hpp"
#include "base/sha256.hpp"
#include "base/temporary_folder.hpp"
#include "cli/manifest_origin.hpp"
#include "cli/progress.hpp"
#include "cli/verbs.hpp"
#include "engine/engine_table.hpp"
#include "plan/describe.hpp"
#include "store/compare_models.hpp"
#include "store/experiment_folder.hpp"
#include "store/known_runs.hpp"
#include "store/recorded_files.hpp"
#include "store/records.hpp"
#include "sweep/preparation.hpp"
#include "sweep/run_experiment.hpp"

namespace pursuit {

namespace {

namespace fs = std::filesystem;

struct RepeatOptions {
  std::string where, run;
  std::optional<std::string> output_dir;
  std::string progress = "auto";
  bool quiet = false, keep = false;
};

// run.json, or where it is lost the manifest, whose settings must make the same id.
RunSpec recorded_spec(const ExperimentFolder &place, const ManifestRun &run) {
  try {
    if (const std::optional<RunSpec> spec = read_run(real_disk(), place.output_dir, run.id))
      return *spec;
    say("run {} has no run.json: its settings are taken from the manifest\n", short_id(run.id));
  } catch (const RunError &error) {
    say("{}: the settings are taken from the manifest\n", error.what());
  }
  if (run_id(run.spec) != run.id)
    throw RunError(fmt::format("the manifest's settings of run {} are damaged", run.id));
  return run.spec;
}

// The same arithmetic, or there is nothing to compare.
EngineChoice same_engine(const std::string &numerics) {
  const EngineRow *row = engine_of_numerics(numerics);
  const std::string engine = row == nullptr ? "auto" : std::string(row->name);
  const bool on_gpu =
      row != nullptr && row->runs_on_gpu && numerics.find("-cuda-") != std::string::npos;
  const std::string devices = on_gpu ? "cuda" : "cpu:1";
  const auto not_comparable = [&](const std::string &here) {
    return ConfigError(
        fmt::format("not comparable: the run was made with {}, and here {}", numerics, here),
        "repeat it with the program and the kind of device that made it");
  };
  EngineChoice choice;
  try {
    choice = choose_engine(engine, devices);
  } catch (const ConfigError &error) {
    throw not_comparable(error.what());
  }
  if (choice.numerics != numerics) throw not_comparable("is " + choice.numerics);
  choice.slots.resize(1);
  return choice;
}

void require_sha256(const fs::path &path, const std::string &sha256, const std::string &next) {
  const std::optional<std::string> bytes = real_disk().read(path);
  if (!bytes) throw RunError(fmt::format("{} is missing; {}", path.string(), next));
  const std::string found = sha256_hex(*bytes);
  if (found == sha256) return;
  throw RunError(fmt::format("{} is damaged: its SHA-256 is {}, not {}; {}", path.string(), found,
                             sha256, next));
}

// The model that the run was trained from, by the bytes it had then.
OutsideModel recorded_parent(const ExperimentFolder &place, const Manifest &manifest,
                             const ManifestRun &run, const RunSpec &spec) {
  if (!spec.has_parent()) return {};
  if (spec.parent_id.empty()) {
    const fs::path path = located(place.output_dir, spec.parent_file.path);
    require_sha256(path, spec.parent_file.sha256, "bring it back, then repeat");
    return {path.string(), spec.parent_file.sha256};
  }
  const ManifestRun parent = find_known_run(real_disk(), place, manifest, spec.parent_id);
  if (!parent.model)
    throw RunError(fmt::format("its parent {} is not done", short_id(spec.parent_id)));
  const std::optional<RunRecord> record = read_result(real_disk(), place.output_dir, run.id);
  const std::string sha256 =
      record && !record->parent_sha256.empty() ? record->parent_sha256 : parent.model->sha256;
  const fs::path path = fs::absolute(place.output_dir / parent.model->path);
  require_sha256(path, sha256, "run the experiment again, which trains the parent, then repeat");
  return {path.string(), sha256};
}

DataFacts recorded_data(const Manifest &manifest, const RunSpec &spec) {
  DataSource source;
  source.synthetic = manifest.synthetic;
  source.path = manifest.data_path;
  source.seed = synthetic_seed(manifest);
  DataFacts data = read_data(real_disk(), source);
  if (data.sha256 == spec.data_sha256) return data;
  source.seed = 1; // of --data synthetic, which the resolved file does not show
  if (source.synthetic) data = read_data(real_disk(), source);
  if (data.sha256 == spec.data_sha256) return data;
  throw RunError(
      fmt::format("the run was trained on data with SHA-256 {}; {} has {}", spec.data_sha256,
                  data.synthetic ? "the manifest's synthetic data" : data.path, data.sha256));
}

// An experiment of this one run, which writes into the scratch folder.
Preparation one_run(const ExperimentFolder &place, const Manifest &manifest, const ManifestRun &run,
                    const fs::path &scratch) {
  RunSpec spec = recorded_spec(place, run);
  Preparation preparation;
  preparation.engine = same_engine(spec.numerics);
  preparation.data = recorded_data(manifest, spec);
  spec.parent_file = recorded_parent(place, manifest, run, spec);
  preparation.experiment.name = "repeat";
  preparation.experiment.file = manifest.file;
  preparation.experiment.resolved_json = "{}";
  preparation.output_dir = scratch;
  preparation.folder = scratch / preparation.experiment.name;
  preparation.graph = build_graph({{run.stage, spec, run.id}});
  // With the parent's file as one from outside, the run's own id must still come out.
  if (run_id(spec) != run.id) throw InternalError("a repeated run has another id");
  return preparation;
}

RanExperiment train_again(const Preparation &preparation, const RepeatOptions &options) {
  RunOptions run_options;
  run_options.progress = options.progress;
  run_options.quiet = options.quiet;
  run_options.schedule.retries = 0;
  return run_here(
      preparation, run_options, [] { return true; }, // nobody else knows the folder
      show_progress(preparation.engine.slots, run_options));
}

// Against the recorded checksum, which the file itself may no longer have.
int compare(const ExperimentFolder &place, const ManifestRun &run, const std::string &repeated) {
  const fs::path path = place.output_dir / run.model->path;
  const std::optional<std::string> recorded = real_disk().read(path);
  const bool intact = recorded && sha256_hex(*recorded) == run.model->sha256;
  const bool same = sha256_hex(repeated) == run.model->sha256;
  if (same && intact) {
    tell("identical: {} bytes, SHA-256 {}\n", repeated.size(), run.model->sha256);
    return k_exit_done;
  }
  if (same) {
    tell("the repeated model has the recorded SHA-256 {}, but {} is {}: run the experiment "
         "again\n",
         run.model->sha256, path.string(), recorded ? "damaged" : "missing");
    return k_exit_failed;
  }
  tell("different: SHA-256 {} recorded, {} repeated\n", run.model->sha256, sha256_hex(repeated));
  if (intact) tell("first difference: {}\n", first_difference(*recorded, repeated));
  return k_exit_failed;
}

int repeat(const RepeatOptions &options) {
  const ExperimentFolder place =
      find_experiment_folder(real_disk(), options.where, options.output_dir);
  const Manifest manifest = read_manifest_to_show(real_disk(), place);
  const ManifestRun run = find_known_run(real_disk(), place, manifest, options.run);
  if (!run.model) {
    throw ConfigError(fmt::format("run {} is {}: there is no model to compare with",
                                  short_id(run.id), to_text(run.state)),
                      "run the experiment first");
  }
  TemporaryFolder scratch;
  if (options.keep) scratch.keep();
  if (!scratch.notice().empty()) say("{}\n", scratch.notice());
  const RanExperiment ran = train_again(one_run(place, manifest, run, scratch.path()), options);
  if (options.keep) tell("kept: {}\n", scratch.path().string());
  const ScheduledRun &outcome = ran.outcome.runs.front();
  if (ran.outcome.interrupted_by != 0) {
    say("interrupted: nothing was compared\n");
    return 128 + ran.outcome.interrupted_by;
  }
  if (!outcome.model) throw RunError(fmt::format("the repeat failed: {}", outcome.error));
  return compare(place, run, real_disk().read(scratch.path() / outcome.model->path).value_or(""));
}

} // namespace

int verb_repeat(const Arguments &arguments) {
  CLI::App app{"Trains a run again in a temporary folder, from its recorded settings, parent and "
               "data, and compares the bytes. Exit 1 if they differ",
               "pursuit-run repeat"};
  RepeatOptions options;
  app.add_option("where", options.where, "Experiment file or folder")
      ->required()
      ->type_name("WHERE");
  app.add_option("run", options.run, "Start of a run id")->required()->type_name("RUN");
  app.add_option("-o,--output_dir", options.output_dir, "As given to run")->type_name("DIR");
  app.add_option("--progress", options.progress, "auto|plain|none")
      ->type_name("FORM")
      ->check(CLI::IsMember({"auto", "plain", "none"}))
      ->capture_default_str();
  app.add_flag("-q,--quiet", options.quiet, "Say only what went wrong");
  app.add_flag("--keep", options.keep, "Keep the temporary folder, and say where it is");
  return parse(app, arguments) ? repeat(options) : k_exit_done;
}

} // namespace pursuit
