"""Signals to the real programs: who stops how, with which exit code, and what it says."""
import fcntl
import os
import pty
import shlex
import signal
import subprocess
import termios
import time
import unittest

import sweep

OPTIONS = ("--progress", "none", "--devices", "cpu:2")
LONGER = ("--set", "stages.weights.n_trials=6000")
ENDLESS = ("--set", "stages.weights.n_trials=100000000")
BY_HAND = "--n_trials 4000 --N 16 --decay_taus 30 --gain 1.5 --mode activation --stage 1 --output_dir results"


class Signals(unittest.TestCase):
    def setUp(self):
        self.small = sweep.Sweep()
        self.addCleanup(self.small.close)

    def training(self, *options, output_dir="results", **how):
        """A sweep that has begun to train."""
        process = self.small.start(*OPTIONS, *options, "-o", output_dir, **how)
        sweep.wait_until(lambda: self.small.trainings(output_dir), "a run has begun")
        return process

    def test_each_signal_stops_with_checkpoints_and_its_code(self):
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)):
            with self.subTest(signal=number.name):
                output_dir = number.name
                process = self.small.start(*OPTIONS, *ENDLESS, "-o", output_dir)
                sweep.wait_until(lambda: len(self.small.trainings(output_dir)) >= 2, "two runs have begun")
                process.send_signal(number)
                self.small.check_ended(self, process, code)
                self.assertTrue(self.small.has_checkpoint(output_dir))
                manifest = self.small.manifest(output_dir)
                self.assertEqual(manifest["state"], "incomplete")
                stopped = [run for run in manifest["runs"] if run["state"] == "interrupted"]
                self.assertEqual(len(stopped), 2)

    def test_the_printed_command_goes_on(self):
        (self.small.folder / "it's a $mall one.yaml").write_text(sweep.EXPERIMENT)
        odd = "odd 'name' & ;"
        process = self.training(*LONGER, output_dir=odd, file="it's a $mall one.yaml")
        process.send_signal(signal.SIGINT)
        self.small.check_ended(self, process, 130)
        command = process.err().splitlines()[-1]
        self.assertTrue(command.startswith("  "), process.err())
        again = subprocess.run(command, shell=True, cwd=self.small.folder, env=self.small.environment,
                               capture_output=True, text=True, timeout=sweep.PATIENCE_S)
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertEqual(shlex.split(command)[1], "it's a $mall one.yaml")
        self.small.check_complete(self, odd)

    def test_signals_close_together_are_one(self):
        process = self.training(*ENDLESS)
        for _ in range(4):
            process.send_signal(signal.SIGINT)
            time.sleep(0.05)
        self.small.check_ended(self, process, 130)
        self.assert_no_worker_was_killed()

    def test_while_workers_are_being_loaded(self):
        process = self.small.start(*OPTIONS, *ENDLESS)
        sweep.wait_until(self.small.workers, "a worker is there")
        process.send_signal(signal.SIGTERM)
        self.small.check_ended(self, process, 143)
        self.assert_no_worker_was_killed()
        self.assertTrue(self.small.has_checkpoint())

    def assert_no_worker_was_killed(self):
        stopped = [run for run in self.small.manifest()["runs"] if run["state"] == "interrupted"]
        self.assertTrue(stopped)
        for run in stopped:
            self.assertIsNone(run["attempts"][-1]["signal"], "a worker was killed")

    def test_a_second_signal_stops_at_once(self):
        process = self.training(*ENDLESS)
        for worker in self.small.workers():
            os.kill(worker, signal.SIGSTOP)  # they cannot write a checkpoint now
        process.send_signal(signal.SIGINT)
        time.sleep(0.7)
        self.assertIsNone(process.poll())
        process.send_signal(signal.SIGINT)
        begin_s = time.monotonic()
        self.small.check_ended(self, process, 130)
        self.assertLess(time.monotonic() - begin_s, 10)  # a silent worker would be ended after 30 s

    def test_before_anything_is_started(self):
        many = ("--set", "stages.weights.seeds={from: 1, count: 100000}")  # takes a while to plan
        process = self.small.start(*OPTIONS, *many)
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        self.small.check_ended(self, process, 130)
        self.assertEqual(self.small.trainings(), {})

    def test_a_closed_terminal(self):
        terminal, inside = pty.openpty()
        process = subprocess.Popen([sweep.BIN / "pursuit-run", "small.yaml", *ENDLESS], cwd=self.small.folder,
                                   env=dict(self.small.environment, TERM="xterm"), stdin=inside, stdout=inside,
                                   stderr=inside, start_new_session=True,
                                   preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(inside)
        sweep.wait_until(self.small.trainings, "a run has begun")
        os.close(terminal)  # SIGHUP to the session's leader; what it writes now fails with EIO
        process.wait(sweep.PATIENCE_S)
        self.assertEqual(process.returncode, 129)
        sweep.wait_until(lambda: not self.small.processes(), "no process is left")
        self.assertTrue(self.small.has_checkpoint())
        self.assertEqual(self.small.manifest()["state"], "incomplete")

    def test_ctrl_z_rests_the_workers_too(self):
        process = self.training(*ENDLESS)
        process.send_signal(signal.SIGTSTP)
        sweep.wait_until(lambda: self.states() == {"T"}, "all are stopped")
        process.send_signal(signal.SIGCONT)
        sweep.wait_until(lambda: "T" not in self.states(), "all go on")
        process.send_signal(signal.SIGTERM)
        self.small.check_ended(self, process, 143)

    def states(self):
        states = set()
        for pid in self.small.processes():
            with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
                states.add(stat.read().rsplit(")", 1)[1].split()[0])
        return states

    def test_a_training_by_hand_stops_and_its_printed_command_goes_on(self):
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)):
            with self.subTest(signal=number.name):
                flags = BY_HAND.replace("results", number.name).replace("4000", "20000").split()
                process = self.small.start(*flags, file=None, program="pursuit-train")
                sweep.wait_until(lambda: "trial " in process.err(), "it trains")
                process.send_signal(number)
                process.send_signal(number)  # counts as the same
                self.small.check_ended(self, process, code)
                command = process.err().splitlines()[-1]
                self.assertTrue(command.endswith(" --resume"), command)
                again = subprocess.run(command, shell=True, cwd=self.small.folder, env=self.small.environment,
                                       capture_output=True, text=True, timeout=sweep.PATIENCE_S)
                self.assertEqual(again.returncode, 0, again.stderr)
                self.assertRegex(again.stderr, r"going on from trial [1-9]")


if __name__ == "__main__":
    unittest.main()
