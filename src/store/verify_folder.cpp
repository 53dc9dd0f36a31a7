#include "store/verify_folder.hpp"

#include <fmt/format.h>

#include "base/errors.hpp"
#include "store/journal.hpp"
#include "store/kept_manifests.hpp"
#include "store/manifest_contradiction.hpp"
#include "store/records.hpp"
#include "store/run_event.hpp"
#include "store/verify_run.hpp"

namespace pursuit {

namespace fs = std::filesystem;

void check_journal(Disk &disk, const VerifyPlace &place, FindingList &findings) {
  const fs::path path = place.folder / "journal.jsonl";
  const std::string next = "what is reused does not rest on it; move it away to begin a new one";
  const std::optional<std::string> text = findings.read(
      path, fmt::format("nothing rests on it; `{}` begins a new one", place.run_command));
  if (!text) return;
  const JournalText journal = read_journal(disk, path);
  if (journal.damaged > 0) {
    findings.add(Finding::Kind::damaged, path,
                 fmt::format("{} of its lines {} damaged", journal.damaged,
                             journal.damaged == 1 ? "is" : "are"),
                 next);
  } else if (journal.lines.empty() && !place.live) {
    findings.add(Finding::Kind::damaged, path, "it has no line", next);
  }
  if (journal.whole_bytes < text->size() && !place.live) {
    findings.add(Finding::Kind::note, path, "its last line is torn, as a crash leaves it",
                 "the next start cuts it");
  }
}

std::string journal_end(Disk &disk, const VerifyPlace &place) {
  Manifest manifest;
  manifest.state.clear();
  try {
    apply_journal(read_journal(disk, place.folder / "journal.jsonl"), manifest);
  } catch (const RunError &) { // a finding of check_journal
  }
  return manifest.state;
}

namespace {

// A run whose folder is gone is proved by the manifest and the model.
void check_kept_run(RunLook &look, const ManifestRun &run) {
  if (run_id(run.spec) != run.id) return look.doubts.disagrees(run.id, "settings");
  if (look.disk.exists(run_folder(look.output_dir, run.id)))
    return check_run(look, run, check_settings(look, run));
  look.findings.intact({run.model->path, run.model->sha256, run.model->bytes, "model", run.id},
                       look.trains_again(run.id));
}

} // namespace

void check_kept_manifests(Disk &disk, const VerifyPlace &place, const Recomputed &recomputed,
                          std::set<std::string> known, FindingList &findings) {
  const std::string next =
      "gc removes nothing while it is there; to remove it releases what it lists";
  for (const std::string &name : kept_manifest_names(disk, place.folder)) {
    const fs::path path = place.folder / name;
    const std::optional<std::string> text = findings.read(path, next);
    if (!text) continue;
    findings.look_at(path, next, [&] {
      const Manifest manifest = parse_manifest(*text);
      RunLook look{disk,
                   place.output_dir,
                   recomputed,
                   {path, "a start of " + manifest.file, true, false},
                   findings};
      for (const ManifestRun &run : manifest.runs) {
        if (run.state == RunState::done && run.model && known.insert(run.id).second)
          check_kept_run(look, run);
      }
      for (const std::string &fault : {contradiction_in(manifest), look.doubts.text()}) {
        if (!fault.empty()) findings.add(Finding::Kind::damaged, path, fault, next);
      }
    });
  }
}

} // namespace pursuit
