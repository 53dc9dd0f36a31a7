"""Stage-2 runs of one parent side by side on one core, in the real programs: who is in which pack, and that it changes no
byte, also where a pack is killed, stopped or taken apart in the middle."""
import collections
import json
import os
import re
import signal
import unittest

import sweep

EXPERIMENT = sweep.experiment("n_trials: 300", "input_gain, threshold, response_gain")
RUNS = 4
LONGER = ("--set", "stages.adapt.n_trials=12000", "--checkpoint-every", "0.05")
QUIET = ("--progress", "none")


class Packs(unittest.TestCase):
    def setUp(self):
        self.small = sweep.Sweep(EXPERIMENT)
        self.addCleanup(self.small.close)

    def adapted(self, output_dir):
        return [run for run in self.small.manifest(output_dir)["runs"] if run["stage"] == "adapt"]

    def packs(self, output_dir):
        """How many stage-2 runs each pack has had."""
        members = collections.Counter(run["pack"]["id"] for run in self.adapted(output_dir))
        return sorted(members.values())

    def sizes(self, output_dir):
        """Pack sizes of the stage-2 runs; runs of one pack name the same."""
        runs = self.adapted(output_dir)
        members = collections.Counter(run["pack"]["id"] for run in runs)
        for run in runs:
            self.assertEqual(members[run["pack"]["id"]], run["pack"]["size"])
        return [run["pack"]["size"] for run in runs]

    def apart(self, *options):
        """The models of a sweep in which every run has a core of its own."""
        self.small.run(*QUIET, "--devices", "cpu:3", "-o", "apart", *options)
        self.assertEqual(self.sizes("apart"), [1, 1, 1])
        return self.small.models("apart")

    def in_the_middle_of_a_pack(self, output_dir, *options):
        """A sweep on one core whose pack has been at it for a while."""
        process = self.small.start(*QUIET, "--devices", "cpu:1", "-o", output_dir, *LONGER, *options)
        runs = self.small.folder / output_dir / "runs"
        sweep.wait_until(lambda: len(list(runs.glob("*/checkpoint"))) == 3, "each of the pack has a checkpoint")
        return process

    def test_one_core_trains_three_siblings_as_one_pack(self):
        process = self.small.run("--progress", "plain", "--devices", "cpu:1", "-o", "packed")
        self.small.check_complete(self, "packed", runs=RUNS)
        self.assertEqual(self.sizes("packed"), [3, 3, 3])
        self.assertEqual(len(re.findall(r"^start   cpu 0 .*adapt", process.err(), re.M)), 3)
        self.assertEqual(len(re.findall(r"^done    cpu 0 .*adapt", process.err(), re.M)), 3)
        self.assertEqual(self.small.models("packed"), self.apart())
        for run in self.adapted("packed"):
            self.assertEqual(len(run["attempts"]), 1)
            self.assertIsNotNone(run["measures"])
            self.small.run("small.yaml", run["id"][:12], "-o", "packed", "-q", file="repeat")
        self.small.run("small.yaml", "-o", "packed", file="verify")
        # Started again it trains nothing, and still knows who trained with whom.
        self.small.run(*QUIET, "--devices", "cpu:3", "-o", "packed")
        self.assertEqual(self.sizes("packed"), [3, 3, 3])
        self.assertTrue(all(run["reused"] for run in self.adapted("packed")))

    def test_other_engines_train_one_run_at_a_time(self):
        options = ("--engine", "reference", "--set", "stages.weights.n_trials=5", "--set", "stages.adapt.n_trials=5")
        self.small.run(*QUIET, "--devices", "cpu:1", *options)
        self.assertEqual(self.sizes("results"), [1, 1, 1])

    def test_runs_of_stage_1_and_of_other_parents_are_not_packed(self):
        self.small.run(*QUIET, "--devices", "cpu:1", "--set", "stages.weights.seeds=[1, 2]", "--set",
                       "stages.adapt.n_trials=20")
        self.assertEqual(self.sizes("results"), [3] * 6)
        parents = collections.defaultdict(set)
        for run in self.adapted("results"):
            parents[run["pack"]["id"]].add(run["parent"])
        self.assertEqual([len(of) for of in parents.values()], [1, 1])
        weights = [run for run in self.small.manifest()["runs"] if run["stage"] == "weights"]
        self.assertEqual([run["pack"]["size"] for run in weights], [1, 1])

    def test_a_pack_that_is_killed_with_its_scheduler_goes_on_to_the_same_bytes(self):
        process = self.in_the_middle_of_a_pack("killed")
        for pid in [process.pid] + self.small.workers():
            os.kill(pid, signal.SIGKILL)
        self.small.check_ended(self, process, -signal.SIGKILL)
        self.small.run(*QUIET, "--devices", "cpu:1", "-o", "killed", *LONGER)
        self.small.check_complete(self, "killed", runs=RUNS)
        self.assertEqual(self.sizes("killed"), [3, 3, 3])
        for run in self.adapted("killed"):
            self.assertGreater(run["attempts"][-1]["from_trial"], 0)
        self.assertEqual(self.small.models("killed"), self.apart(*LONGER))

    def test_a_pack_whose_worker_is_killed_goes_on_one_by_one(self):
        process = self.in_the_middle_of_a_pack("worker", "--retries", "0")
        os.kill(self.small.workers()[0], signal.SIGKILL)
        self.small.check_ended(self, process, 0)
        self.assertIn("3 runs side by side (adapt) failed on cpu 0: worker killed by SIGKILL", process.err())
        self.assertEqual(self.sizes("worker"), [1, 1, 1])
        for run in self.adapted("worker"):
            self.assertEqual([attempt["signal"] for attempt in run["attempts"]], ["SIGKILL", None])
            self.assertGreater(run["attempts"][1]["from_trial"], 0)
        self.assertEqual(self.small.models("worker"), self.apart(*LONGER))

    def test_a_pack_that_is_stopped_goes_on_apart_or_together(self):
        process = self.in_the_middle_of_a_pack("stopped")
        process.send_signal(signal.SIGINT)
        self.small.check_ended(self, process, 130)
        stopped = self.adapted("stopped")
        self.assertEqual([run["state"] for run in stopped], ["interrupted"] * 3)
        self.assertEqual(len({run["attempts"][-1]["to_trial"] for run in stopped}), 1)
        # On two cores: two of them together, one alone. Stopped again, they are at different trials; then one core.
        process = self.small.start(*QUIET, "--devices", "cpu:2", "-o", "stopped", *LONGER)
        sweep.wait_until(lambda: sorted(self.small.trainings("stopped").values()) == [1, 2, 2, 2], "all go on")
        process.send_signal(signal.SIGTERM)
        self.small.check_ended(self, process, 143)
        self.assertEqual(sorted(self.sizes("stopped")), [1, 2, 2])
        self.small.run(*QUIET, "--devices", "cpu:1", "-o", "stopped", *LONGER)
        self.assertEqual(self.sizes("stopped"), [3, 3, 3])
        self.assertEqual(self.small.models("stopped"), self.apart(*LONGER))

    def test_siblings_of_other_lengths_join_a_pack_that_goes_on(self):
        # In the graph's order: the two long ones, then the two short ones, of which there is room for one.
        text = sweep.experiment("n_trials: 300", "input_gain, threshold").replace("    n_trials: 800\n", "")
        self.small = sweep.Sweep(text.replace("grid: {", "grid: {n_trials: [30000, 1500], "))
        self.addCleanup(self.small.close)
        options = ("--checkpoint-every", "0.05")
        self.small.run(*QUIET, "--devices", "cpu:1", "-o", "joined", *options)
        self.small.check_complete(self, "joined", runs=5)
        self.assertEqual(self.packs("joined"), [4])
        for run in self.adapted("joined"):
            record = self.small.folder / "joined/runs" / run["id"] / "result.json"
            self.assertEqual(json.loads(record.read_text())["pack"], run["pack"])
            self.assertLessEqual(run["pack"]["size"], 3)
        self.small.run(*QUIET, "--devices", "cpu:4", "-o", "each", *options)
        self.assertEqual(self.packs("each"), [1, 1, 1, 1])
        self.assertEqual(self.small.models("joined"), self.small.models("each"))

        # Killed after one has joined, whatever has ended by then.
        process = self.small.start(*QUIET, "--devices", "cpu:1", "-o", "killed", *options)
        sweep.wait_until(lambda: len(self.small.trainings("killed")) == 5, "the fourth has joined")
        for pid in [process.pid] + self.small.workers():
            os.kill(pid, signal.SIGKILL)
        self.small.check_ended(self, process, -signal.SIGKILL)
        self.small.run(*QUIET, "--devices", "cpu:1", "-o", "killed", *options)
        self.small.check_complete(self, "killed", runs=5)
        self.assertEqual(self.small.models("killed"), self.small.models("each"))


if __name__ == "__main__":
    unittest.main()
