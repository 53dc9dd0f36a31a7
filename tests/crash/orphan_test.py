"""Workers whose scheduler is killed or stopped: they end what they are at, record it themselves, and go."""
import json
import os
import pathlib
import signal
import time
import unittest

import sweep

OPTIONS = ("--progress", "none", "--devices", "cpu:1", "--checkpoint-every", "1000")
ONE_RUN = """\
format: pursuit-experiment/1
name: small
defaults: {N: 16, tau: 30, gain: 1.5}
evaluate: {trials: 10}
stages:
  weights: {mode: activation, stage: 1, n_trials: 1200}
"""
ENDLESS = ("--set", "stages.weights.n_trials=100000000")
GONE_WITHIN_S = 5


class Orphans(unittest.TestCase):
    def setUp(self):
        self.small = sweep.Sweep(ONE_RUN)
        self.addCleanup(self.small.close)
        self.results = self.small.folder / "results"

    def training(self, *options):
        process = self.small.start(*OPTIONS, *options)
        sweep.wait_until(self.small.trainings, "the run has begun")
        return process

    def run_folder(self):
        folder, = (self.results / "runs").iterdir()
        return folder

    def result(self):
        return json.loads((self.run_folder() / "result.json").read_text())

    def notes(self):
        return [json.loads(line) for line in (self.run_folder() / "attempts.jsonl").read_text().splitlines()]

    def check_gone(self, since_s):
        sweep.wait_until(lambda: not self.small.processes(), "no process is left")
        self.assertLess(time.monotonic() - since_s, GONE_WITHIN_S)

    def kill(self, process):
        process.kill()
        process.wait(sweep.PATIENCE_S)

    def check_reused(self):
        """The next start trains nothing, and waits for nobody."""
        self.small.run(*OPTIONS)
        self.small.check_complete(self, runs=1)
        self.assertEqual(self.small.trainings(), {self.run_folder().name: 1})
        self.assertEqual(self.small.manifest()["runs"][0]["reason"], "done before")
        self.assertFalse(self.small.has_checkpoint())

    def check_recorded(self):
        result = self.result()
        self.assertEqual(result["state"], "done")
        self.assertFalse(self.small.has_checkpoint())
        attempt, = result["attempts"]
        self.assertEqual((attempt["device"], attempt["to_trial"]), ("cpu 0", 1200))
        begun, ended = self.notes()
        self.assertEqual((begun["try"], begun["ended"]), (1, None))
        self.assertEqual(ended, dict(attempt, **{"try": 1}))

    def test_a_worker_in_training_leaves_a_checkpoint(self):
        process = self.training(*ENDLESS)
        time.sleep(0.5)
        self.kill(process)
        self.check_gone(time.monotonic())
        self.assertTrue(self.small.has_checkpoint())
        self.assertEqual(self.result()["state"], "interrupted")
        attempt, = self.result()["attempts"]
        self.assertGreater(attempt["to_trial"], 0)
        self.assertEqual(self.notes()[-1], dict(attempt, **{"try": 1}))
        process = self.small.start(*OPTIONS, *ENDLESS)
        sweep.wait_until(lambda: list(self.small.trainings().values()) == [2], "the run goes on")
        process.send_signal(signal.SIGINT)
        self.small.check_ended(self, process, 130)
        self.assertIn(f"at trial {attempt['to_trial']} of", (self.run_folder() / "log.txt").read_text())
        self.assertEqual(len(self.result()["attempts"]), 2)

    def test_a_stopped_worker_goes_too(self):
        process = self.training(*ENDLESS)
        worker, = self.small.workers()
        os.kill(worker, signal.SIGSTOP)
        self.kill(process)
        self.check_gone(time.monotonic())
        self.assertTrue(self.small.has_checkpoint())

    def test_the_scheduler_dies_when_the_model_appears(self):
        process = self.training()
        models = self.results / "models/pursuit"
        sweep.wait_until(lambda: any(name.endswith(".mat") for name in os.listdir(models)), "the model is there")
        self.kill(process)
        self.check_gone(time.monotonic())
        self.check_recorded()
        self.check_reused()

    def test_a_worker_needs_no_scheduler_to_record_its_run(self):
        process = self.training()
        process.send_signal(signal.SIGSTOP)
        sweep.wait_until(lambda: (self.run_folder() / "result.json").exists(), "the result is there")
        self.kill(process)
        self.check_gone(time.monotonic())
        self.check_recorded()
        self.check_reused()

    def test_the_claim_is_the_workers_too(self):
        process = self.training(*ENDLESS)
        worker, = self.small.workers()
        held = {os.readlink(fd) for fd in pathlib.Path(f"/proc/{worker}/fd").iterdir() if fd.is_symlink()}
        self.assertIn(str(self.run_folder() / "lock"), held)
        self.kill(process)
        self.check_gone(time.monotonic())

    def test_both_are_killed_and_the_try_is_not_forgotten(self):
        process = self.training(*ENDLESS)
        for pid in [process.pid] + self.small.workers():
            os.kill(pid, signal.SIGKILL)
        process.wait(sweep.PATIENCE_S)
        sweep.wait_until(lambda: not self.small.processes(), "no process is left")
        process = self.small.start(*OPTIONS, *ENDLESS)
        sweep.wait_until(lambda: list(self.small.trainings().values()) == [2], "the run is tried again")
        process.send_signal(signal.SIGINT)
        self.small.check_ended(self, process, 130)
        killed, stopped = self.result()["attempts"]
        self.assertEqual(killed["error"], "nobody was left to say how it ended")
        self.assertIsNone(stopped["error"])

    def test_verify_and_gc_know_the_notes(self):
        self.small.run(*OPTIONS)
        process = self.small.run("verify", "results/small", file=None)
        self.assertNotIn("attempts.jsonl", process.out() + process.err())
        folder = self.run_folder()
        self.small.run(*OPTIONS, "--set", "stages.weights.seeds=[2]")
        (self.results / "small/manifest-1.json").unlink(missing_ok=True)
        self.small.run("gc", "results/small", "--yes", file=None)
        self.assertFalse((folder / "attempts.jsonl").exists())


if __name__ == "__main__":
    unittest.main()
