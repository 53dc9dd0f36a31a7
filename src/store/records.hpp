// runs/<id>/: what is known of one run, across experiments that share an output_dir.
//
//   run.json     format "pursuit-run/1": every setting and the canonical text; written before training
//   result.json  format "pursuit-result/1": state, model file, losses, diverged (absent in files of before there was that:
//                judged when read), seconds, pack (absent in files of before there were packs on cores: size 1), attempts;
//                replaced whole
//   attempts.jsonl  the tries: attempts.hpp
//   log.txt      what the worker said
//   checkpoint   while unfinished
//   progress.json  while it is trained: run_progress.hpp
//
// JSON Schema of the first two: schemas/run.schema.json, schemas/result.schema.json. Version history: 1 is the first.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/disk.hpp"
#include "plan/plan.hpp"

namespace pursuit {

std::filesystem::path run_folder(const std::filesystem::path &output_dir, const std::string &id);

// run.json as text: id, canonical, numerics, parameters {mode, stage, activation, ..., seed},
// data_sha256, parent, parent_file.
std::string run_json(const RunSpec &spec, const std::string &id);
// The inverse, for the worker. Throws RunError on a text that is not ours or whose id is not the
// hash of its settings.
RunSpec parse_run_json(const std::string &text);

// run.json; nullopt where there is none. Throws RunError where it is damaged.
std::optional<RunSpec> read_run(Disk &disk, const std::filesystem::path &output_dir,
                                const std::string &id);
// result.json, without a look at the model file; nullopt where there is none. Throws RunError where
// it is damaged.
std::optional<RunRecord> read_result(Disk &disk, const std::filesystem::path &output_dir,
                                     const std::string &id);
// Reads result.json and checks the model file's SHA-256 (read whole). A damaged result.json counts
// as none. Where the run is not done, `attempts` are those of attempts.jsonl too. Throws RunError where a file is there but cannot be read.
RunRecord read_record(Disk &disk, const std::filesystem::path &output_dir, const std::string &id);
// Whether it is done, with a model that is intact and was made from that parent ("": from none). Throws as read_record.
bool is_finished(Disk &disk, const std::filesystem::path &output_dir, const std::string &id,
                 const std::string &parent_sha256);
// Whether a model file has its recorded size and SHA-256. Throws RunError where it is there but cannot be read.
RunRecord::FileState model_file_state(Disk &disk, const std::filesystem::path &output_dir,
                                      const ModelFile &model);
// Replaces result.json.
void write_record(Disk &disk, const std::filesystem::path &output_dir, const std::string &id,
                  const RunResult &record);

} // namespace pursuit
