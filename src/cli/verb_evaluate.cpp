// evaluate: the measures of any model file, the reference program's own included.
#include <cstdio>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/csv.hpp"
#include "base/disk.hpp"
#include "base/errors.hpp"
#include "base/input_file.hpp"
#include "base/number.hpp"
#include "base/say.hpp"
#include "base/sha256.hpp"
#include "cli/seed_option.hpp"
#include "cli/verbs.hpp"
#include "measure/evaluation.hpp"
#include "measure/measure.hpp"
#include "store/journal.hpp"
#include "store/model.hpp"
#include "task/behavior.hpp"
#include "train/train.hpp"

namespace pursuit {

namespace {

struct Options {
  std::vector<std::string> models;
  std::string out; // empty: stdout
  std::string data = "synthetic";
  Evaluate evaluate;
  std::optional<std::int64_t> seed;
};

struct ModelFacts {
  std::string path, sha256;
  Model model;
};

// What a row says: the model, how it was evaluated, and what was found.
struct EvaluatedModel {
  ModelFacts facts;
  Measures measures;
};

std::string kind_of(const Model &model) {
  if (model.network.k == 3) return "prior_input";
  const ActivationSet activation = trained_activation(model);
  return activation.empty() ? "stage1" : to_text(activation);
}

// Every unreadable file is reported, not only the first.
std::vector<ModelFacts> read_models(const Options &options) {
  std::vector<ModelFacts> models;
  std::vector<Complaint> complaints;
  for (const std::string &path : options.models) {
    try {
      const std::string bytes = read_input(real_disk(), path, "model file");
      models.push_back({path, sha256_hex(bytes), read_model(bytes, path)});
      if (options.seed) models.back().model.seed = *options.seed;
    } catch (const ConfigError &error) {
      complaints.insert(complaints.end(), error.complaints().begin(), error.complaints().end());
    } catch (const RunError &error) {
      complaints.push_back({{}, error.what(), ""});
    }
  }
  if (!complaints.empty()) throw ConfigError(complaints);
  return models;
}

Behavior read_data(const Options &options) {
  if (options.data == "synthetic") return synthetic_behavior(1);
  return read_behavior(read_input(real_disk(), options.data, "data file"), options.data);
}

void announce_data(const Behavior &behavior, const std::vector<ModelFacts> &models) {
  if (behavior.synthetic) say("synthetic data\n");
  for (const ModelFacts &facts : models) {
    const std::string &trained_on = facts.model.data_sha256;
    if (trained_on.empty() || trained_on == behavior.sha256) continue;
    say("{}: trained on other data (SHA-256 {:.12}); --data FILE gives it, and behaviour_bias is "
        "then its own\n",
        facts.path, trained_on);
  }
}

std::string json_of(const EvaluatedModel &row, const Options &options, const Behavior &behavior) {
  const Model &model = row.facts.model;
  return fmt::format(
      R"({{"model":{},"sha256":"{}","kind":"{}","N":{},"tau":{},"seed":{},"trials":{},"window_ms":{},)"
      R"("shuffles":{},"data":{},"data_sha256":"{}","measures":{}}})",
      json_string(row.facts.path), row.facts.sha256, kind_of(model), model.network.n,
      shortest_number(model.network.tau_ms), model.seed, options.evaluate.trials,
      options.evaluate.window_ms, options.evaluate.shuffles, json_string(options.data),
      behavior.sha256, measures_json(row.measures));
}

std::optional<LossSummary> losses_of(const Model &model) {
  return model.losses.empty() ? std::nullopt : std::optional(summarize(model.losses));
}

std::string csv_of(const std::vector<EvaluatedModel> &rows, const Options &options) {
  std::vector<std::string> header = {"model", "sha256", "kind",      "N",       "tau_ms",
                                     "seed",  "trials", "window_ms", "shuffles"};
  for (const MeasureColumn &column : measure_columns()) header.push_back(column.name());
  std::string text = csv_line(header);
  for (const EvaluatedModel &row : rows) {
    const Model &model = row.facts.model;
    std::vector<std::string> cells = {row.facts.path,
                                      row.facts.sha256,
                                      kind_of(model),
                                      std::to_string(model.network.n),
                                      shortest_number(model.network.tau_ms),
                                      std::to_string(model.seed),
                                      std::to_string(options.evaluate.trials),
                                      std::to_string(options.evaluate.window_ms),
                                      std::to_string(options.evaluate.shuffles)};
    const std::optional<LossSummary> loss = losses_of(model);
    for (const MeasureColumn &column : measure_columns()) {
      const std::optional<double> value = measured_value(loss, row.measures, column);
      cells.push_back(value ? shortest_number(*value) : "");
    }
    text += csv_line(cells);
  }
  return text;
}

std::string text_of(const std::vector<EvaluatedModel> &rows, const Options &options,
                    const Behavior &behavior) {
  if (options.out.ends_with(".csv")) return csv_of(rows, options);
  std::string text = "[";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    text += (i == 0 ? "\n" : ",\n") + json_of(rows[i], options, behavior);
  }
  return text + "\n]\n";
}

int run(const Options &options) {
  const Behavior behavior = read_data(options);
  std::vector<ModelFacts> models = read_models(options);
  announce_data(behavior, models);
  std::vector<EvaluatedModel> rows;
  for (ModelFacts &facts : models) {
    try {
      const std::optional<Evaluation> evaluation =
          evaluate(facts.model, facts.sha256, behavior, options.evaluate);
      rows.push_back({facts, measure(evaluation.value())});
    } catch (const RunError &error) {
      throw RunError(fmt::format("{}: {}", facts.path, error.what()));
    }
  }
  const std::string text = text_of(rows, options, behavior);
  if (options.out.empty()) {
    std::fputs(text.c_str(), stdout);
  } else {
    real_disk().write_whole(options.out, text);
  }
  return k_exit_done;
}

} // namespace

int verb_evaluate(const Arguments &arguments) {
  CLI::App app{"The measures of any model file, the reference program's own included",
               "pursuit-run evaluate"};
  Options options;
  app.add_option("models", options.models, "Model files")->required()->type_name("MODEL.mat");
  app.add_option("-o,--output", options.out,
                 "Where they go (*.csv: a row per model); default: JSON on standard output")
      ->type_name("FILE");
  app.add_option("--data", options.data, "Behaviour file, or `synthetic`")->type_name("FILE");
  app.add_option("--trials", options.evaluate.trials, "Trials of each of the prior's conditions")
      ->type_name("K")
      ->check(CLI::Range(std::int64_t{1}, k_most_evaluation_trials));
  app.add_option("--window_ms", options.evaluate.window_ms, "Last ms of a trial that are looked at")
      ->type_name("W")
      ->check(CLI::Range(std::int64_t{1}, k_longest_window_ms));
  app.add_option("--shuffles", options.evaluate.shuffles,
                 "Shuffles of the trained parameter over units (stage 2)")
      ->type_name("K")
      ->check(CLI::Range(std::int64_t{0}, k_most_shuffles));
  app.add_option("--seed", options.seed, "Seed of the noise; default the model's own")
      ->type_name("S")
      ->check(seed_fault);
  if (!parse(app, arguments)) return k_exit_done;
  check_output_file(options.out);
  return run(options);
}

} // namespace pursuit
