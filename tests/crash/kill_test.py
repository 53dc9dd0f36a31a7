"""The real programs killed with SIGKILL at random moments: what is resumed ends in the same bytes, nothing stays behind.

20 rounds; 200 with PURSUIT_LONG_TESTS=1. PURSUIT_KILL_SEED repeats a seed that was printed."""
import collections
import os
import random
import signal
import time
import unittest

import sweep

ROUNDS = 200 if sweep.LONG else 20
OPTIONS = ("--progress", "none", "--devices", "cpu:2", "--checkpoint-every", "0.02")


def kill(pids, send=os.kill):
    for pid in pids:
        try:
            send(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # it had ended


# Whom a round kills, given the scheduler and the sweep.
VICTIMS = {
    "scheduler": lambda process, small: kill([process.pid]),
    "worker": lambda process, small: kill(small.workers()[:1]),
    "workers": lambda process, small: kill(small.workers()),
    "scheduler and workers": lambda process, small: kill([process.pid] + small.workers()),
    "process group": lambda process, small: kill([process.pid], os.killpg),
}


class Killed(unittest.TestCase):
    def setUp(self):
        self.small = sweep.Sweep()
        self.addCleanup(self.small.close)

    def one_round(self, number, victim, moment_s):
        """Starts, kills, starts again until it is done. Returns what the kill met."""
        output_dir = f"round{number}"
        options = OPTIONS + ("-o", output_dir)
        process = self.small.start(*options)
        time.sleep(moment_s)
        was_running = process.poll() is None
        VICTIMS[victim](process, self.small)
        if victim.startswith("worker"):
            process.wait(sweep.PATIENCE_S)  # its run is tried again
            self.assertEqual(process.returncode, 0, process.err())
        process.wait(sweep.PATIENCE_S)
        sweep.wait_until(lambda: not self.small.processes(), "no process is left")
        met = "after the end" if not was_running else "before a checkpoint"
        if was_running and self.small.has_checkpoint(output_dir):
            met = "with a checkpoint"
        self.small.run(*options)
        self.small.check_complete(self, output_dir)
        self.assertEqual(self.small.models(output_dir), self.whole)
        return met

    def test_same_bytes_after_every_kill(self):
        begin_s = time.monotonic()
        self.small.run(*OPTIONS, "-o", "whole")
        takes_s = time.monotonic() - begin_s
        self.whole = self.small.models("whole")
        self.assertEqual(len(self.whole), sweep.RUNS)
        seed = int(os.environ.get("PURSUIT_KILL_SEED", random.SystemRandom().randrange(10**6)))
        print(f"PURSUIT_KILL_SEED={seed}, uninterrupted {takes_s:.2f} s", flush=True)
        chance = random.Random(seed)
        met = collections.Counter()
        for number in range(ROUNDS):
            victim = list(VICTIMS)[number % len(VICTIMS)]
            moment_s = chance.uniform(0, takes_s)
            with self.subTest(seed=seed, round=number, victim=victim, moment_s=moment_s):
                met[self.one_round(number, victim, moment_s)] += 1
        print(f"{ROUNDS} kills: {dict(met)}")
        self.assertGreater(met["with a checkpoint"], 0, "no kill met a training: nothing was tested")


if __name__ == "__main__":
    unittest.main()
