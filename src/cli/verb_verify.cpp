// verify: rehashes what an experiment left and what it was made from. Safe beside a live run.
#include <algorithm>
#include <chrono>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/say.hpp"
#include "base/sha256.hpp"
#include "base/shell_words.hpp"
#include "cli/manifest_origin.hpp"
#include "cli/start_command.hpp"
#include "cli/verbs.hpp"
#include "store/experiment_folder.hpp"
#include "store/records.hpp"
#include "store/verify.hpp"
#include "sweep/recomputed.hpp"
#include "train/checkpoint.hpp"

namespace pursuit {

namespace {

namespace fs = std::filesystem;

std::optional<Manifest> readable_manifest(const ExperimentFolder &place) {
  try {
    return read_manifest(real_disk(), place);
  } catch (const RunError &) {
    return std::nullopt; // a finding of `verify`
  }
}

// Where training will go on: a damaged one costs the trials done so far.
void check_checkpoint(const ExperimentFolder &place, const ManifestRun &run, Verification &result) {
  const fs::path path = checkpoint_path(run_folder(place.output_dir, run.id));
  const auto add = [&](Finding::Kind kind, const RunError &error, const char *next) {
    result.findings.push_back(
        {kind, path.lexically_relative(place.output_dir).string(), error.what(), next});
  };
  try {
    const std::optional<std::string> bytes = real_disk().read(path);
    if (!bytes) return;
    ++result.files;
    result.bytes += bytes->size();
    if (parse_checkpoint(*bytes).run_id != run.id) throw RunError("it is another run's");
  } catch (const PermissionError &error) {
    add(Finding::Kind::unreadable, error, "ask its owner for access: the run cannot go on without");
  } catch (const RunError &error) {
    add(Finding::Kind::damaged, error, "the run will start again at trial 0");
  }
}

// The file may be edited at any time: what was asked for is in the manifest, so that is no damage.
void check_experiment_file(const ExperimentFolder &place, const Manifest &manifest,
                           Verification &result) {
  const std::string other = origin_notice(real_disk(), place, manifest);
  const std::string file = place.file.empty() ? manifest.file : place.file;
  const auto note = [&](const std::string &what, const std::string &next) {
    result.findings.push_back({Finding::Kind::note, file, what, next});
  };
  if (!other.empty()) return note(other, "");
  const char *all_of_it = "the manifest's `resolved` has all that it said";
  std::optional<std::string> text;
  try {
    text = real_disk().read(file);
  } catch (const RunError &error) {
    return note(error.what(), all_of_it);
  }
  if (!text) {
    note("the experiment file is not there", all_of_it);
  } else if (sha256_hex(*text) != manifest.file_sha256) {
    note("the experiment file has changed since it was run",
         fmt::format("pursuit-run plan {} says what that means", shell_quoted(file)));
  }
}

// Of a manifest that is damaged otherwise its claims are too, and nothing more is to be done.
void check_claims(const ExperimentFolder &place, const Manifest &manifest,
                  const std::string &report, Verification &result) {
  const std::string path =
      (place.folder / "manifest.json").lexically_relative(place.output_dir).string();
  const std::string wrong = wrong_claim(manifest);
  const bool is_known =
      std::any_of(result.findings.begin(), result.findings.end(), [&](const Finding &finding) {
        return is_fault(finding) && finding.path == path;
      });
  if (wrong.empty() || is_known) return;
  result.findings.push_back(
      {Finding::Kind::damaged, path, wrong, fmt::format("`{}` judges it again", report)});
}

Verification look(const ExperimentFolder &place, const std::optional<std::string> &output_dir) {
  const std::optional<Manifest> manifest = readable_manifest(place);
  const std::string report =
      fmt::format("pursuit-run report {}", shell_quoted(place.folder.string()));
  Verification result =
      verify(real_disk(),
             {place.output_dir, place.folder,
              start_command(real_disk(), place, manifest, output_dir), report, is_live(place)},
             recomputed_for(real_disk(), manifest));
  if (!manifest) return result;
  check_claims(place, *manifest, report, result);
  for (const ManifestRun &run : manifest->runs) {
    if (run.state != RunState::done) check_checkpoint(place, run, result);
  }
  check_experiment_file(place, *manifest, result);
  return result;
}

bool has_fault(const Verification &result) {
  return std::any_of(result.findings.begin(), result.findings.end(), is_fault);
}

// Beside a live run a file may be between two states, and the manifest a second behind: a fault
// there is what is found twice.
Verification look_safely(const ExperimentFolder &place,
                         const std::optional<std::string> &output_dir) {
  Verification result = look(place, output_dir);
  if (!has_fault(result) || !is_live(place)) return result;
  std::this_thread::sleep_for(std::chrono::seconds(2));
  Verification again = look(place, output_dir);
  std::erase_if(again.findings, [&](const Finding &finding) {
    return is_fault(finding) &&
           std::none_of(result.findings.begin(), result.findings.end(), [&](const Finding &first) {
             return first.path == finding.path && first.what == finding.what;
           });
  });
  return again;
}

void print_finding(const Finding &finding) {
  tell("{:<8} {}", to_text(finding.kind), finding.path);
  if (!finding.what.empty()) tell(": {}", finding.what);
  if (!finding.next.empty()) tell("; {}", finding.next);
  tell("\n");
}

void print_summary(const Verification &result) {
  const auto count = [&](Finding::Kind kind) {
    return std::count_if(result.findings.begin(), result.findings.end(),
                         [kind](const Finding &finding) { return finding.kind == kind; });
  };
  fmt::print("{} files read ({:.1f} MB): {} damaged, {} missing, {} foreign", result.files,
             static_cast<double>(result.bytes) / 1e6, count(Finding::Kind::damaged),
             count(Finding::Kind::missing), count(Finding::Kind::foreign));
  const auto unreadable = count(Finding::Kind::unreadable);
  if (unreadable > 0) fmt::print(", {} unreadable", unreadable);
  fmt::print("\n");
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
  const Verification result =
      look_safely(find_experiment_folder(real_disk(), where, output_dir), output_dir);
  for (const Finding &finding : result.findings) print_finding(finding);
  print_summary(result);
  return has_fault(result) ? k_exit_failed : k_exit_done;
}

} // namespace pursuit
