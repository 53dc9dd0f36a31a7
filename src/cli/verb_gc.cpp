// gc: what no experiment of an output_dir refers to; with --yes it is removed.
#include <list>
#include <system_error>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/file_lock.hpp"
#include "base/say.hpp"
#include "base/shell_words.hpp"
#include "cli/run_flags.hpp"
#include "cli/verbs.hpp"
#include "plan/describe.hpp"
#include "store/experiment_folder.hpp"
#include "store/garbage.hpp"
#include "store/records.hpp"
#include "sweep/preparation.hpp"
#include "sweep/run_options.hpp"

namespace pursuit {

namespace {

namespace fs = std::filesystem;

std::string size_text(std::uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} B", bytes);
  if (bytes < 1000000) return fmt::format("{:.1f} kB", static_cast<double>(bytes) / 1e3);
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

// A starting experiment may ask for any run, so none of this output_dir may start or go on.
std::list<FileLock> stop_experiments(const fs::path &output_dir) {
  std::list<FileLock> locks;
  for (const std::string &name : experiments(real_disk(), output_dir)) {
    const fs::path path = output_dir / name / "lock";
    std::optional<FileLock> lock = FileLock::try_take(path);
    if (!lock) {
      throw RunError(
          fmt::format("{} is being run by {}: nothing is removed; again when it has ended", name,
                      FileLock::holder(path)));
    }
    locks.push_back(std::move(*lock));
  }
  return locks;
}

// False: somebody trains it, whoever that is.
bool remove_unlocked(const fs::path &output_dir, const UnneededRun &run) {
  const fs::path folder = run_folder(output_dir, run.id);
  const std::optional<FileLock> claim = FileLock::try_take(folder / "lock");
  if (!claim) {
    say("run {} is being trained by {}: kept\n", short_id(run.id),
        FileLock::holder(folder / "lock"));
    return false;
  }
  remove_run(real_disk(), output_dir, run);
  real_disk().remove(folder / "lock");
  std::error_code ignored; // a folder with a foreign file in it stays
  fs::remove(folder, ignored);
  return true;
}

void print_kept(const KeptManifest &kept) {
  const std::string what = kept.alone == 0 ? "nothing that is not asked for elsewhere"
                                           : fmt::format("{} run{} that nothing else asks for",
                                                         kept.alone, kept.alone == 1 ? "" : "s");
  tell("kept: {}, of {}, keeps {}; to release: rm {}\n", kept.path.string(), kept.file, what,
       shell_quoted(kept.path.string()));
}

void print_garbage(const Garbage &garbage) {
  for (const UnneededRun &run : garbage.runs) {
    tell("{}  {:>9}  {}\n", short_id(run.id), size_text(run.bytes), run.text);
    for (const std::string &file : run.files) tell("    {}\n", file);
  }
  for (const std::string &line : garbage.left_alone) say("left alone: {}\n", line);
  for (const KeptManifest &kept : garbage.kept) print_kept(kept);
}

std::uint64_t total_bytes(const Garbage &garbage) {
  std::uint64_t bytes = 0;
  for (const UnneededRun &run : garbage.runs) bytes += run.bytes;
  return bytes;
}

int list_garbage(const fs::path &output_dir, const std::vector<Node> &asked) {
  const Garbage garbage = find_garbage(real_disk(), output_dir, asked);
  print_garbage(garbage);
  tell("{} runs, {}, that no experiment of {} refers to{}\n", garbage.runs.size(),
       size_text(total_bytes(garbage)), output_dir.string(),
       garbage.runs.empty() ? "" : "; --yes removes them");
  return k_exit_done;
}

int remove_garbage(const fs::path &output_dir, const std::vector<Node> &asked) {
  const std::list<FileLock> locks = stop_experiments(output_dir);
  // From here on no manifest changes.
  const Garbage garbage = find_garbage(real_disk(), output_dir, asked);
  print_garbage(garbage);
  std::size_t removed = 0;
  std::uint64_t bytes = 0;
  for (const UnneededRun &run : garbage.runs) {
    if (!remove_unlocked(output_dir, run)) continue;
    ++removed;
    bytes += run.bytes;
  }
  tell("{} runs removed, {}\n", removed, size_text(bytes));
  return k_exit_done;
}

// What the named file asks for with these options, whatever was started last; nothing where a folder is named.
std::vector<Node> asked_for(const ExperimentFolder &place, const RunOptions &options) {
  if (place.file.empty()) return {};
  try {
    return prepare(real_disk(), options).graph.nodes;
  } catch (const ConfigError &error) {
    std::vector<Complaint> complaints = error.complaints();
    complaints.push_back(
        {{},
         fmt::format("gc keeps what {} asks for, and cannot find that out", place.file),
         fmt::format("to go by the manifests alone: pursuit-run gc {}",
                     shell_quoted(place.folder.string()))});
    throw ConfigError(std::move(complaints));
  }
}

} // namespace

int verb_gc(const Arguments &arguments) {
  CLI::App app{
      "Lists the runs that neither an experiment of the output folder nor the named file, as it "
      "is now, refers to. With --yes their files are removed: models, records, logs, "
      "checkpoints, evaluations; no other file",
      "pursuit-run gc"};
  RunOptions options;
  bool yes = false;
  app.add_option("where", options.experiment, "Experiment file or folder")
      ->required()
      ->type_name("WHERE");
  add_plan_options(app, options);
  app.add_flag("--yes", yes, "Remove them");
  if (!parse(app, arguments)) return k_exit_done;
  refuse_file_options(app, options.experiment);
  const ExperimentFolder place =
      find_experiment_folder(real_disk(), options.experiment, options.changes.output_dir);
  const std::vector<Node> asked = asked_for(place, options);
  return yes ? remove_garbage(place.output_dir, asked) : list_garbage(place.output_dir, asked);
}

} // namespace pursuit
