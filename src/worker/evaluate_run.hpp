// A finished run -> runs/<id>/evaluation.mat, evaluation.json, and its measures.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/disk.hpp"
#include "store/evaluation_record.hpp"
#include "task/behavior.hpp"

namespace pursuit {

struct RunToEvaluate {
  std::filesystem::path output_dir;
  std::string id;
  std::string model_path; // relative to output_dir
  std::string model_sha256;
  EvaluationKey key;
};

// What is there already, from an earlier start or another process, is taken. Nothing where a stop was asked for. Throws
// RunError: the model is missing or changed, a result is not finite, a file cannot be written.
std::optional<Measures> evaluate_run(Disk &disk, const RunToEvaluate &run, const Behavior &behavior,
                                     const std::function<bool()> &stop_requested);

} // namespace pursuit
