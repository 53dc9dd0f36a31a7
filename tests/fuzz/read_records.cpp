// Targets that the program finds on the disk or hears from a worker: journal, manifest, run.json,
// result.json, checkpoint, lines of the worker protocol.
#include <algorithm>
#include <variant>

#include <nlohmann/json.hpp>

#include "base/sha256.hpp"
#include "schedule/worker_protocol.hpp"
#include "store/examples.hpp"
#include "store/journal.hpp"
#include "store/manifest.hpp"
#include "store/records.hpp"
#include "support/clocks.hpp"
#include "support/memory_disk.hpp"
#include "target.hpp"
#include "train/checkpoint.hpp"

namespace pursuit::fuzz {

namespace {

// Each whole line with the checksum that it should have.
std::string with_checksums(std::string_view lines) {
  std::string sealed;
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t end = lines.find('\n', at);
    const std::string line(lines.substr(at, end - at));
    sealed += line + ",\"crc\":\"" + sha256_hex(line).substr(0, 16) + "\"}\n";
    at = end == std::string_view::npos ? lines.size() : end + 1;
  }
  return sealed;
}

void check_lines(const JournalText &journal, const std::string &text) {
  promise(journal.whole_bytes <= text.size(), "a journal longer than its file");
  promise(journal.whole_bytes == 0 || text[journal.whole_bytes - 1] == '\n', "a torn line taken");
  const std::ptrdiff_t lines = std::count(text.begin(), text.end(), '\n');
  promise(static_cast<std::ptrdiff_t>(journal.lines.size()) + journal.damaged <= lines,
          "more lines than there are");
  for (const JournalLine &line : journal.lines)
    promise(nlohmann::json::accept(line.json), "a line that is no JSON");
}

// Appending cuts the torn tail and nothing else, and adds one line.
void open_and_append(const std::string &text) {
  MemoryDisk disk;
  StoppedClock clock;
  disk.files["journal.jsonl"] = text;
  const JournalText before = read_journal(disk, "journal.jsonl");
  check_lines(before, text);
  Journal journal(disk, clock, "journal.jsonl");
  journal.append("end", R"("state":"complete")", true);
  const JournalText after = read_journal(disk, "journal.jsonl");
  promise(after.lines.size() == before.lines.size() + 1, "what was appended is not read");
  promise(after.damaged == before.damaged, "appending damages lines");
  promise(after.whole_bytes == disk.files["journal.jsonl"].size(), "appending leaves a torn tail");
}

} // namespace

void read_journal_file(std::string_view lines) {
  open_and_append(std::string(lines));
  open_and_append(with_checksums(lines));
}

void read_manifest(std::string_view json) {
  const auto read = [](const std::string &text) {
    Manifest manifest = parse_manifest(text);
    for (const ManifestRun &run : manifest.runs) run_id(run.spec); // as `show` and `repeat` do
    return manifest;
  };
  promise_round_trip(read, manifest_json, std::string(json));
}

void read_result(std::string_view json) {
  static const std::string k_id = run_id(stage_1_spec());
  const auto read = [](const std::string &text) {
    MemoryDisk disk;
    disk.files["out/runs/" + k_id + "/result.json"] = text;
    RunRecord record = read_record(disk, "out", k_id);
    if (record.state == RunState::pending) throw RunError("no result");
    return record;
  };
  const auto write = [](const RunRecord &record) {
    MemoryDisk disk;
    write_record(disk, "out", k_id, record);
    return disk.files["out/runs/" + k_id + "/result.json"];
  };
  promise_round_trip(read, write, std::string(json));
}

void read_run(std::string_view json) {
  promise_round_trip(
      parse_run_json, [](const RunSpec &spec) { return run_json(spec, run_id(spec)); },
      std::string(json));
}

void read_worker_job(std::string_view line) {
  promise_round_trip(
      parse_order, [](const WorkerOrder &order) { return to_line(order); }, std::string(line));
}

void read_worker_event(std::string_view line) {
  promise_round_trip(
      parse_event, [](const WorkerEvent &event) { return to_line(event); }, std::string(line));
}

void read_checkpoint(std::string_view bytes) {
  const auto read = [](const std::string &text) { return parse_checkpoint(text); };
  // With the checksum that it should have, where it has room for one: else hardly any input would
  // get past it.
  constexpr std::size_t k_digits = 64;
  if (bytes.size() > k_digits) {
    const std::string body(bytes.substr(0, bytes.size() - k_digits));
    promise_round_trip(read, checkpoint_bytes, body + sha256_hex(body));
  }
  promise_round_trip(read, checkpoint_bytes, std::string(bytes));
}

} // namespace pursuit::fuzz
