#include "experiment/read_needs.hpp"

#include <fmt/format.h>

#include "experiment/fields.hpp"
#include "experiment/model_glob.hpp"
#include "experiment/read_match.hpp"
#include "experiment/words.hpp"

namespace pursuit {

namespace {

constexpr const char *k_forms =
    "write needs: weights, needs: {stage: weights, where: {N: 250}} or needs: {files: "
    "\"models/*.mat\"}";

// Only a stage 1 of mode activation can be extended.
void check_parent(const Value &name, const StageKind &kind, const StageKinds &kinds,
                  Faults &faults) {
  const std::string what = fmt::format("stage \"{}\": needs", kind.name);
  const StageKind *parent = kinds.find(*name.string());
  if (parent == nullptr) {
    faults.add(name.where, fmt::format("{}: there is no stage \"{}\"", what, shown(name.text)),
               word_hint(name.text, kinds.names()));
  } else if (const std::string cycle = kinds.cycle(kind); !cycle.empty()) {
    faults.add(name.where, fmt::format("{}: a cycle: {}", what, cycle),
               "name a stage 1 of mode activation");
  } else if (parent->mode == Mode::prior_input) {
    faults.add(name.where,
               fmt::format("{}: \"{}\" trains prior_input networks, which have no stage 2", what,
                           parent->name),
               "name a stage 1 of mode activation");
  } else if (parent->stage == 2) {
    faults.add(name.where,
               fmt::format("{}: \"{}\" is a stage 2, and a stage 2 extends a stage 1 only", what,
                           parent->name),
               "name a stage 1 of mode activation");
  }
}

void read_stage_name(const Value &name, const StageKind &kind, const StageKinds &kinds,
                     Needs &needs, Faults &faults) {
  if (name.string() == nullptr) {
    complain_of_type(name, fmt::format("stage \"{}\": needs", kind.name), "the name of a stage",
                     k_forms, faults);
    return;
  }
  needs.stage = *name.string();
  check_parent(name, kind, kinds, faults);
}

void read_files(const Value &files, const StageKind &kind, Needs &needs, Faults &faults) {
  const std::string what = fmt::format("stage \"{}\": needs: files", kind.name);
  if (files.string() == nullptr || files.string()->empty()) {
    complain_of_type(files, what, "a file name, * and ? allowed", k_forms, faults);
    return;
  }
  needs.files = *files.string();
  MatchedFiles matched = matching_files(needs.files, files.where);
  if (matched.searches_too_much) {
    faults.add(files.where,
               fmt::format("{}: {} searches too many folders", what, shown(needs.files)),
               "name the folder of the models");
    return;
  }
  if (!matched.denied.empty()) {
    faults.add(files.where,
               fmt::format("{}: cannot read {}: Permission denied", what, matched.denied),
               "ask its owner for access, or name folders that you may read");
    return;
  }
  needs.paths = std::move(matched.paths);
  if (needs.paths.empty())
    faults.add(files.where, fmt::format("{}: no file matches {}", what, shown(needs.files)),
               files.where.line == 0 ? "the name is relative to the current folder"
                                     : "the name is relative to the file that says it");
}

} // namespace

std::optional<Needs> read_needs(const Value &value, const StageKind &kind, const StageKinds &kinds,
                                Faults &faults) {
  Needs needs;
  needs.where = value.where;
  if (value.mapping() == nullptr) {
    read_stage_name(value, kind, kinds, needs, faults);
    return needs;
  }
  const Fields fields(value, {&k_needed_stage, &k_needed_files},
                      fmt::format("stage \"{}\": needs", kind.name), faults);
  const Value *stage = value.find("stage");
  const Value *where = value.find("where");
  const Value *files = value.find("files");
  if ((stage != nullptr) == (files != nullptr)) {
    faults.add(value.where,
               fmt::format("stage \"{}\": needs: expected either stage or files", kind.name),
               k_forms);
  } else if (stage != nullptr) {
    read_stage_name(*stage, kind, kinds, needs, faults);
  } else {
    read_files(*files, kind, needs, faults);
    if (where != nullptr)
      faults.add(
          fields.key_place("where"),
          fmt::format("stage \"{}\": needs: where chooses runs of a stage, not files", kind.name),
          "choose files by their names");
  }
  if (where != nullptr && stage != nullptr)
    needs.where_match = read_match(*where, fmt::format("stage \"{}\": needs: where", kind.name),
                                   kinds.find(needs.stage), faults);
  fields.finish();
  return needs;
}

} // namespace pursuit
