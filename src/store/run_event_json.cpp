#include "store/run_event.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <string_view>
#include <unordered_map>

#include "base/errors.hpp"
#include "store/pieces_json.hpp"
#include "store/whole_json.hpp"

namespace pursuit {

namespace {

struct StateOfEvent {
  std::string_view event;
  RunState state;
};
constexpr std::array<StateOfEvent, 8> k_events = {{{"run_started", RunState::running},
                                                   {"run_elsewhere", RunState::running},
                                                   {"run_retried", RunState::pending},
                                                   {"run_done", RunState::done},
                                                   {"run_reused", RunState::done},
                                                   {"run_failed", RunState::failed},
                                                   {"run_skipped", RunState::skipped},
                                                   {"run_interrupted", RunState::interrupted}}};

bool read_state(std::string_view event, ManifestRun &run) {
  if (event == "run_evaluated" || event == "run_evaluation_failed") return true; // it stays done
  for (const StateOfEvent &known : k_events) {
    if (event != known.event) continue;
    run.state = known.state;
    run.reused = event == "run_reused";
    return true;
  }
  return false;
}

void read_fields(const Json &json, ManifestRun &run) {
  run.reason = json.at("reason").get<std::string>();
  run.model = read_model_file(json.at("model"));
  run.loss = read_loss(json.at("loss"));
  run.diverged.reset();
  read_or_null(json, "diverged", run.diverged);
  const Json measures = json.value("measures", Json());
  if (!measures.is_null()) run.measures = read_measures(measures);
  run.seconds = json.at("seconds").get<double>();
  run.pack = read_pack(json.at("pack"));
  const Json &attempt = json.at("attempt");
  if (attempt.is_null()) return;
  // One more at a time, whatever number a foreign line may say.
  if (read_whole<std::size_t>(json.at("attempts")) > run.attempts.size())
    run.attempts.emplace_back();
  if (!run.attempts.empty()) run.attempts.back() = read_attempts(Json::array({attempt})).front();
}

using RunsById = std::unordered_map<std::string, ManifestRun *>;

void apply_line(const JournalLine &line, const RunsById &runs) {
  if (!line.event.starts_with("run_")) return;
  try {
    const Json json = parse_json(line.json);
    const RunsById::const_iterator found = runs.find(json.at("run").get<std::string>());
    if (found == runs.end()) return;
    ManifestRun run = *found->second;
    if (!read_state(line.event, run)) return;
    read_fields(json, run);
    *found->second = std::move(run);
  } catch (const nlohmann::json::exception &) {
  } catch (const RunError &) {
  }
}

void apply_end(const JournalLine &line, Manifest &manifest) {
  const Json json = Json::parse(line.json, nullptr, false);
  const bool says_how = json.is_object() && json.contains("state") && json["state"].is_string();
  if (says_how) manifest.state = json["state"].get<std::string>();
}

using Lines = std::vector<JournalLine>;

Lines::const_reverse_iterator last_start(const JournalText &journal) {
  return std::find_if(journal.lines.rbegin(), journal.lines.rend(),
                      [](const JournalLine &line) { return line.event == "start"; });
}

} // namespace

std::string run_event_fields(const ManifestRun &run) {
  Json json = object_of(10);
  add(json, "run", run.id);
  add(json, "reason", run.reason);
  add(json, "model", model_file_json(run.model));
  add(json, "loss", loss_json(run.loss));
  add(json, "diverged", or_null(run.diverged));
  add(json, "measures", run.measures ? measures_to_json(*run.measures) : Json());
  add(json, "seconds", run.seconds);
  add(json, "pack", pack_json(run.pack));
  add(json, "attempts", run.attempts.size());
  Json attempt;
  if (!run.attempts.empty()) attempt = attempts_to_json({run.attempts.back()}).front();
  add(json, "attempt", std::move(attempt));
  const std::string text = json_text(json);
  return text.substr(1, text.size() - 2); // without the braces
}

void apply_journal(const JournalText &journal, Manifest &manifest) {
  RunsById runs;
  for (ManifestRun &run : manifest.runs) runs[run.id] = &run;
  for (Lines::const_iterator line = last_start(journal).base(); line != journal.lines.end();
       ++line) {
    apply_line(*line, runs);
    if (line->event == "end") apply_end(*line, manifest);
  }
}

int damage_known(const JournalText &journal) {
  const Lines::const_reverse_iterator start = last_start(journal);
  if (start == journal.lines.rend()) return 0;
  const Json json = Json::parse(start->json, nullptr, false);
  const bool says =
      json.is_object() && json.contains("damaged") && json["damaged"].is_number_unsigned();
  const std::uint64_t most = std::numeric_limits<int>::max();
  return says ? static_cast<int>(std::min(json["damaged"].get<std::uint64_t>(), most)) : 0;
}

} // namespace pursuit
