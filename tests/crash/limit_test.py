"""Limits of the machine and workers that fail: what each costs, and what is said of it."""
import os
import resource
import shutil
import signal
import subprocess
import unittest

import sweep

OPTIONS = ("--progress", "none")
ENDLESS = ("--set", "stages.weights.n_trials=100000000")


def with_program(small, script):
    """A pursuit-run whose workers are this shell script."""
    folder = small.folder / "bin"
    folder.mkdir()
    shutil.copy2(sweep.BIN / "pursuit-run", folder)
    (folder / "pursuit-train").write_text("#!/bin/sh\n" + script)
    (folder / "pursuit-train").chmod(0o755)
    return str(folder / "pursuit-run")


class Limits(unittest.TestCase):
    def setUp(self):
        self.small = sweep.Sweep()
        self.addCleanup(self.small.close)

    def test_few_open_files_cost_slots_and_no_run(self):
        def few():
            resource.setrlimit(resource.RLIMIT_NOFILE, (50, 50))  # 32, and for each worker 3 pipes, 3 claims
        process = self.small.run(*OPTIONS, "--devices", "cpu:16", preexec_fn=few)
        self.assertIn("the limit of open files (ulimit -n) leaves room for 3 workers", process.err())
        self.small.check_complete(self)
        for run in self.small.manifest()["runs"]:
            self.assertEqual([attempt["error"] for attempt in run["attempts"]], [None], run)

    def test_few_processes_cost_slots_and_no_run(self):
        if os.getuid() != 0:
            self.skipTest("the limit must be that of a user who has no other process")
        self.small.folder.chmod(0o777)
        program = shutil.copytree(sweep.BIN, self.small.folder / "bin") / "pursuit-run"
        user = 61234  # nobody's

        def few():
            resource.setrlimit(resource.RLIMIT_NPROC, (4, 4))
            os.setgid(user)
            os.setuid(user)
        process = self.small.run(*OPTIONS, "--devices", "cpu:6", program=program, preexec_fn=few)
        self.assertRegex(process.err(), r"rests, \d slots? go on: .*Resource temporarily unavailable")
        self.small.check_complete(self)

    def test_a_file_system_without_locks_is_refused(self):
        compiler = shutil.which("cc")
        if compiler is None:
            self.skipTest("no C compiler to make a flock that fails")
        source = "#include <errno.h>\nint flock(int fd, int kind) { (void)fd; (void)kind; errno = ENOLCK; return -1; }\n"
        library = self.small.folder / "no_locks.so"
        subprocess.run([compiler, "-shared", "-fPIC", "-x", "c", "-", "-o", library], input=source.encode(), check=True)
        self.small.environment["LD_PRELOAD"] = str(library)
        process = self.small.run(*OPTIONS, code=2)
        self.assertRegex(process.err(), r"cannot lock results/small/lock: No locks available; .*NFSv4")
        self.assertEqual(self.small.trainings(), {})

    def test_workers_that_die_at_once_stop_the_sweep(self):
        program = with_program(self.small, "echo no such engine >&2; exit 9")
        process = self.small.run(*OPTIONS, "--devices", "cpu:1", code=1, program=program)
        self.assertIn("worker ended with exit code 9: no such engine", process.err())
        self.assertIn("the first 3 runs all failed in the same way", process.err())
        self.assertEqual(self.small.manifest()["counts"]["failed"], 3)
        self.small.run(*OPTIONS, "--devices", "cpu:1", "--stop-after-same-failures", "1", code=1, program=program)
        self.assertEqual(self.small.manifest()["counts"]["failed"], 1)

    def test_going_on_after_the_same_failures(self):
        self.small = sweep.Sweep(sweep.EXPERIMENT.replace("count: 3", "count: 5"))
        self.addCleanup(self.small.close)
        program = with_program(self.small, "exit 9")
        self.small.run(*OPTIONS, "--stop-after-same-failures", "0", code=1, program=program)
        counts = self.small.manifest()["counts"]
        self.assertEqual((counts["failed"], counts["skipped"], counts["pending"]), (5, 10, 0))

    def test_a_worker_that_is_killed_is_named_and_its_run_goes_on_from_its_checkpoint(self):
        options = (*OPTIONS, "--devices", "cpu:1", "--checkpoint-every", "0.05", "--set", "stages.weights.seeds=[1]",
                   "--set", "stages.weights.n_trials=20000")
        process = self.small.start(*options)
        sweep.wait_until(self.small.has_checkpoint, "a checkpoint is there")
        os.kill(self.small.workers()[0], signal.SIGKILL)
        process.wait(sweep.PATIENCE_S)
        self.assertEqual(process.returncode, 0, process.err())
        self.assertIn("worker killed by SIGKILL, not by this program", process.err())
        attempts = max((run["attempts"] for run in self.small.manifest()["runs"]), key=len)
        self.assertEqual([attempt["signal"] for attempt in attempts], ["SIGKILL", None])
        self.assertGreater(attempts[1]["from_trial"], 0)

    @unittest.skipUnless(sweep.LONG, "waits half a minute for the silence")
    def test_a_worker_that_hangs_is_ended(self):
        process = self.small.start(*OPTIONS, "--devices", "cpu:2", *ENDLESS, "--retries", "0")
        sweep.wait_until(lambda: len(self.small.trainings()) == 2, "two runs have begun")
        hung = self.small.workers()[0]
        os.kill(hung, signal.SIGSTOP)
        sweep.wait_until(lambda: hung not in self.small.processes(), "it is ended")
        self.assertIn("worker sent nothing for 30 s", process.err())
        process.send_signal(signal.SIGTERM)
        process.wait(sweep.PATIENCE_S)


if __name__ == "__main__":
    unittest.main()
