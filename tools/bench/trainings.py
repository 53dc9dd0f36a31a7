"""Milliseconds per trial of several programs that train the same network: trainings.py [--peers PYTHON] [--sizes 100,250,500]
[--rounds 7]. Each contestant is a process on the same core that goes on training one model file; they take turns, round
after round, and the table gives medians of processor time."""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

import numpy as np
import scipy.io

HERE = pathlib.Path(__file__).resolve().parent
BIN = pathlib.Path(os.environ["PURSUIT_BUILD_DIR"]) / "bin"
TURN_S = 0.4  # how long a contestant trains before the next one's turn
TRIALS_BEFORE = 1000  # activity, and with it the work, rises during training
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class Contestant:
    """`networks` are trained side by side; a time is divided by their number."""

    def __init__(self, name, command, environment=None, networks=1):
        self.name, self.networks, self.ms = name, networks, []
        self.command, self.environment = command, {**os.environ, **ONE_THREAD, **(environment or {})}

    def start(self):
        self.process = subprocess.Popen(self.command, env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        if self.process.stdout.readline().strip() != "ready":
            sys.exit(f"{self.name} did not start:\n{self.process.communicate()[1]}")
        self.trials = 1
        while (seconds := self.train()) < TURN_S and self.trials < 100_000:
            self.trials = int(self.trials * min(10, 1.2 * TURN_S / seconds)) + 1

    def train(self):
        print(self.trials, file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline())

    def turn(self):
        self.ms.append(1e3 * self.train() / self.trials / self.networks)

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def trained_model(folder, n):
    printed = run(str(BIN / "pursuit-train"), "--n_trials", str(TRIALS_BEFORE), "--N", str(n), "--decay_taus", "30", "--mode",
                  "activation", "--stage", "1", "--output_dir", str(folder / str(n)))
    return printed.splitlines()[-1]


def instruction_sets():
    """Those that this CPU has, by asking for each."""
    names = []
    for name in ("avx512", "avx2", "neon", "sse4", "scalar"):
        asked = subprocess.run([BIN / "bench_training", "fused", "no.mat", "stage1"], env={**os.environ, "PURSUIT_SIMD": name},
                               capture_output=True, text=True)
        if "lacks" not in asked.stderr and "PURSUIT_SIMD" not in asked.stderr:
            names.append(name)
    return names


def own(engine, model, what, simd=None):
    name = engine if simd is None else f"{engine} {simd}"
    networks = 3 if what == "siblings" else 1
    return Contestant(name, [str(BIN / "bench_training"), engine, model, what], simd and {"PURSUIT_SIMD": simd}, networks)


def engines(model, what):
    found = [own("fused", model, what, simd) for simd in instruction_sets()]
    if what == "siblings":
        return found
    if (BIN / "pursuit_torch.so").exists():
        found.append(own("torch", model, what))
    return found + [own("reference", model, what)]


def peers(python, model, behaviour, what):
    def peer(name, label, environment=None, networks=1):
        more = ["--networks", str(networks)] if networks > 1 else []
        command = [python, str(HERE / "peers" / f"{name}_peer.py"), model, behaviour, what] + more
        return Contestant(label, command, environment, networks)

    fused = [own("fused", model, what, simd) for simd in instruction_sets() if simd in ("avx512", "avx2", "neon")]
    if what == "siblings":
        return fused
    return fused + [peer("jax", "JAX lax.scan, jit"), peer("jax", "JAX without AVX-512", {"XLA_FLAGS": "--xla_cpu_max_isa=AVX2"}),
                    peer("jax", "JAX vmap over 8", networks=8),
                    peer("torch", "PyTorch eager"), peer("tensorflow", "TensorFlow 1 graph")]


def write_case(path, model, what):
    """One update of the model's network with given noise; in stage 2 with its parameter moved."""
    file, random = scipy.io.loadmat(model), np.random.default_rng(1)
    n = len(file["w"])
    normal = lambda *shape: random.normal(size=shape).astype(np.float32)
    names = ("tau", "w", "w_in", "w_out", "b_out", "input_gain", "threshold", "response_gain")
    case = {name: file[name] for name in names}
    if what != "stage1":
        case[what] = case[what] + 0.1 * normal(n, 1)
    scipy.io.savemat(path, {
        **case, "format": "pursuit-replay/1", "mode": "activation", "stage": 1.0 if what == "stage1" else 2.0,
        "activation": "input_gain" if what == "stage1" else what, "dt": 1.0, "learning_rate": 1e-4,
        "u": 0.5 + 0.3 * normal(2, 150, 1).astype(float), "z": 0.4 + 0.1 * normal(150, 2, 1).astype(float),
        "x0": 0.01 * normal(n, 1), "noise": 0.01 * normal(n, 149, 1)})


def check_same_work(python, folder, model, what):
    """Each peer's loss and gradients of one trial against `pursuit-run replay`: of a tensor's largest value, single
    precision leaves about 1e-6; 1e-4 would be another network."""
    case, ours = str(folder / "case.mat"), str(folder / "ours.mat")
    write_case(case, model, what)
    run(str(BIN / "pursuit-run"), "replay", case, "-o", ours)
    expected = scipy.io.loadmat(ours)
    for name in ("jax", "torch", "tensorflow"):
        out = str(folder / "peer.mat")
        run(python, str(HERE / "peers" / f"{name}_peer.py"), "--check", case, out)
        found = scipy.io.loadmat(out)
        fields = [field for field in found if field == "loss" or field.startswith("g_")]
        off = max(np.abs(found[f].reshape(expected[f].shape) - expected[f]).max() / np.abs(expected[f]).max() for f in fields)
        if not off < 1e-4:
            sys.exit(f"{name} computes something else: {what}, off by {off:.1e} of the largest value")
        print(f"same work: {name} {what} N={len(expected['x'])}: loss and gradients within {off:.0e} of replay", flush=True)


def measure(contestants, rounds):
    for contestant in contestants:
        contestant.start()
    for _ in range(rounds):
        for contestant in contestants:
            contestant.turn()
    for contestant in contestants:
        contestant.end()


def print_table(columns):
    """columns: title -> contestants, not all in each; the first is what the others are compared with."""
    print(f"\n{'ms per trial and network (times the first)':<44}" + "".join(f"{title:>22}" for title in columns))
    for name in dict.fromkeys(contestant.name for contestants in columns.values() for contestant in contestants):
        cells = ""
        for contestants in columns.values():
            found = [statistics.median(c.ms) for c in contestants if c.name == name]
            ratio = f"({found[0] / statistics.median(contestants[0].ms):.1f}x)" if found else ""
            cells += f"{found[0]:>13.3f} {ratio:>8}" if found else " " * 22
        print(f"{name:<44}{cells}".rstrip(), flush=True)


def print_stage_ratio(columns, n):
    first = {title: statistics.median(contestants[0].ms) for title, contestants in columns.items()}
    before = first.pop(f"stage1 N={n}", None)
    for title, ms in first.items():
        if before and "stage1" not in title:
            print(f"\nfused, {title} to stage1: {ms / before:.2f}")


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--peers", metavar="PYTHON", help="the interpreter that has JAX, PyTorch and TensorFlow")
    options.add_argument("--sizes", default="100,250,500")
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--stages", default="stage1,threshold,siblings",
                         help="stage1; at the middle size an activation parameter, or all three side by side")
    given = options.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # one core for all, inherited
    sizes = [int(size) for size in given.sizes.split(",")]
    columns = {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        behaviour = str(folder / "behaviour.mat")
        run(str(BIN / "pursuit-run"), "data", "synth", "-o", behaviour)
        models = {n: trained_model(folder, n) for n in sizes}
        for what in given.stages.split(","):
            for n in sizes if what == "stage1" else [sizes[len(sizes) // 2]]:
                if given.peers:
                    if what != "siblings":
                        check_same_work(given.peers, folder, models[n], what)
                    contestants = peers(given.peers, models[n], behaviour, what)
                else:
                    contestants = engines(models[n], what)
                measure(contestants, given.rounds)
                columns[f"{what} N={n}"] = contestants
    print_table(columns)
    print_stage_ratio(columns, sizes[len(sizes) // 2])
    print(f"\nprocessor time, medians of {given.rounds} rounds in turn, one core; each from a network trained for {TRIALS_BEFORE} trials")


if __name__ == "__main__":
    main()
