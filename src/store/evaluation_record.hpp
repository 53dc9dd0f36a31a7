// runs/<id>/evaluation.json: which evaluation of which model lies in evaluation.mat beside it, and the measures taken
// from it. Other settings have evaluation_<hash8>.mat and evaluation_<hash8>.json: whoever comes first has the plain name.
// Format "pursuit-evaluation-record/2". Version history: 1 is the first; 2 is of a file in k_evaluation_format 2. The two
// versions are raised together: a record of an older one counts as none, and what it names is evaluated again.
//
// An evaluation counts only if its record names the model's SHA-256 as it is now and the settings asked for, and its
// file still has the recorded SHA-256. It is written last: without a record a file counts for nothing.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/disk.hpp"
#include "experiment/experiment.hpp"
#include "plan/plan.hpp"
#include "store/measures.hpp"

namespace pursuit {

inline constexpr const char *k_evaluation_format = "pursuit-evaluation/2"; // of evaluation.mat

// What an evaluation depends on beyond the model file.
struct EvaluationKey {
  Evaluate settings;
  std::string data_sha256;
};
// SHA-256 of {"data_sha256","format","shuffles","trials","window_ms"} in canonical JSON (RFC 8785).
std::string evaluation_hash(const EvaluationKey &key);

struct EvaluationRecord {
  EvaluationKey key;
  std::string model_sha256;
  ModelFile file; // relative to output_dir
  Measures measures;
};

// The evaluation of this model with these settings, if there is one and its file is intact; and the bytes that were found
// to be so.
struct FoundEvaluation {
  EvaluationRecord record;
  std::string bytes;
};
std::optional<FoundEvaluation> find_evaluation(Disk &disk, const std::filesystem::path &output_dir,
                                               const std::string &id, const EvaluationKey &key,
                                               const std::string &model_sha256);
// The record in that file; nothing where it is damaged or not there. Throws PermissionError where this user may not read
// it.
std::optional<EvaluationRecord> read_evaluation_record(Disk &disk,
                                                       const std::filesystem::path &path);
// Writes file and record, the record last; returns the record.
EvaluationRecord write_evaluation(Disk &disk, const std::filesystem::path &output_dir,
                                  const std::string &id, const EvaluationKey &key,
                                  const std::string &model_sha256, const std::string &bytes,
                                  const Measures &measures);

} // namespace pursuit
