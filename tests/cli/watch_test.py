"""status --watch and the progress of a sweep, on terminals of several sizes and without one."""
import json
import pathlib
import re
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "crash"))
import sweep
from terminal import Terminal

# 54 runs, of which the first two take far longer than anybody wants to look at them.
MANY = sweep.experiment("n_trials: 90000, seeds: {from: 1, count: 18}", "input_gain, threshold").replace("N: 16", "N: 200")
SIZES = ((80, 24), (40, 24), (120, 24), (80, 8), (40, 5))


def numbers(line):
    """(trials, loss, time left) of a running run's line."""
    return re.search(r" (\d+)/90000 +(\d\.\d+) .*?(\d+ (?:s|min|h|d).*)$", line)


class Watch(unittest.TestCase):
    def setUp(self):
        self.small = sweep.Sweep(MANY)
        self.addCleanup(self.small.close)

    def terminal(self, *arguments, **how):
        terminal = Terminal([sweep.BIN / "pursuit-run", *arguments], cwd=self.small.folder,
                            env=self.small.environment, **how)
        self.addCleanup(terminal.close)
        return terminal

    def training(self):
        """A sweep whose first two runs have said how far they are."""
        process = self.small.start("--progress", "none", "--devices", "cpu:2")
        sweep.wait_until(lambda: len(self.notes()) == 2, "two runs say how far they are")
        return process

    def notes(self):
        return list((self.small.folder / "results/runs").glob("*/progress.json"))

    def stop(self, process):
        process.send_signal(signal.SIGINT)
        self.small.check_ended(self, process, 130)

    def check_screen(self, text, columns, lines):
        size = f"{columns} x {lines}\n" + "\n".join(text)
        self.assertLessEqual(len(text), lines, size)
        running = [line for line in text if numbers(line)]
        self.assertEqual(len(running), 2, size)
        for line in running:
            self.assertGreater(int(numbers(line)[1]), 0, size)
            self.assertIn("weights", line, size)
        self.assertIn("0 of 54 done", " ".join(text), size)
        self.assertIn("52 pending", " ".join(text), size)
        if lines == 24:
            self.assertTrue(any(re.fullmatch("pending  16 weights, 36 adapt", line) for line in text), size)

    def test_counts_and_running_runs_fit_every_size(self):
        process = self.training()
        watch = self.terminal("status", "small.yaml", "--watch")
        watch.wait_for(lambda text: sum(bool(numbers(line)) for line in text) == 2, "two running runs")
        before = time.monotonic()
        for columns, lines in SIZES:
            watch.resize(columns, lines)
            watch.wait_for(lambda text: sum(bool(numbers(line)) for line in text) == 2, f"{columns} x {lines}", 20)
            watch.read(0.3)
            self.check_screen(watch.screen.text(), columns, lines)
        self.assertEqual(watch.screen.wraps, 0)
        self.assertLess(time.monotonic() - before, 60)
        watch.resize(80, 24)
        watch.wait_for(lambda text: any(map(numbers, text)), "80 x 24")
        self.assertTrue(watch.screen.other and watch.screen.cursor_hidden)
        seen = [int(numbers(line)[1]) for line in watch.screen.text() if numbers(line)]
        watch.wait_for(lambda text: [int(numbers(line)[1]) for line in text if numbers(line)] != seen, "it goes on")
        watch.press(b"\x03")  # Ctrl-C
        self.assertEqual(watch.end(), 130)
        self.assertFalse(watch.screen.other or watch.screen.cursor_hidden, "the terminal is as it was")
        self.assertIsNone(process.poll(), "only the view ended")
        self.stop(process)
        self.assertEqual(self.notes(), [], "what said how far it was is gone")

    def test_json_says_how_far_it_is(self):
        process = self.training()
        sweep.wait_until(lambda: self.small.manifest()["counts"]["running"] == 2, "the manifest says so too")
        status = json.loads(self.small.run("small.yaml", "--json", file="status").out())
        self.assertEqual(len(status["running"]), 2)
        self.assertEqual([run["id"] for run in status["running"]], [run["id"] for run in status["unfinished"][:2]])
        for run in status["running"]:
            self.assertTrue(0 < run["trial"] < run["n_trials"] == 90000 and run["loss"] > 0 and run["left_s"] > 0)
        self.assertGreater(status["left_s"], status["running"][0]["left_s"])
        text = self.small.run("small.yaml", file="status").out()
        self.assertRegex(text.splitlines()[2], r"running .*weights .*trial \d+ of 90000, loss \d\.\d{5}, about .* left")
        schema = json.loads(self.small.run("manifest", file="schema").out())
        try:
            import jsonschema
        except ImportError:
            print("NOT TESTED: the manifest's schema (no jsonschema)", file=sys.stderr)
        else:
            of_run = dict(schema["properties"]["runs"]["items"], **{"$defs": schema["$defs"]})
            for run in status["unfinished"]:
                jsonschema.validate(run, of_run)
        self.stop(process)

    def test_waits_for_the_start_and_ends_with_the_run(self):
        (self.small.folder / "small.yaml").write_text(sweep.EXPERIMENT)
        watch = self.terminal("status", "small.yaml", "--watch", columns=40)
        piped = self.small.start("small.yaml", "--watch", file="status")
        watch.wait_for(lambda text: "waiting for the start," in text, "what it waits for")
        sweep.wait_until(lambda: "waiting for the start, small.yaml has not been run yet" in piped.out(), "what it waits for, without a terminal")
        time.sleep(1.2)  # a look later
        self.assertIsNone(watch.process.poll())
        self.assertIsNone(piped.poll())
        self.small.run("--progress", "none")
        self.assertEqual(watch.end(), 0)
        self.assertEqual(watch.screen.wraps, 0)
        self.assertIn("small: complete, synthetic data", watch.screen.text())
        self.assertEqual(piped.wait(sweep.PATIENCE_S), 0)
        self.assertIn("9 done (0 reused), 0 running", piped.out())
        self.assertNotIn("pending      ", piped.out(), "what is pending is counted")

    def test_what_was_stopped_is_waited_for(self):
        self.stop(self.training())
        watch = self.terminal("status", "small.yaml", "--watch")
        watch.wait_for(lambda text: "waiting for the next start, nothing runs now" in text, "that it waits")
        self.assertIn("stopped  2 weights", watch.screen.text())
        time.sleep(1.2)
        self.assertIsNone(watch.process.poll())
        watch.process.send_signal(signal.SIGTERM)
        self.assertEqual(watch.end(), 143)
        self.assertFalse(watch.screen.other or watch.screen.cursor_hidden)

    def test_interrupt_without_a_terminal(self):
        process = self.training()
        for options in ((), ("--json",)):
            piped = self.small.start("small.yaml", "--watch", *options, file="status")
            sweep.wait_until(lambda: piped.out().count("\n") > 0, "a first status")
            piped.send_signal(signal.SIGINT)
            self.assertEqual(piped.wait(sweep.PATIENCE_S), 130, piped.err())
            self.assertNotIn("\x1b", piped.out())
        for line in piped.out().splitlines():
            self.assertEqual(json.loads(line)["counts"]["total"], 54)
        self.stop(process)

    def test_what_a_killed_sweep_leaves_is_known_as_old(self):
        process = self.training()
        process.kill()
        process.wait()
        sweep.wait_until(lambda: not self.small.processes(), "the workers have gone too")
        before = {note: note.stat().st_mtime_ns for note in self.notes()}
        self.assertEqual(len(before), 2)
        status = json.loads(self.small.run("small.yaml", "--json", file="status").out())
        self.assertEqual((status["state"], status["running"], status["left_s"]), ("incomplete", [], None))
        verify = self.small.start("small.yaml", file="verify")
        verify.wait(sweep.PATIENCE_S)
        self.assertIn("0 foreign", verify.out())
        process = self.small.start("--progress", "none", "--devices", "cpu:2")
        sweep.wait_until(lambda: all(note.exists() and note.stat().st_mtime_ns != before[note] for note in before),
                         "the same runs say again how far they are")
        self.stop(process)
        self.assertEqual(self.notes(), [])

    def test_an_ended_run_is_shown_once(self):
        (self.small.folder / "small.yaml").write_text(sweep.EXPERIMENT)
        self.small.run("-q", "--no-figures")
        self.assertIn("complete", self.small.run("small.yaml", "--watch", file="status").out())

    def test_progress_names_runs_at_every_width(self):
        for columns in (120, 80, 40):
            with self.subTest(columns=columns):
                sweep_on_terminal = self.terminal("small.yaml", "--devices", "cpu:2", "-o", f"at{columns}", columns=columns)
                row = re.compile(r"weights.* \d+/90000 +\d\.\d+ ")
                sweep_on_terminal.wait_for(lambda text: sum(bool(row.search(line)) for line in text) == 2, "two slots", 60)
                sweep_on_terminal.screen.wraps = 0  # of lines that stay
                sweep_on_terminal.read(0.7)  # it is drawn again at least twice
                self.assertEqual(sweep_on_terminal.screen.wraps, 0)
                text = sweep_on_terminal.screen.text()
                self.assertTrue(any("0 of 54 done" in line for line in text), text)
                slots = [line for line in text if row.search(line)]
                ids = [folder.name[:12] for folder in (self.small.folder / f"at{columns}/runs").iterdir()]
                self.assertEqual(len(ids), 2)
                self.assertFalse([line for line in slots for run in ids if run in line], "the name rather than the id")
                self.assertEqual(len({re.search(r"seed=(\d+)", line)[1] for line in slots}), 2, slots)
                sweep_on_terminal.press(b"\x03")
                self.assertEqual(sweep_on_terminal.end(), 130)


if __name__ == "__main__":
    unittest.main()
