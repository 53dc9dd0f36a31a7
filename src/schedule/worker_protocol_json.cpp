#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/byte_json.hpp"
#include "base/errors.hpp"
#include "base/json_fault.hpp"
#include "schedule/worker_protocol.hpp"
#include "store/records.hpp"
#include "store/whole_json.hpp"

namespace pursuit {

namespace {

using nlohmann::json;

std::string one_line(const json &value) { return dump_bytes(value) + "\n"; }

json parse_line(const std::string &line, const char *what) {
  json value = parse_bytes<json>(line, false);
  if (!value.is_object()) throw RunError(fmt::format("not {}: {:.200}", what, line));
  return value;
}

json number(double value) { return std::isfinite(value) ? json(value) : json(nullptr); }

double number_at(const json &object, const char *key) {
  const json &value = object.at(key);
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

json to_json(const std::optional<LossSummary> &loss) {
  if (!loss) return nullptr;
  return {{"first", number(loss->first)},
          {"last", number(loss->last)},
          {"mean_last_200", number(loss->mean_last_200)}};
}

std::optional<LossSummary> loss_at(const json &object) {
  const json &loss = object.at("loss");
  if (loss.is_null()) return std::nullopt;
  return LossSummary{number_at(loss, "first"), number_at(loss, "last"),
                     number_at(loss, "mean_last_200")};
}

json to_json(const WorkerRun &run) {
  return {{"run", parse_bytes<json>(run_json(run.spec, run.id))},
          {"model", run.model_path},
          {"model_sha256", run.model_sha256},
          {"parent", run.parent_path},
          {"parent_sha256", run.parent_sha256}};
}

WorkerRun run_of(const json &object) {
  WorkerRun run;
  run.spec = parse_run_json(dump_bytes(object.at("run")));
  run.id = object.at("run").at("id").get<std::string>();
  run.model_path = object.at("model").get<std::string>();
  run.model_sha256 = object.at("model_sha256").get<std::string>();
  run.parent_path = object.at("parent").get<std::string>();
  run.parent_sha256 = object.at("parent_sha256").get<std::string>();
  return run;
}

json to_json(const std::vector<WorkerRun> &runs) {
  json list = json::array();
  for (const WorkerRun &run : runs) list.push_back(to_json(run));
  return list;
}

std::vector<WorkerRun> runs_of(const json &list) {
  std::vector<WorkerRun> runs;
  for (const json &run : list) runs.push_back(run_of(run));
  return runs;
}

json to_json(const std::optional<Evaluate> &evaluate) {
  if (!evaluate) return nullptr;
  return {{"trials", evaluate->trials},
          {"window_ms", evaluate->window_ms},
          {"shuffles", evaluate->shuffles}};
}

std::optional<Evaluate> evaluate_of(const json &object) {
  if (object.is_null()) return std::nullopt;
  return Evaluate{read_whole<std::int64_t>(object.at("trials")),
                  read_whole<std::int64_t>(object.at("window_ms")),
                  read_whole<std::int64_t>(object.at("shuffles"))};
}

void read_data(const json &data, WorkerJob &job) {
  job.synthetic = data.contains("synthetic");
  if (job.synthetic) {
    job.synthetic_seed = read_whole<std::uint64_t>(data.at("synthetic"));
  } else {
    job.data_path = data.at("path").get<std::string>();
  }
}

json to_json(const WorkerJob &job) {
  const json data =
      job.synthetic ? json{{"synthetic", job.synthetic_seed}} : json{{"path", job.data_path}};
  return {{"pack", job.pack_id},
          {"output_dir", job.output_dir},
          {"engine", job.engine},
          {"device", job.device},
          {"uuid", job.uuid},
          {"data", data},
          {"data_sha256", job.data_sha256},
          {"checkpoint_every_s", job.checkpoint_every_s},
          {"evaluate", to_json(job.evaluate)},
          {"runs", to_json(job.runs)}};
}

WorkerJob job_of(const json &body) {
  WorkerJob job;
  job.pack_id = body.at("pack").get<std::string>();
  job.output_dir = body.at("output_dir").get<std::string>();
  job.engine = body.at("engine").get<std::string>();
  job.device = body.at("device").get<std::string>();
  job.uuid = body.at("uuid").get<std::string>();
  read_data(body.at("data"), job);
  job.data_sha256 = body.at("data_sha256").get<std::string>();
  job.checkpoint_every_s = body.at("checkpoint_every_s").get<double>();
  job.evaluate = evaluate_of(body.at("evaluate"));
  job.runs = runs_of(body.at("runs"));
  return job;
}

json to_json(const WorkerExtension &extension) {
  return {{"pack", extension.pack_id}, {"runs", to_json(extension.runs)}};
}

WorkerExtension extension_of(const json &body) {
  return {body.at("pack").get<std::string>(), runs_of(body.at("runs"))};
}

json to_json(const WorkerReady &event) { return {{"event", "ready"}, {"engine", event.engine}}; }

json to_json(const WorkerAlive &) { return {{"event", "alive"}}; }

json to_json(const RunProgress &event) {
  return {{"event", "progress"},
          {"run", event.run},
          {"trial", event.trial},
          {"loss", number(event.loss)},
          {"trials_per_s", number(event.trials_per_s)},
          {"from_trial", event.from_trial}};
}

json to_json(const RunDone &event) {
  const ModelFile file = event.model.value_or(ModelFile{});
  const json model = {{"path", file.path}, {"sha256", file.sha256}, {"bytes", file.bytes}};
  return {{"event", "done"},
          {"run", event.run},
          {"model", model},
          {"loss", to_json(event.loss)},
          {"diverged", event.diverged ? json(*event.diverged) : json(nullptr)},
          {"seconds", number(event.seconds)},
          {"pack", {{"id", event.pack.id}, {"size", event.pack.size}}},
          {"from_trial", event.from_trial},
          {"to_trial", event.to_trial},
          {"ended", event.ended}};
}

json to_json(const RunEvaluated &event) {
  const json measures =
      event.measures ? parse_bytes<json>(measures_json(*event.measures)) : json(nullptr);
  return {
      {"event", "evaluated"}, {"run", event.run}, {"measures", measures}, {"error", event.error}};
}

json to_json(const RunFailed &event) {
  return {{"event", "failed"},
          {"run", event.run},
          {"error", event.error},
          {"out_of_memory", event.out_of_memory}};
}

json to_json(const RunStopped &event) {
  return {{"event", "stopped"},
          {"run", event.run},
          {"from_trial", event.from_trial},
          {"to_trial", event.to_trial},
          {"ended", event.ended}};
}

json to_json(const JobBegun &) { return {{"event", "begun"}}; }

json to_json(const JobEnded &event) { return {{"event", "idle"}, {"runs", event.runs}}; }

RunProgress progress_of(const json &object) {
  RunProgress event;
  event.run = read_whole<int>(object.at("run"));
  event.trial = read_whole<std::int64_t>(object.at("trial"));
  event.loss = number_at(object, "loss");
  event.trials_per_s = number_at(object, "trials_per_s");
  if (object.contains("from_trial"))
    event.from_trial = read_whole<std::int64_t>(object.at("from_trial"));
  return event;
}

RunDone done_of(const json &object) {
  RunDone event;
  event.run = read_whole<int>(object.at("run"));
  const json &model = object.at("model");
  event.model =
      ModelFile{model.at("path").get<std::string>(), model.at("sha256").get<std::string>(),
                read_whole<std::uint64_t>(model.at("bytes"))};
  event.loss = loss_at(object);
  const json diverged = object.value("diverged", json(nullptr));
  if (!diverged.is_null()) event.diverged = diverged.get<bool>();
  event.seconds = number_at(object, "seconds");
  event.from_trial = read_whole<std::int64_t>(object.at("from_trial"));
  event.to_trial = read_whole<std::int64_t>(object.at("to_trial"));
  event.ended = object.value("ended", "");
  const json::const_iterator pack = object.find("pack");
  if (pack == object.end()) return event;
  event.pack = {pack->at("id").get<std::string>(), read_whole<int>(pack->at("size"))};
  if (event.pack.size < 1) throw RunError("a pack has at least one run");
  return event;
}

RunEvaluated evaluated_of(const json &object) {
  RunEvaluated event;
  event.run = read_whole<int>(object.at("run"));
  const json &measures = object.at("measures");
  if (!measures.is_null()) event.measures = parse_measures(dump_bytes(measures));
  event.error = object.at("error").get<std::string>();
  return event;
}

RunFailed failed_of(const json &object) {
  RunFailed event;
  event.run = read_whole<int>(object.at("run"));
  event.error = object.at("error").get<std::string>();
  event.out_of_memory = object.at("out_of_memory").get<bool>();
  return event;
}

RunStopped stopped_of(const json &object) {
  RunStopped event;
  event.run = read_whole<int>(object.at("run"));
  event.from_trial = read_whole<std::int64_t>(object.at("from_trial"));
  event.to_trial = read_whole<std::int64_t>(object.at("to_trial"));
  event.ended = object.value("ended", "");
  return event;
}

JobEnded ended_of(const json &object) {
  JobEnded event;
  if (object.contains("runs")) event.runs = read_whole<int>(object.at("runs"));
  return event;
}

WorkerEvent event_of(const json &object) {
  const std::string event = object.at("event").get<std::string>();
  if (event == "ready") return WorkerReady{object.at("engine").get<std::string>()};
  if (event == "alive") return WorkerAlive{};
  if (event == "progress") return progress_of(object);
  if (event == "done") return done_of(object);
  if (event == "evaluated") return evaluated_of(object);
  if (event == "failed") return failed_of(object);
  if (event == "stopped") return stopped_of(object);
  if (event == "begun") return JobBegun{};
  if (event == "idle") return ended_of(object);
  throw RunError(fmt::format("no event of this version: \"{}\"", event));
}

} // namespace

std::string to_line(const WorkerOrder &order) {
  if (const WorkerJob *job = std::get_if<WorkerJob>(&order))
    return one_line({{"job", to_json(*job)}});
  return one_line({{"extend", to_json(std::get<WorkerExtension>(order))}});
}

WorkerOrder parse_order(const std::string &line) {
  const json object = parse_line(line, "a job");
  try {
    if (object.contains("extend")) return extension_of(object.at("extend"));
    return job_of(object.at("job"));
  } catch (const json::exception &fault) {
    throw RunError(fmt::format("not a job: {}", json_fault(fault.what())));
  }
}

std::string to_line(const WorkerEvent &event) {
  return one_line(std::visit([](const auto &what) { return to_json(what); }, event));
}

WorkerEvent parse_event(const std::string &line) {
  const json object = parse_line(line, "an event");
  try {
    return event_of(object);
  } catch (const json::exception &fault) {
    throw RunError(fmt::format("not an event: {}: {:.200}", json_fault(fault.what()), line));
  }
}

} // namespace pursuit
