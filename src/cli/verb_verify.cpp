// verify: rehashes what an experiment left and what it was made from. Safe beside a live run.
#include <algorithm>
#include <chrono>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/sha256.hpp"
#include "cli/place.hpp"
#include "cli/shell_words.hpp"
#include "cli/verbs.hpp"
#include "store/records.hpp"
#include "store/verify.hpp"
#include "train/checkpoint.hpp"

namespace pursuit {

namespace {

namespace fs = std::filesystem;

std::optional<Manifest> readable_manifest(const Place &place) {
  try {
    return read_manifest(real_disk(), place);
  } catch (const RunError &) {
    return std::nullopt; // a finding of `verify`
  }
}

// The command that runs the experiment again, as far as the manifest knows it.
std::string run_command(const Place &place, const std::optional<Manifest> &manifest) {
  std::string command = "pursuit-run ";
  if (!place.file.empty()) {
    command += shell_quoted(place.file);
  } else {
    command += manifest ? shell_quoted(manifest->file) : "EXPERIMENT.yaml";
  }
  if (!manifest) return command;
  for (const std::string &set : manifest->overrides) command += " --set " + shell_quoted(set);
  return command;
}

// Where training will go on: a damaged one costs the trials done so far.
void check_checkpoints(const Place &place, const Manifest &manifest, Verification &result) {
  for (const ManifestRun &run : manifest.runs) {
    if (run.state == RunState::done) continue;
    const fs::path path = checkpoint_path(run_folder(place.output_dir, run.id));
    const std::optional<std::string> bytes = real_disk().read(path);
    if (!bytes) continue;
    ++result.files;
    result.bytes += bytes->size();
    try {
      if (parse_checkpoint(*bytes).run_id == run.id) continue;
      throw RunError("it is another run's");
    } catch (const RunError &error) {
      result.findings.push_back({Finding::Kind::damaged,
                                 path.lexically_relative(place.output_dir).string(), error.what(),
                                 "the run will start again at trial 0"});
    }
  }
}

// The file may be edited at any time: what was asked for is in the manifest, so that is no damage.
void check_experiment_file(const Place &place, const Manifest &manifest, Verification &result) {
  const std::string file = place.file.empty() ? manifest.file : place.file;
  const std::optional<std::string> text = real_disk().read(file);
  if (!text) {
    result.findings.push_back({Finding::Kind::note, file, "the experiment file is not there",
                               "the manifest's `resolved` has all that it said"});
  } else if (sha256_hex(*text) != manifest.file_sha256) {
    result.findings.push_back(
        {Finding::Kind::note, file, "the experiment file has changed since it was run",
         fmt::format("pursuit-run plan {} says what that means", shell_quoted(file))});
  }
}

Verification look(const Place &place) {
  const std::optional<Manifest> manifest = readable_manifest(place);
  Verification result = verify(
      real_disk(), {place.output_dir, place.folder, run_command(place, manifest), is_live(place)});
  if (!manifest) return result;
  check_checkpoints(place, *manifest, result);
  check_experiment_file(place, *manifest, result);
  return result;
}

bool has_fault(const Verification &result) {
  return std::any_of(result.findings.begin(), result.findings.end(), is_fault);
}

// Beside a live run a file may be between two states, and the manifest a second behind: a fault
// there is what is found twice.
Verification look_safely(const Place &place) {
  Verification result = look(place);
  if (!has_fault(result) || !is_live(place)) return result;
  std::this_thread::sleep_for(std::chrono::seconds(2));
  Verification again = look(place);
  std::erase_if(again.findings, [&](const Finding &finding) {
    return is_fault(finding) &&
           std::none_of(result.findings.begin(), result.findings.end(), [&](const Finding &first) {
             return first.path == finding.path && first.what == finding.what;
           });
  });
  return again;
}

void print_finding(const Finding &finding) {
  fmt::print("{:<9}{}", to_text(finding.kind), finding.path);
  if (!finding.what.empty()) fmt::print(": {}", finding.what);
  if (!finding.next.empty()) fmt::print("; {}", finding.next);
  fmt::print("\n");
}

void print_summary(const Verification &result) {
  const auto count = [&](Finding::Kind kind) {
    return std::count_if(result.findings.begin(), result.findings.end(),
                         [kind](const Finding &finding) { return finding.kind == kind; });
  };
  fmt::print("{} files read ({:.1f} MB): {} damaged, {} missing, {} foreign\n", result.files,
             static_cast<double>(result.bytes) / 1e6, count(Finding::Kind::damaged),
             count(Finding::Kind::missing), count(Finding::Kind::foreign));
}

} // namespace

int verb_verify(const Arguments &arguments) {
  CLI::App app{"Rehashes every output and input of an experiment. Exit 1 if one is damaged or "
               "missing; foreign files are only listed",
               "pursuit-run verify"};
  std::string where;
  std::optional<std::string> output_dir;
  app.add_option("where", where, "Experiment file or folder")->required()->type_name("WHERE");
  app.add_option("-o,--output_dir", output_dir, "As given to run")->type_name("DIR");
  if (!parse(app, arguments)) return k_exit_done;
  const Verification result = look_safely(find_place(real_disk(), where, output_dir));
  for (const Finding &finding : result.findings) print_finding(finding);
  print_summary(result);
  return has_fault(result) ? k_exit_failed : k_exit_done;
}

} // namespace pursuit
