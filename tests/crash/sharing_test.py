"""Several schedulers at once on one output folder: every run is trained exactly once, all end with 0, the manifest is whole."""
import itertools
import json
import os
import signal
import unittest

import sweep

OPTIONS = ("--progress", "plain", "--devices", "cpu:1")
# Long enough to be killed in, and for another to look twice a second whether the manifest has a writer.
LONGER = ("--set", "stages.weights.n_trials=12000")


class Sharing(unittest.TestCase):
    def setUp(self):
        self.small = sweep.Sweep()
        self.addCleanup(self.small.close)

    def end_all(self, processes):
        for process in processes:
            process.wait(sweep.PATIENCE_S)
            self.assertEqual(process.returncode, 0, process.err())

    def check_trained_once(self, output_dir="results"):
        self.small.check_complete(self, output_dir)
        self.assertEqual(set(self.small.trainings(output_dir).values()), {1})
        for run in self.small.manifest(output_dir)["runs"]:
            self.assertEqual(len(run["attempts"]), 1, run)

    def test_two_and_eight_train_every_run_once(self):
        self.small.run(*OPTIONS, "-o", "whole")
        for count in (2, 8):
            with self.subTest(schedulers=count):
                output_dir = f"of{count}"
                processes = [self.small.start(*OPTIONS, "-o", output_dir) for _ in range(count)]
                self.end_all(processes)
                self.check_trained_once(output_dir)
                started = sum(process.err().count("\nstart ") for process in processes)
                self.assertEqual(started, sweep.RUNS)
                self.assertEqual(self.small.models(output_dir), self.small.models("whole"))

    def test_other_experiments_share_their_runs(self):
        (self.small.folder / "other.yaml").write_text(sweep.EXPERIMENT.replace("name: small", "name: other"))
        processes = [self.small.start(*OPTIONS, file=file) for file in ("small.yaml", "other.yaml")]
        self.end_all(processes)
        self.check_trained_once()
        self.small.check_complete(self, name="other")

    def test_two_files_of_one_name_lose_no_run(self):
        (self.small.folder / "second.yaml").write_text(sweep.EXPERIMENT.replace("tau: 30", "tau: 40"))
        processes = [self.small.start(*OPTIONS, file=file) for file in ("small.yaml", "second.yaml")]
        self.end_all(processes)
        self.check_trained_once()
        self.assertEqual(len(self.small.models()), 2 * sweep.RUNS)
        manifests = sorted((self.small.folder / "results/small").glob("manifest*.json"))
        self.assertEqual([path.name for path in manifests], ["manifest-1.json", "manifest.json"])
        kept = [run["id"] for path in manifests for run in json.loads(path.read_text())["runs"]]
        self.assertEqual(len(set(kept)), 2 * sweep.RUNS)
        said = "".join(process.err() for process in processes)
        self.assertIn("it is kept as results/small/manifest-1.json", said)
        garbage = self.small.run("gc", "results/small", file=None)
        self.assertIn("\n0 runs, ", garbage.out())

    def test_only_the_first_writes_the_manifest(self):
        first = self.small.start(*OPTIONS, *LONGER)
        sweep.wait_until(self.small.workers, "the first trains")
        second = self.small.start(*OPTIONS, *LONGER)
        self.end_all([first, second])
        self.assertRegex(second.err(), r"is being run by pid %d on \S+ since \d{4}-" % first.pid)
        self.assertEqual(self.writers_at_once(), 1)
        self.check_trained_once()

    def writers_at_once(self):
        """The most writers of the manifest at one time. The second may still take over when the first has ended."""
        lines = (self.small.folder / "results/small/journal.jsonl").read_text().splitlines()
        steps = [{"start": 1, "end": -1}.get(json.loads(line)["event"], 0) for line in lines]
        return max(itertools.accumulate(steps))

    def kill_one(self, processes, victim):
        """At most the victim's own run is trained twice, or its own pack of siblings."""
        sweep.wait_until(lambda: len(self.small.trainings()) >= 3, "three runs have begun")
        os.kill(victim.pid, signal.SIGKILL)
        victim.wait()
        self.end_all([process for process in processes if process is not victim])
        self.small.check_complete(self)
        times = self.small.trainings()
        self.assertLessEqual(max(times.values()), 2)
        again = [run for run in self.small.manifest()["runs"] if times[run["id"]] == 2]
        if len(again) > 1:
            self.assertEqual(len({(run["stage"], run["parent"]) for run in again}), 1)
            self.assertEqual(again[0]["stage"], "adapt")
        self.assertEqual(self.small.processes(), [])

    def test_the_second_takes_over_when_the_first_is_killed(self):
        first = self.small.start(*OPTIONS, *LONGER)
        sweep.wait_until(self.small.workers, "the first trains")
        second = self.small.start(*OPTIONS, *LONGER)
        self.kill_one([first, second], first)
        self.assertIn("the process that wrote the manifest has ended", second.err())

    def test_eight_survive_one(self):
        processes = [self.small.start(*OPTIONS, *LONGER) for _ in range(8)]
        self.kill_one(processes, processes[3])

    def test_interrupting_who_waits_leaves_the_other_alone(self):
        one_run = ("--set", "stages.weights.seeds=[1]", "--set", "stages.weights.n_trials=100000")
        first = self.small.start(*OPTIONS, *one_run)
        sweep.wait_until(lambda: self.small.trainings(), "the first trains")
        second = self.small.start(*OPTIONS, *one_run)
        sweep.wait_until(lambda: "\nother " in second.err(), "the second waits")
        second.send_signal(signal.SIGINT)
        second.wait(sweep.PATIENCE_S)
        self.assertEqual(second.returncode, 130, second.err())
        self.assertIsNone(first.poll())
        status = self.small.run("status", "small.yaml", file=None)
        self.assertIn("running", status.out())
        first.send_signal(signal.SIGINT)
        first.wait(sweep.PATIENCE_S)
        self.assertEqual(first.returncode, 130, first.err())

    def test_a_training_by_hand_waits_for_the_same_run(self):
        one_run = ("--set", "stages.weights.seeds=[1]", "--set", "stages.weights.n_trials=100000")
        first = self.small.start(*OPTIONS, *one_run)
        sweep.wait_until(lambda: self.small.trainings(), "the first trains")
        flags = "--n_trials 100000 --N 16 --decay_taus 30 --gain 1.5 --mode activation --stage 1 --output_dir results"
        by_hand = self.small.start(*flags.split(), file=None, program="pursuit-train")
        sweep.wait_until(lambda: "is being trained by pid %d" % first.pid in by_hand.err(), "it says so")
        by_hand.send_signal(signal.SIGTERM)
        by_hand.wait(sweep.PATIENCE_S)
        self.assertEqual(by_hand.returncode, 143)
        first.send_signal(signal.SIGTERM)
        first.wait(sweep.PATIENCE_S)
        self.assertEqual(first.returncode, 143, first.err())


if __name__ == "__main__":
    unittest.main()
