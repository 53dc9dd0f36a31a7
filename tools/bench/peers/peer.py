"""What every peer has in common: the model, the trials, and the conversation with ../compare.

    python NAME_peer.py MODEL.mat BEHAVIOUR.mat stage1|input_gain|threshold|response_gain [--networks K]
    python NAME_peer.py --check CASE.mat OUT.mat

The first prints "ready" and then, for each line K of its input, trains K trials and prints the processor
seconds they took (neighbours on the core do not count). The second does one update of a replay case and writes its loss and gradients. Arithmetic is single precision on one core.
"""
import sys
import time

import numpy as np
import scipy.io

T = 150
WEIGHTS = ("w", "w_in", "w_out", "b_out")
ACTIVATIONS = ("input_gain", "threshold", "response_gain")


def read_parameters(path):
    """Of a model file or a replay case, as float32 arrays: w (N,N), w_in (N,2), w_out (2,N), b_out (), the rest (N)."""
    file = scipy.io.loadmat(path)
    parameters = {name: file[name].astype(np.float32) for name in WEIGHTS + ACTIVATIONS}
    parameters["b_out"] = parameters["b_out"].reshape(())
    for name in ACTIVATIONS:
        parameters[name] = parameters[name].ravel()
    return parameters, float(file["tau"].item())


class Trials:
    """Trials as the study draws them: a day, a contrast, a direction; the target is the day's recorded velocity."""

    def __init__(self, behaviour_path, stage, seed=2):
        days = scipy.io.loadmat(behaviour_path, squeeze_me=True, struct_as_record=False)["Data"]
        conditions = ("wide",) if stage == 1 else ("narrow", "narrow_minus15", "narrow_plus15")
        offsets = {"narrow_minus15": -15.0, "narrow_plus15": 15.0}
        targets, directions = [], []
        for day in days if stage == 1 else days[:1]:
            for condition in conditions:
                directions.append(float(day.tgdir) + offsets.get(condition, 0.0))
                targets.append([self._target(getattr(day, contrast), condition) for contrast in ("highCont", "lowCont")])
        self.directions = np.array(directions, np.float32)  # (choices)
        self.targets = np.array(targets, np.float32)  # (choices, contrast, T-1, 2)
        self.amplitudes = np.array([1.0, 0.1], np.float32)
        self.random = np.random.default_rng(seed)

    @staticmethod
    def _target(contrast, condition):
        trace = getattr(contrast, condition)
        return np.stack([trace.hvel[150:299], trace.vvel[150:299]], axis=1)

    def draw(self):
        """Input u (T-1, 2) and target z (T-1, 2); u at the last step drives nothing."""
        choice = self.random.integers(len(self.directions))
        contrast = self.random.integers(2)
        angle = np.deg2rad(self.directions[choice] + 7 * self.random.standard_normal())
        heading = self.amplitudes[contrast] * np.array([np.cos(angle), np.sin(angle)])
        u = heading + 0.01 * self.random.standard_normal((T - 1, 2))
        return u.astype(np.float32), self.targets[choice, contrast]


def trained_names(what):
    return WEIGHTS if what == "stage1" else (what,)


def rate(step, learning_rate=1e-4):
    """TensorFlow 1's form of Adam: both corrections in the step size, epsilon beside the uncorrected root."""
    return learning_rate * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)


def serve(train):
    """train(K) returns when K trials are done."""
    train(2)
    print("ready", flush=True)
    for line in sys.stdin:
        begin = time.process_time()
        train(int(line))
        print(time.process_time() - begin, flush=True)


def check(gradients_of, case_path, out_path):
    """gradients_of(parameters, tau, trained, x0, noise, u, z) -> loss, {name: gradient}; noise, u, z lead with time."""
    case = scipy.io.loadmat(case_path)
    parameters, tau = read_parameters(case_path)
    what = "stage1" if case["stage"].item() == 1 else case["activation"].item()
    loss, gradients = gradients_of(
        parameters, tau, trained_names(what), case["x0"].ravel(), case["noise"].reshape(len(case["x0"]), T - 1).T,
        case["u"].reshape(2, T).T[: T - 1].astype(np.float32), case["z"].reshape(T, 2)[: T - 1].astype(np.float32))
    found = {"g_" + name: np.asarray(value) for name, value in gradients.items()}
    scipy.io.savemat(out_path, {"loss": float(loss), **found})


def main(gradients_of, start):
    """start(parameters, tau, trained, trials, networks) returns the function that `serve` wants."""
    arguments = sys.argv[1:]
    if arguments[0] == "--check":
        check(gradients_of, *arguments[1:])
        return
    networks = 1
    if "--networks" in arguments:
        at = arguments.index("--networks")
        networks = int(arguments[at + 1])
        del arguments[at : at + 2]
    model, behaviour, what = arguments
    parameters, tau = read_parameters(model)
    if what != "stage1":
        n = len(parameters["w"])
        parameters.update(input_gain=np.ones(n, np.float32), threshold=np.zeros(n, np.float32),
                          response_gain=np.ones(n, np.float32))
    serve(start(parameters, tau, trained_names(what), Trials(behaviour, 1 if what == "stage1" else 2), networks))
