// journal.jsonl: what happened, in order, one JSON object a line, append-only. manifest.json can be
// derived from it.
//
// Grammar of a line: {"t": RFC 3339 time, "event": word, ...fields, "crc": first 16 hex digits of
// the SHA-256 of the line's text up to (not including) `,"crc"`}. Events: start, run_started,
// run_elsewhere, run_retried, run_done, run_reused, run_evaluated, run_evaluation_failed,
// run_failed, run_skipped, run_interrupted, end; a run's have the fields of run_event.hpp. Several
// processes may append at once. A last line without its newline was torn by a crash: readers pass
// over it, the next append cuts it. A damaged line elsewhere is counted and passed over.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/disk.hpp"

namespace pursuit {

// `text` as a JSON string, quotes included; bytes that are no UTF-8 as base/utf8.hpp says.
std::string json_string(const std::string &text);

class Journal {
public:
  Journal(Disk &disk, Clock &clock, std::filesystem::path path)
      : disk_(disk), clock_(clock), path_(std::move(path)) {}
  // `fields_json`: the members between the braces, e.g. R"("run":"ab12","seconds":3.5)"; may be
  // empty. Durable events are on the disk when it returns. Throws RunError (a full disk, ...): then
  // nothing of the line is there.
  void append(const std::string &event, const std::string &fields_json, bool durable);

private:
  Disk &disk_;
  Clock &clock_;
  std::filesystem::path path_;
};

struct JournalLine {
  std::string event;
  std::string json; // the whole line without crc
};
struct JournalText {
  std::vector<JournalLine> lines;
  int damaged = 0;             // lines passed over
  int first_damaged = 0;       // number of the first of them, from 1; 0: none
  std::size_t whole_bytes = 0; // up to the torn tail, if any
};
// Nothing where there is no such file. Changes nothing, so it may be called beside a live run.
JournalText read_journal(Disk &disk, const std::filesystem::path &path);

} // namespace pursuit
