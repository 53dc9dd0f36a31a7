"""The network as the original program runs it: a TensorFlow 1 graph, the 150 steps unrolled, tf.train's Adam; inputs and
targets are fed from numpy, x_0 and the recurrent noise drawn in the graph."""
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
import tensorflow.compat.v1 as tf

import peer

tf.disable_eager_execution()
ONE_CORE = tf.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1)


def loss_of(p, tau, x, noise, u, z):
    """x (N,1), noise and u lists over time of (N,1) and (2,1), z (T-1,2)."""
    keep, scale = 1 - 1 / tau, 1 / tau
    column = lambda name: tf.reshape(p[name], (-1, 1))
    gain, threshold, response = column("input_gain"), column("threshold"), column("response_gain")
    outputs = []
    for t in range(peer.T):
        r = response * tf.clip_by_value(tf.tanh(gain * x - threshold), 0, 1)
        if t > 0:
            outputs.append(tf.matmul(p["w_out"], r) + p["b_out"])
        if t < peer.T - 1:
            x = keep * x + scale * (tf.matmul(p["w"], r) + tf.matmul(p["w_in"], u[t])) + noise[t]
    o = tf.transpose(tf.concat(outputs, axis=1))
    return tf.sqrt(tf.reduce_sum((o - z) ** 2))


def variables(parameters, trained):
    return {k: tf.Variable(v, trainable=k in trained, name=k) for k, v in parameters.items()}


def columns(array):
    return [tf.reshape(row, (-1, 1)) for row in tf.unstack(array)]


def gradients_of(parameters, tau, trained, x0, noise, u, z):
    p = variables(parameters, trained)
    loss = loss_of(p, tau, tf.constant(x0.reshape(-1, 1)), columns(tf.constant(noise)), columns(tf.constant(u)), tf.constant(z))
    gradients = tf.gradients(loss, [p[k] for k in trained])
    with tf.Session(config=ONE_CORE) as session:
        session.run(tf.global_variables_initializer())
        loss, gradients = session.run((loss, gradients))
    return loss, dict(zip(trained, gradients))


def start(parameters, tau, trained, trials, networks):
    n = len(parameters["w"])
    p = variables(parameters, trained)
    u = tf.placeholder(tf.float32, (peer.T - 1, 2))
    z = tf.placeholder(tf.float32, (peer.T - 1, 2))
    x0 = tf.random.normal((n, 1), stddev=0.01)
    noise = [tf.random.normal((n, 1), stddev=0.01) for _ in range(peer.T - 1)]
    loss = loss_of(p, tau, x0, noise, columns(u), z)
    update = tf.train.AdamOptimizer(1e-4).minimize(loss, var_list=[p[k] for k in trained])
    session = tf.Session(config=ONE_CORE)
    session.run(tf.global_variables_initializer())

    def train(count):
        for _ in range(count):
            u_now, z_now = trials.draw()
            session.run((update, loss), {u: u_now, z: z_now})

    return train


if __name__ == "__main__":
    peer.main(gradients_of, start)
