// Help, tables and their order, from outside.
#include "verbs.hpp"

namespace pursuit {

namespace {

TEST_F(Verbs, HelpOfAVerbIsItsHelp) {
  int compared = 0;
  for (const char *verb :
       {"run", "plan", "status", "list", "show", "why", "log", "diff", "verify", "repeat", "gc",
        "evaluate", "report", "replay", "data", "devices", "schema", "data synth"}) {
    const std::string name = verb;
    const Ended asked = call("pursuit-run help " + name);
    EXPECT_EQ(asked.exit_code, 0) << name << asked.err;
    EXPECT_EQ(asked.out, call("pursuit-run " + name + " --help").out) << name;
    EXPECT_NE(asked.out.find("pursuit-run " + name), std::string::npos) << asked.out;
    ++compared;
  }
  EXPECT_EQ(compared, 18);
  EXPECT_EQ(call("pursuit-run help").out, call("pursuit-run --help").out);
  expect_output("pursuit-run help", "usage: pursuit-run");
  expect_refused("pursuit-run help lst", "did you mean \"list\"?");
  expect_refused("pursuit-run help nonsense", "there is no verb \"nonsense\"");
}

// Arguments, two blanks, what it does: in every line, and no line wraps on a terminal of 120 columns.
TEST_F(Verbs, HelpIsATable) {
  expect_python("pursuit-run --help", R"(
import re
rows = [line for line in out.split("\n") if re.match(r"  \w", line)]
assert len(rows) > 15, rows
summary = rows[0].index("train what is missing")
for row in rows:
    assert row[summary - 2:summary] == "  " and row[summary] != " " and len(row) <= 120, row)");
}

// Stages as in the file, what is swept by its value, seeds; in list and report.
TEST_F(Verbs, RowsStandInTheOrderPeopleReadThem) {
  ASSERT_EQ(call("pursuit-run small.yaml --progress none").exit_code, 0);
  const std::string order = R"(
import csv, io
rows = list(csv.DictReader(io.StringIO(out)))
order = [(r["stage"], r["activation"], r["seed"]) for r in rows]
)";
  expect_python("pursuit-run list small.yaml --csv", order + R"(
import json, re
right = [("weights", "", "1"), ("weights", "", "2")] + [
    ("adapt", a, s) for a in ("input_gain", "threshold", "response_gain") for s in ("1", "2")]
assert order == right, order
assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", r["started"]) for r in rows)
table = json.loads(re.search(r'id="runs-data">(.*?)</script>', open("results/small/report.html").read())[1])
assert [row[0] for row in table["rows"]] == [r["id"] for r in rows])");
  expect_python("pursuit-run list small.yaml --csv --sort -seed,activation", order + R"(
assert [s for _, _, s in order] == ["2"] * 4 + ["1"] * 4, order
assert [a for _, a, _ in order[:4]] == ["input_gain", "threshold", "response_gain", ""], order)");
  expect_python("pursuit-run list small.yaml --csv --sort=-loss_last", order + R"(
losses = [float(r["loss_last"]) for r in rows]
assert losses == sorted(losses, reverse=True))");
  expect_refused("pursuit-run list small.yaml --sort lost_last", "did you mean \"loss_last\"?");
  expect_python("pursuit-run list small.yaml", R"(
lines = out.rstrip("\n").split("\n")
assert all(line == line.rstrip() for line in lines), lines
ids = [line.split()[0] for line in lines[1:]]
parent = lines[0].index("parent")
parents = [line[parent:parent + 12].strip() for line in lines[1:]]
assert parents == ["", ""] + ids[:2] * 3, parents)");
}

// A name, two blanks at least, what is known of it.
TEST_F(Verbs, NoWordsRunTogetherInShow) {
  ASSERT_EQ(call("pursuit-run small.yaml --progress none").exit_code, 0);
  expect_python("pursuit-run show small.yaml $(pursuit-run list small.yaml --csv --where "
                "activation=threshold | sed -n '2s/,.*//p')",
                R"(
import re
names = [re.match(r"([a-z_A-Z0-9.]+(?: [a-z0-9]+)*)  +\S", line) for line in out.splitlines() if not line.startswith("  ")]
assert all(names), out
names = {name[1] for name in names}
assert {"id", "tau", "canonical text"} <= names and len(names) > 30, names
assert re.search(r"^tau +30 ms$", out, re.M), out)");
}

// A network that never gets done leaves a figure that was asked for without data.
TEST_F(Verbs, QuietHidesNoFigureThatIsMissing) {
  write_file(scratch / "drawn.yaml",
             "format: pursuit-experiment/1\nname: drawn\nfigures: [learning_curves]\nstages:\n"
             "  weights: {mode: activation, stage: 1, N: 9, tau: 30, n_trials: 100000000}\n");
  const std::string run = "pursuit-run drawn.yaml --timeout 0.2 --retries 0 --progress none";
  const std::string missing = "figure learning_curves is not drawn: ";
  const Ended loud = call(run);
  EXPECT_EQ(loud.exit_code, 1);
  EXPECT_EQ(loud.err.find("drawing"), std::string::npos) << "nothing is: " << loud.err;
  EXPECT_NE(loud.err.find(missing), std::string::npos) << loud.err;
  const Ended quiet = call(run + " -q");
  EXPECT_NE(quiet.err.find(missing), std::string::npos) << quiet.err;
  EXPECT_EQ(call("pursuit-run report drawn.yaml -q").err.find(missing), 0u);
  EXPECT_EQ(call("pursuit-run report drawn.yaml -q --no-figures").err, "") << "as it was asked for";
}

// The second start trains nothing: what was trained was trained when the first one did.
TEST_F(Verbs, StartedIsWhenItWasTrained) {
  ASSERT_EQ(call("pursuit-run small.yaml -q").exit_code, 0);
  const std::string first = call("pursuit-run list small.yaml --csv").out;
  ASSERT_EQ(call("sleep 1.1; pursuit-run small.yaml -q").exit_code, 0);
  expect_python("pursuit-run list small.yaml --csv --sort started", R"(
import csv, io, json, re
rows = list(csv.DictReader(io.StringIO(out)))
assert all(row["reused"] == "true" for row in rows)
manifest = json.load(open("results/small/manifest.json"))
page = open("results/small/report.html").read()
assert rows[0]["started"] < manifest["created"]
assert re.search("<dt>started</dt><dd>" + rows[0]["started"] + "</dd>", page), page[-4000:]
assert re.search("<dt>last start</dt><dd>" + manifest["created"] + "</dd>", page))");
}

} // namespace

} // namespace pursuit
