"""The network in PyTorch, eager, gradients by autograd; PURSUIT_TORCH_COMPILE=1 compiles the trial (minutes)."""
import os

import torch

import peer

torch.set_num_threads(1)


def loss_of(p, tau, x, noise, u, z):
    keep, scale = 1 - 1 / tau, 1 / tau
    driven = u @ p["w_in"].T
    rates = []
    for t in range(peer.T):
        r = p["response_gain"] * torch.clip(torch.tanh(p["input_gain"] * x - p["threshold"]), 0, 1)
        rates.append(r)
        if t < peer.T - 1:
            x = keep * x + scale * (p["w"] @ r + driven[t]) + noise[t]
    o = torch.stack(rates[1:]) @ p["w_out"].T + p["b_out"]
    return torch.sqrt(torch.sum((o - z) ** 2))


def tensors(parameters, trained):
    return {k: torch.tensor(v, requires_grad=k in trained) for k, v in parameters.items()}


def gradients_of(parameters, tau, trained, *trial):
    p = tensors(parameters, trained)
    loss = loss_of(p, tau, *(torch.tensor(part.copy()) for part in trial))
    return loss.detach(), dict(zip(trained, torch.autograd.grad(loss, [p[k] for k in trained])))


def start(parameters, tau, trained, trials, networks):
    p = tensors(parameters, trained)
    names = list(trained)
    m = {k: torch.zeros_like(p[k]) for k in names}
    v = {k: torch.zeros_like(p[k]) for k in names}
    n = len(parameters["w"])
    random = torch.Generator().manual_seed(2)
    loss_function = torch.compile(loss_of) if os.environ.get("PURSUIT_TORCH_COMPILE") else loss_of
    here = {"step": 0}

    def train(count):
        for _ in range(count):
            here["step"] += 1
            u, z = trials.draw()
            x0 = 0.01 * torch.randn(n, generator=random)
            noise = 0.01 * torch.randn(peer.T - 1, n, generator=random)
            loss = loss_function(p, tau, x0, noise, torch.from_numpy(u), torch.from_numpy(z))
            gradients = torch.autograd.grad(loss, [p[k] for k in names])
            rate = peer.rate(here["step"])
            with torch.no_grad():
                for k, g in zip(names, gradients):
                    m[k].lerp_(g, 0.1)
                    v[k].lerp_(g * g, 0.001)
                    p[k].addcdiv_(m[k], v[k].sqrt().add_(1e-8), value=-rate)

    return train


if __name__ == "__main__":
    peer.main(gradients_of, start)
