// runs/<id>/: what is known of one run, across experiments that share an output_dir.
//   run.json     every setting, the canonical text (written before training; format
//   "pursuit-run/1") result.json  state, model file, losses, attempts (format "pursuit-result/1";
//   replaced whole) log.txt      what the worker said checkpoint   while unfinished
#pragma once

#include <filesystem>
#include <string>

#include "base/disk.hpp"
#include "plan/plan.hpp"

namespace pursuit {

std::filesystem::path run_folder(const std::filesystem::path &output_dir, const std::string &id);

// run.json as text: id, canonical, numerics, mode, stage, every parameter, seed, data_sha256,
// parent, parent_file.
std::string run_json(const RunSpec &spec, const std::string &id);
// The inverse, for the worker. Throws RunError on a text that is not ours or whose id is not the
// hash of its settings.
RunSpec parse_run_json(const std::string &text);

// Reads result.json and checks the model file's SHA-256 (read whole). A damaged result.json counts
// as none.
RunRecord read_record(Disk &disk, const std::filesystem::path &output_dir, const std::string &id);
// Replaces result.json.
void write_record(Disk &disk, const std::filesystem::path &output_dir, const std::string &id,
                  const RunRecord &record);

} // namespace pursuit
