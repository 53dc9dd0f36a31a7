"""A small sweep in a scratch folder, the real programs on it, and what is to be true of what they leave behind."""
import collections
import hashlib
import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time
import uuid

SOURCE = pathlib.Path(os.environ["PURSUIT_SOURCE_DIR"])
BIN = pathlib.Path(os.environ["PURSUIT_BUILD_DIR"]) / "bin"
LONG = os.environ.get("PURSUIT_LONG_TESTS") == "1"
PATIENCE_S = 120  # far beyond what anything here takes, for a busy machine


def experiment(first_stage, activations):
    """Networks of both stages; `first_stage`: n_trials and seeds of the first, `activations`: what the second trains."""
    return f"""\
format: pursuit-experiment/1
name: small
defaults: {{N: 16, tau: 30, gain: 1.5}}
evaluate: {{trials: 10}}
stages:
  weights: {{mode: activation, stage: 1, {first_stage}}}
  adapt:
    mode: activation
    stage: 2
    needs: weights
    n_trials: 800
    sweep: {{grid: {{activation: [{activations}]}}}}
"""


EXPERIMENT = experiment("n_trials: 1200, seeds: {from: 1, count: 3}", "input_gain, threshold")
RUNS = 9


def wait_until(condition, what):
    end = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {PATIENCE_S} s: {what}")
        time.sleep(0.005)


class Sweep:
    """A scratch folder with an experiment; every process started here, and all that they start, carries its mark."""

    def __init__(self, experiment=EXPERIMENT):
        # In memory: what a killed process has written stays in any case, and flushes would take most of the time.
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self._scratch = tempfile.TemporaryDirectory(prefix="pursuit_crash_", dir=memory)
        self.folder = pathlib.Path(self._scratch.name)
        self.mark = uuid.uuid4().hex
        self.environment = dict(os.environ, PURSUIT_TEST_MARK=self.mark, XDG_CACHE_HOME=str(BIN.parent / "cache"))
        (self.folder / "small.yaml").write_text(experiment)

    def close(self):
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
        self._scratch.cleanup()

    def start(self, *options, file="small.yaml", program="pursuit-run", **how):
        """Starts it in a session of its own, stdout and stderr into files: process.out(), process.err()."""
        number = len(list(self.folder.glob("err.*")))
        streams = [open(self.folder / f"{name}.{number}", "wb") for name in ("out", "err")]
        command = [BIN / program] + ([file] if file else []) + list(options)
        process = subprocess.Popen(command, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                                   stdout=streams[0], stderr=streams[1], start_new_session=True, **how)
        for stream in streams:
            stream.close()
        process.out = lambda: (self.folder / f"out.{number}").read_text()
        process.err = lambda: (self.folder / f"err.{number}").read_text()
        return process

    def run(self, *options, code=0, **how):
        process = self.start(*options, **how)
        process.wait(PATIENCE_S)
        assert process.returncode == code, f"exit {process.returncode}: {process.err()}"
        return process

    def check_ended(self, test, process, code):
        """It ends with this code, and leaves no process behind."""
        process.wait(PATIENCE_S)
        test.assertEqual(process.returncode, code, process.err())
        wait_until(lambda: not self.processes(), "no process is left")

    def processes(self):
        """Living processes with our mark."""
        found = []
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                marked = self.mark.encode() in (folder / "environ").read_bytes()
                state = (folder / "stat").read_text().rsplit(")", 1)[1].split()[0]
            except OSError:
                continue
            if marked and state not in "ZX":
                found.append(int(folder.name))
        return found

    def workers(self):
        def is_worker(pid):
            try:
                return b"--worker" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
            except OSError:
                return False
        return [pid for pid in self.processes() if is_worker(pid)]

    def models(self, output_dir="results"):
        """File name -> SHA-256 of every model."""
        files = (self.folder / output_dir / "models/pursuit").glob("*.mat")
        return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}

    def manifest(self, output_dir="results", name="small"):
        return json.loads((self.folder / output_dir / name / "manifest.json").read_text())

    def trainings(self, output_dir="results"):
        """Run id -> how often a worker began to train it, by its log."""
        logs = (self.folder / output_dir / "runs").glob("*/log.txt")
        return {log.parent.name: len(re.findall(" started with ", log.read_text())) for log in logs}

    def has_checkpoint(self, output_dir="results"):
        return any((self.folder / output_dir / "runs").glob("*/checkpoint"))

    def check_complete(self, test, output_dir="results", name="small", runs=RUNS):
        """The manifest says that everything is done, and what it says of each model is so."""
        manifest = self.manifest(output_dir, name)
        test.assertEqual(manifest["state"], "complete")
        states = collections.Counter(run["state"] for run in manifest["runs"])
        test.assertEqual(states, {"done": runs})
        test.assertEqual(manifest["counts"]["done"], runs)
        models = self.models(output_dir)
        for run in manifest["runs"]:
            test.assertEqual(models[pathlib.Path(run["model"]["path"]).name], run["model"]["sha256"])
