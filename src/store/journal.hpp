// journal.jsonl: what happened, in order, one JSON object a line, append-only. manifest.json can be
// derived from it.
//
// Grammar of a line: {"t": RFC 3339 time, "event": word, ...fields, "crc": first 16 hex digits of
// the SHA-256 of the line's text up to (not including) `,"crc"`}. A torn last line, one without its
// newline, is cut by the next start; a damaged line elsewhere is reported and skipped. Events:
// start, plan, run_started, run_elsewhere, run_retried, run_done, run_reused, run_failed,
// run_skipped, run_interrupted, end.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/disk.hpp"

namespace pursuit {

// `text` as a JSON string, quotes included; bytes that are no UTF-8 are replaced.
std::string json_string(const std::string &text);

class Journal {
public:
  // Opens (and mends the torn tail of) the journal at `path`.
  Journal(Disk &disk, Clock &clock, std::filesystem::path path);
  // `fields_json`: the members between the braces, e.g. R"("run":"ab12","seconds":3.5)"; may be
  // empty. Durable events are on the disk when it returns. Throws RunError (a full disk, ...).
  void append(const std::string &event, const std::string &fields_json, bool durable);

private:
  Disk &disk_;
  Clock &clock_;
  std::filesystem::path path_;
  bool torn_ = false; // the last append failed, maybe in the middle
};

struct JournalLine {
  std::string event;
  std::string json; // the whole line without crc
};
struct JournalText {
  std::vector<JournalLine> lines;
  int damaged = 0;             // lines skipped
  std::size_t whole_bytes = 0; // up to the torn tail, if any
};
// Nothing where there is no such file. Changes nothing, so it may be called beside a live run.
JournalText read_journal(Disk &disk, const std::filesystem::path &path);

} // namespace pursuit
