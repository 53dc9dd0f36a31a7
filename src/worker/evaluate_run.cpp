#include "worker/evaluate_run.hpp"

#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/hashed_file.hpp"
#include "measure/evaluation.hpp"
#include "measure/evaluation_file.hpp"
#include "measure/measure.hpp"
#include "store/model.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

Model intact_model(Disk &disk, const RunToEvaluate &run) {
  const fs::path path = run.output_dir / run.model_path;
  const std::optional<HashedFile> file = read_hashed(disk, path);
  if (!file) throw RunError(fmt::format("the model {} is missing", path.string()));
  if (file->sha256 != run.model_sha256) {
    throw RunError(fmt::format("the model {} was changed: its SHA-256 is {}, not {}", path.string(),
                               file->sha256, run.model_sha256));
  }
  return read_model(file->bytes, path);
}

} // namespace

std::optional<Measures> evaluate_run(Disk &disk, const RunToEvaluate &run, const Behavior &behavior,
                                     const std::function<bool()> &stop_requested) {
  const std::optional<FoundEvaluation> known =
      find_evaluation(disk, run.output_dir, run.id, run.key, run.model_sha256);
  if (known) return known->record.measures;
  const std::optional<Evaluation> evaluation = evaluate(intact_model(disk, run), run.model_sha256,
                                                        behavior, run.key.settings, stop_requested);
  if (!evaluation) return std::nullopt;
  const Measures measures = measure(*evaluation);
  write_evaluation(disk, run.output_dir, run.id, run.key, run.model_sha256,
                   evaluation_bytes(*evaluation), measures);
  return measures;
}

} // namespace pursuit
