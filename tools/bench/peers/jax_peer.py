"""The network in JAX: lax.scan under jit, gradients by jax.grad; with --networks K, K networks under vmap."""
import functools

import jax
import jax.numpy as jnp
import numpy as np

import peer

N_STEPS = peer.T - 1


def loss_of(trained, frozen, tau, x0, noise, u, z):
    p = {**frozen, **trained}
    keep, scale = 1 - 1 / tau, 1 / tau

    def response(x):
        return p["response_gain"] * jnp.clip(jnp.tanh(p["input_gain"] * x - p["threshold"]), 0, 1)

    def step(x, inputs):
        noise_t, u_t = inputs
        x = keep * x + scale * (p["w"] @ response(x) + p["w_in"] @ u_t) + noise_t
        return x, x

    _, x = jax.lax.scan(step, x0, (noise, u))
    o = jax.vmap(response)(x) @ p["w_out"].T + p["b_out"]
    return jnp.sqrt(jnp.sum((o - z) ** 2))


def split(parameters, trained):
    return ({k: v for k, v in parameters.items() if k in trained}, {k: v for k, v in parameters.items() if k not in trained})


def gradients_of(parameters, tau, trained, x0, noise, u, z):
    trained, frozen = split(parameters, trained)
    return jax.jit(jax.value_and_grad(functools.partial(loss_of, tau=tau)))(trained, frozen, x0=x0, noise=noise, u=u, z=z)


def start(parameters, tau, trained, trials, networks):
    directions, targets = jnp.array(trials.directions), jnp.array(trials.targets)
    amplitudes = jnp.array(trials.amplitudes)

    def draw(key, n):
        keys = jax.random.split(key, 6)
        choice = jax.random.randint(keys[0], (), 0, len(directions))
        contrast = jax.random.randint(keys[1], (), 0, 2)
        angle = jnp.deg2rad(directions[choice] + 7 * jax.random.normal(keys[2]))
        heading = amplitudes[contrast] * jnp.array([jnp.cos(angle), jnp.sin(angle)])
        u = heading + 0.01 * jax.random.normal(keys[3], (N_STEPS, 2))
        x0 = 0.01 * jax.random.normal(keys[4], (n,))
        return x0, 0.01 * jax.random.normal(keys[5], (N_STEPS, n)), u, targets[choice, contrast]

    def update(state, key, rate):
        p, m, v, frozen = state
        x0, noise, u, z = draw(key, len(frozen["input_gain"]) if "input_gain" in frozen else len(p["input_gain"]))
        g = jax.grad(loss_of)(p, frozen, tau, x0, noise, u, z)
        m = jax.tree.map(lambda m, g: m + (g - m) * 0.1, m, g)
        v = jax.tree.map(lambda v, g: v + (g * g - v) * 0.001, v, g)
        p = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) + 1e-8), p, m, v)
        return p, m, v, frozen

    step_of = update if networks == 1 else jax.vmap(update, in_axes=(0, 0, None))
    step_of = jax.jit(step_of, donate_argnums=0)
    p, frozen = split({k: jnp.array(v) for k, v in parameters.items()}, trained)
    state = (p, jax.tree.map(jnp.zeros_like, p), jax.tree.map(jnp.zeros_like, p), frozen)
    if networks > 1:
        state = jax.tree.map(lambda a: jnp.stack([a] * networks), state)
    here = {"state": state, "step": 0, "key": jax.random.key(2)}

    def train(count):
        for _ in range(count):
            here["step"] += 1
            key = jax.random.fold_in(here["key"], here["step"])
            key = key if networks == 1 else jax.random.split(key, networks)
            here["state"] = step_of(here["state"], key, np.float32(peer.rate(here["step"])))
        jax.block_until_ready(here["state"])

    return train


if __name__ == "__main__":
    peer.main(gradients_of, start)
