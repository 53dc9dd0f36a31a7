#include "store/attempts.hpp"

#include <string_view>

#include <nlohmann/json.hpp>

#include "base/errors.hpp"
#include "store/pieces_json.hpp"
#include "store/records.hpp"
#include "store/whole_json.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

void apply_line(std::string_view line, std::size_t recorded, std::vector<Attempt> &attempts) {
  try {
    const Json json = parse_json(line);
    const std::size_t number = read_whole<std::size_t>(json.at("try"));
    if (!json.contains("started")) {
      if (number == attempts.size() && number > recorded) attempts.pop_back();
      return;
    }
    Attempt attempt = read_attempts(Json::array({json})).front();
    if (number > attempts.size()) {
      attempts.push_back(std::move(attempt));
    } else if (number > recorded || (number > 0 && attempts[number - 1].ended.empty())) {
      attempts[number - 1] = std::move(attempt);
    }
  } catch (const nlohmann::json::exception &) {
  } catch (const RunError &) {
  }
}

void append(Disk &disk, const fs::path &output_dir, const std::string &id, const Json &line) {
  try {
    disk.append(attempts_path(output_dir, id), json_text(line) + "\n", false);
  } catch (const RunError &) {
  }
}

void close(Attempt &attempt, const std::string &now) {
  attempt.ended = now;
  attempt.error = "nobody was left to say how it ended";
}

} // namespace

fs::path attempts_path(const fs::path &output_dir, const std::string &id) {
  return run_folder(output_dir, id) / "attempts.jsonl";
}

void note_attempt(Disk &disk, const fs::path &output_dir, const std::string &id,
                  const std::vector<Attempt> &attempts) {
  Json json = object_of(11);
  add(json, "try", attempts.size());
  const Json attempt = attempts_to_json({attempts.back()}).front();
  for (const auto &[key, value] : attempt.items()) add(json, key, value);
  append(disk, output_dir, id, json);
}

void withdraw_attempt(Disk &disk, const fs::path &output_dir, const std::string &id,
                      const std::vector<Attempt> &attempts) {
  append(disk, output_dir, id, {{"try", attempts.size() + 1}});
}

std::vector<Attempt> with_noted(Disk &disk, const fs::path &output_dir, const std::string &id,
                                std::vector<Attempt> recorded) {
  const std::string notes = disk.read(attempts_path(output_dir, id)).value_or("");
  const std::size_t count = recorded.size();
  std::vector<Attempt> attempts = std::move(recorded);
  std::string_view rest = notes;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    apply_line(rest.substr(0, end), count, attempts);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  for (std::size_t i = 1; i < attempts.size(); ++i) {
    if (attempts[i - 1].ended.empty()) close(attempts[i - 1], attempts[i].started);
  }
  return attempts;
}

std::vector<Attempt> known_attempts(Disk &disk, const fs::path &output_dir, const std::string &id) {
  RunRecord record;
  try {
    record = read_result(disk, output_dir, id).value_or(RunRecord{});
  } catch (const PermissionError &) {
    throw;
  } catch (const RunError &) {
  }
  return with_noted(disk, output_dir, id, std::move(record.attempts));
}

void close_abandoned(std::vector<Attempt> &attempts, const std::string &now) {
  if (!attempts.empty() && attempts.back().ended.empty()) close(attempts.back(), now);
}

void close_abandoned(Disk &disk, const fs::path &output_dir, const std::string &id,
                     const std::string &now) {
  std::vector<Attempt> attempts = known_attempts(disk, output_dir, id);
  if (attempts.empty() || !attempts.back().ended.empty()) return;
  close(attempts.back(), now);
  note_attempt(disk, output_dir, id, attempts);
}

} // namespace pursuit
