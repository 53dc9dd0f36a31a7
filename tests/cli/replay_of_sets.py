"""Several activation parameters with bounds, replayed by the engine named, against an independent program in float64: the
forward pass of SPEC section 5 in numpy, gradients by central differences, Adam and clipping.

replay_of_sets.py ENGINE: exit 1 where a value is off."""
import itertools
import subprocess
import sys

import numpy
import scipy.io

ENGINE = sys.argv[1]
N, K, T, S, TAU, RATE = 9, 2, 150, 3, 20.0, 1e-2
NAMES = ("input_gain", "threshold", "response_gain")
PRECISION = numpy.float64 if ENGINE == "reference-double" else numpy.float32
# Of each tensor's largest value. Differences: h^2 f'''/6 and 1e-16/h of the loss, and of units that pass the kink of clip
# within h; in float, sums over 150 steps.
TOLERANCE = 1e-5 if ENGINE == "reference-double" else 5e-5


def some_case(seed, activation):
    draw = numpy.random.default_rng(seed)
    def single(*shape):
        return draw.standard_normal(shape).astype(numpy.float32)
    case = {
        "format": "pursuit-replay/1", "mode": "activation", "stage": 2.0, "activation": activation,
        "tau": TAU, "dt": 1.0, "learning_rate": RATE,
        "w": 1.3 / numpy.sqrt(N) * single(N, N), "w_in": single(N, K), "w_out": 0.3 * single(2, N),
        "b_out": numpy.float32(0.1),
        "input_gain": 1 + 0.1 * single(N, 1), "threshold": 0.05 * single(N, 1), "response_gain": 1 + 0.1 * single(N, 1),
        "u": draw.standard_normal((K, T, S)), "z": draw.standard_normal((T, 2, S)),
        "x0": 0.1 * single(N, S), "noise": 0.1 * single(N, T - 1, S)}
    for name in ("w", "w_out", *NAMES, "x0", "noise"):
        case[name] = case[name].astype(numpy.float32)
    return case


def loss_of(case, parameters, s):
    gain, threshold, response = (parameters[name][:, 0] for name in NAMES)
    w, w_in, w_out = (case[name].astype(float) for name in ("w", "w_in", "w_out"))
    x, squares = case["x0"][:, s].astype(float), 0.0
    u, z = (case[name][:, :, s].astype(PRECISION).astype(float) for name in ("u", "z"))
    for t in range(1, T):
        r = response * numpy.clip(numpy.tanh(gain * x - threshold), 0, 1)
        x = (1 - 1 / TAU) * x + (w @ r + w_in @ u[:, t - 1]) / TAU + case["noise"][:, t - 1, s]
        r = response * numpy.clip(numpy.tanh(gain * x - threshold), 0, 1)
        squares += ((w_out @ r + float(case["b_out"]) - z[t - 1]) ** 2).sum()
    return numpy.sqrt(squares)


def gradients_of(case, parameters, trained, s):
    gradients = {}
    for name in trained:
        gradients[name] = numpy.zeros((N, 1))
        for i in range(N):
            sides = []
            for h in (1e-6, -1e-6):
                moved = {key: value.copy() for key, value in parameters.items()}
                moved[name][i] += h
                sides.append(loss_of(case, moved, s))
            gradients[name][i] = (sides[0] - sides[1]) / 2e-6
    return gradients


def clip(parameters, bounds):
    for name, (least, most) in bounds.items():
        parameters[name] = numpy.clip(parameters[name], least, most)


def check(what, found, expected):
    off = numpy.abs(found - expected).max() / max(numpy.abs(expected).max(), 1e-12)
    if off > TOLERANCE:
        sys.exit(f"{ENGINE}: {what} is off by {off:.2g} of its largest value")


def replay(case, trained, bounds):
    scipy.io.savemat("case.mat", case)
    subprocess.run(["pursuit-run", "replay", "case.mat", "-o", "out.mat", "--engine", ENGINE], check=True)
    out = scipy.io.loadmat("out.mat")
    parameters = {name: case[name].astype(float) for name in NAMES}
    clip(parameters, bounds)
    m, v = ({name: numpy.zeros((N, 1)) for name in trained} for _ in range(2))
    for s in range(S):
        check(f"loss {s}", out["loss"][s], loss_of(case, parameters, s))
        gradients = gradients_of(case, parameters, trained, s)
        rate = RATE * numpy.sqrt(1 - 0.999 ** (s + 1)) / (1 - 0.9 ** (s + 1))
        for name in trained:
            m[name] += 0.1 * (gradients[name] - m[name])
            v[name] += 0.001 * (gradients[name] ** 2 - v[name])
            parameters[name] = parameters[name] - rate * m[name] / (numpy.sqrt(v[name]) + 1e-8)
        clip(parameters, bounds)
    for name in NAMES:
        check(name, out[name], parameters[name])
        assert ("g_" + name in out) == (name in trained), name
        if name in trained:
            check("g_" + name, out["g_" + name], gradients[name])


sets = [names for size in (1, 2, 3) for names in itertools.combinations(NAMES, size)]
for seed, trained in enumerate(sets):
    case = some_case(seed, "+".join(reversed(trained)))
    replay(case, trained, {})
    # A number bounds all; by name, some. In single precision, as a network has it.
    low, high = (numpy.float32(value) for value in (-0.02, 1.02))
    replay({**case, "activation_min": float(low)}, trained, {name: (low, numpy.inf) for name in trained})
    by_name = {trained[0]: float(high)}
    replay({**case, "activation_max": by_name}, trained, {trained[0]: (-numpy.inf, high)})
