#include "store/run_progress.hpp"

#include <cmath>

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/json_fault.hpp"
#include "store/records.hpp"
#include "store/whole_json.hpp"

namespace pursuit {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char *k_format = "pursuit-progress/1";

Json number_or_null(const std::optional<double> &value) {
  return value && std::isfinite(*value) ? Json(*value) : Json(nullptr);
}

std::optional<double> read_number(const Json &json) {
  return json.is_null() ? std::nullopt : std::optional<double>(json.get<double>());
}

ProgressNote read_note(const Json &json) {
  if (json.at("format") != k_format) throw RunError(fmt::format("format is not \"{}\"", k_format));
  ProgressNote note;
  note.trial = read_whole<std::int64_t>(json.at("trial"));
  note.n_trials = read_whole<std::int64_t>(json.at("n_trials"));
  note.loss = read_number(json.at("loss"));
  note.trials_per_s = json.at("trials_per_s").get<double>();
  note.left_s = read_number(json.at("left_s"));
  note.experiment = json.at("experiment").get<std::string>();
  note.all_left_s = read_number(json.at("all_left_s"));
  note.updated = json.at("updated").get<std::string>();
  if (note.trial < 0 || note.trial > note.n_trials)
    throw RunError(fmt::format("trial {} of {}", note.trial, note.n_trials));
  return note;
}

} // namespace

std::filesystem::path progress_path(const std::filesystem::path &output_dir,
                                    const std::string &id) {
  return run_folder(output_dir, id) / "progress.json";
}

std::string progress_json(const ProgressNote &note) {
  const Json json = {{"format", k_format},
                     {"trial", note.trial},
                     {"n_trials", note.n_trials},
                     {"loss", number_or_null(note.loss)},
                     {"trials_per_s", note.trials_per_s},
                     {"left_s", number_or_null(note.left_s)},
                     {"experiment", note.experiment},
                     {"all_left_s", number_or_null(note.all_left_s)},
                     {"updated", note.updated}};
  return json.dump() + "\n";
}

ProgressNote parse_progress(const std::string &text) {
  try {
    return read_note(Json::parse(text));
  } catch (const nlohmann::json::exception &error) {
    throw RunError(fmt::format("no progress: {}", json_fault(error.what())));
  }
}

std::optional<ProgressNote> read_progress(Disk &disk, const std::filesystem::path &output_dir,
                                          const std::string &id) {
  try {
    const std::optional<std::string> text = disk.read(progress_path(output_dir, id));
    return text ? std::optional(parse_progress(*text)) : std::nullopt;
  } catch (const RunError &) {
    return std::nullopt;
  }
}

} // namespace pursuit
