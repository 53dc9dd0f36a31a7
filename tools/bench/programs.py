"""The programs as a whole: starting, scheduling, status, memory, slots, stages, checkpoints. programs.py [--runs 10000]
Each line is a measured value, the goal, and whether it is met; times are wall times, medians where they are short."""
import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

BIN = pathlib.Path(os.environ["PURSUIT_BUILD_DIR"]) / "bin"
RUN, TRAIN = str(BIN / "pursuit-run"), str(BIN / "pursuit-train")
k_evaluated = 200  # models whose evaluation is timed
missed = []


def report(what, value, unit, goal, met):
    if not met:
        missed.append(what)
    print(f"{what:<58}{value:>10.2f} {unit:<4} goal {goal:<9} {'' if met else 'MISSED'}", flush=True)


def seconds(command, folder=None):
    begin = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begin


def median_seconds(command, count, folder=None):
    return statistics.median(seconds(command, folder) for _ in range(count))


def experiment(folder, stages, name="bench"):
    text = f"format: pursuit-experiment/1\nname: {name}\nstages:\n" + "".join(f"  {stage}\n" for stage in stages)
    (folder / f"{name}.yaml").write_text(text)
    return f"{name}.yaml"


def stage1(n, trials, seeds):
    return (f"weights: {{mode: activation, stage: 1, N: {n}, tau: 30, n_trials: {trials}, "
            f"seeds: {{from: 1, count: {seeds}}}}}")


def sweep_seconds(folder, file, slots, *options):
    shutil.rmtree(folder / "results", ignore_errors=True)
    return seconds([RUN, file, "--devices", f"cpu:{slots}", "--progress", "none", *options], folder)


def measure_start():
    took = 1e3 * median_seconds([RUN, "--help"], 41)
    report("pursuit-run --help", took, "ms", "< 15", took < 15)


def measure_many_runs(folder, count):
    """On a file system in memory, where an fsync costs nothing. Each network is evaluated, too, which takes longer than all
    else; without what the same models take by `evaluate`, what is left is scheduling, files and processes."""
    file = experiment(folder, [stage1(1, 1, count)])
    whole = 1e3 * sweep_seconds(folder, file, 1) / count
    print(f"{f'a run, of {count} of one trial, and its evaluation':<58}{whole:>10.2f} ms")
    models = sorted(str(path.relative_to(folder)) for path in folder.glob("results/models/**/*.mat"))[:k_evaluated]
    evaluation = 1e3 * median_seconds([RUN, "evaluate", "-o", "evaluated.csv", *models], 5, folder) / len(models)
    report("the same without its evaluation and disk flushes", whole - evaluation, "ms", "< 3", whole - evaluation < 3)
    took = median_seconds([RUN, "status", file], 5, folder)
    report(f"status of {count} runs", took, "s", "< 0.3", took < 0.3)
    took = seconds([RUN, file, "--progress", "none"], folder)
    print(f"{'the same sweep again, with nothing to do':<58}{took:>10.2f} s")


def measure_flushes(folder, count=200):
    file = experiment(folder, [stage1(1, 1, count)])
    whole = sweep_seconds(folder, file, 1)
    print(f"{f'a run, of {count} of one trial, on the disk':<58}{1e3 * whole / count:>10.2f} ms")


class PeakMemory(threading.Thread):
    """The largest resident sizes, in MB, of a process and of its children while it runs."""

    def __init__(self, process):
        super().__init__()
        self.process, self.own, self.child = process, 0.0, 0.0

    def run(self):
        while self.process.poll() is None:
            self.own = max(self.own, peak_of(self.process.pid))
            for task in pathlib.Path(f"/proc/{self.process.pid}/task").glob("*/children"):
                for child in read(task).split():
                    self.child = max(self.child, peak_of(child))
            time.sleep(0.01)


def read(path):
    try:
        return pathlib.Path(path).read_text()
    except OSError:
        return ""


def peak_of(pid):
    return max((int(line.split()[1]) / 1024 for line in read(f"/proc/{pid}/status").splitlines() if line.startswith("VmHWM")),
               default=0.0)


def peaks(folder, file):
    shutil.rmtree(folder / "results", ignore_errors=True)
    process = subprocess.Popen([RUN, file, "--devices", "cpu:1", "--progress", "none"], cwd=folder, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    peak = PeakMemory(process)
    peak.start()
    peak.join()
    return peak.own, peak.child


def measure_memory(folder):
    scheduler, small = peaks(folder, experiment(folder, [stage1(1, 20000, 1)]))
    _, large = peaks(folder, experiment(folder, [stage1(250, 2000, 1)]))
    print(f"{'scheduler, peak memory':<58}{scheduler:>10.2f} MB")
    print(f"{'worker, peak memory at N=1':<58}{small:>10.2f} MB")
    report("worker, more at N=250", large - small, "MB", "<= 3", large - small <= 3)
    scheduler, _ = peaks(folder, experiment(folder, [stage1(1, 1, 10000)]))
    print(f"{'scheduler, peak memory at 10000 runs':<58}{scheduler:>10.2f} MB")


def measure_slots(folder, rounds=5):
    file = experiment(folder, [stage1(250, 1500, 4)])
    times = {1: [], 2: []}
    for _ in range(rounds):
        for slots in times:
            times[slots].append(sweep_seconds(folder, file, slots))
    ratio = statistics.median(times[1]) / statistics.median(times[2])
    report("two slots on two cores, times one", ratio, "x", ">= 1.9", ratio >= 1.9)


def measure_checkpoints(folder, rounds=5):
    """A checkpoint a second against none: what one costs, as a share of the 30 s between two."""
    file = experiment(folder, [stage1(250, 5000, 1)])
    times = {"1": [], "3600": []}
    for _ in range(rounds):
        for every in times:
            times[every].append(sweep_seconds(folder, file, 1, "--checkpoint-every", every))
    without = statistics.median(times["3600"])
    share = 100 * (statistics.median(times["1"]) - without) / without / 30
    report("checkpoints, of the time of a training", share, "%", "< 1", share < 1)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=10000)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(dir="/dev/shm") as memory, tempfile.TemporaryDirectory(dir=BIN.parent) as disk:
        measure_start()
        measure_many_runs(pathlib.Path(memory), given.runs)
        measure_flushes(pathlib.Path(disk))
        measure_memory(pathlib.Path(memory))
        measure_slots(pathlib.Path(memory))
        measure_checkpoints(pathlib.Path(disk))
    if missed:
        sys.exit("missed: " + ", ".join(missed))


if __name__ == "__main__":
    main()
