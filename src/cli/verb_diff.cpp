// diff: settings and results of two runs side by side; what is equal is folded.
#include <algorithm>
#include <cstdio>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/say.hpp"
#include "cli/manifest_origin.hpp"
#include "cli/run_facts.hpp"
#include "cli/verbs.hpp"
#include "plan/describe.hpp"
#include "store/experiment_folder.hpp"
#include "store/known_runs.hpp"

namespace pursuit {

namespace {

// Long hashes are told apart by their first digits; --json has them whole.
std::string shown(const std::string &value) {
  if (value.empty()) return "-";
  const bool is_hash =
      value.size() == 64 && value.find_first_not_of("0123456789abcdef") == std::string::npos;
  return is_hash ? short_id(value) : value;
}

void print_table(const std::vector<FactPair> &rows) {
  std::size_t name_width = 0, left_width = 0;
  for (const FactPair &row : rows) {
    name_width = std::max(name_width, row.name.size());
    left_width = std::max(left_width, shown(row.left).size());
  }
  for (const FactPair &row : rows) {
    tell("{:<{}}  {:<{}}  {}\n", row.name, name_width, shown(row.left), left_width,
         shown(row.right));
  }
}

void print_text(std::vector<FactPair> pairs, const FactPair &head, bool all) {
  std::erase_if(pairs,
                [](const FactPair &pair) { return pair.left.empty() && pair.right.empty(); });
  std::vector<FactPair> rows = {head};
  std::string equal;
  for (const FactPair &pair : pairs) {
    const bool is_equal = pair.left == pair.right;
    if (is_equal && !all) equal += (equal.empty() ? "" : ", ") + pair.name;
    if (!is_equal || all) rows.push_back(pair);
  }
  print_table(rows);
  if (!equal.empty()) tell("equal (--all shows them): {}\n", equal);
}

} // namespace

int verb_diff(const Arguments &arguments) {
  CLI::App app{"Settings and results of two runs side by side", "pursuit-run diff"};
  std::string where;
  std::string left_start, right_start;
  std::optional<std::string> output_dir;
  bool all = false;
  bool json = false;
  app.add_option("where", where, "Experiment file or folder")->required()->type_name("WHERE");
  app.add_option("run", left_start, "Start of a run id")->required()->type_name("RUN");
  app.add_option("other", right_start, "Start of another")->required()->type_name("RUN");
  app.add_option("-o,--output_dir", output_dir, "As given to run")->type_name("DIR");
  app.add_flag("--all", all, "Also what is equal");
  app.add_flag("--json", json, "As JSON, with whole hashes");
  if (!parse(app, arguments)) return k_exit_done;

  const ExperimentFolder place = find_experiment_folder(real_disk(), where, output_dir);
  const Manifest manifest = read_manifest_to_show(real_disk(), place);
  const ManifestRun left = find_known_run(real_disk(), place, manifest, left_start);
  const ManifestRun right = find_known_run(real_disk(), place, manifest, right_start);
  const std::vector<FactPair> pairs = side_by_side(run_facts(left.spec, manifest_run_json(left)),
                                                   run_facts(right.spec, manifest_run_json(right)));
  if (json) {
    std::fputs(diff_json(pairs, left.id, right.id).c_str(), stdout);
  } else {
    print_text(pairs, {"id", short_id(left.id), short_id(right.id)}, all);
  }
  return k_exit_done;
}

} // namespace pursuit
