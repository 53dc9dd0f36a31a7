#!/usr/bin/python3 -IS
"""A worker that trains nothing: what it does with a job is said by the job's first model path."""
import os
import signal
import subprocess
import sys
import time

MODEL = '{{"path":"m","sha256":"{}","bytes":1}}'.format(os.getpid())
LOSS = '{"first":3,"last":1,"mean_last_200":2}'
PROGRESS = '{"event":"progress","run":0,"trial":4,"loss":0.5,"trials_per_s":2,"from_trial":1}\n'
FOREVER_S = 1000


def say(text):
    sys.stdout.write(text)
    sys.stdout.flush()


def done_text(index):
    return f'{{"event":"done","run":{index},"model":{MODEL},"loss":{LOSS},"seconds":0.5,"from_trial":0,"to_trial":9}}\n'


def done(index):
    say(done_text(index))


def idle():
    say('{"event":"idle"}\n')


def first_of_two():
    say(done_text(0) + '{"event":"idle","runs":1}\n')


def second_of_two():
    say('{"event":"begun"}\n' + done_text(1) + '{"event":"idle","runs":2}\n')


def last_words(text):
    sys.stderr.write(text)
    sys.stderr.flush()


def leave_pid(pid):
    file = os.environ.get("FAKE_WORKER_PID")
    if file:
        with open(file, "w", encoding="ascii") as out:
            out.write(f"{pid}\n")


def ok():
    say('{"event":"ready","engine":"fake"}\n' + PROGRESS)
    done(0)
    idle()


def pack():
    for index in (2, 0, 1):
        done(index)
    idle()


def pieces():
    for piece in ('{"event":"fai', 'led","run":0,"error":"no', ' luck","out_of_memory":false}\n'):
        say(piece)
        time.sleep(0.05)
    idle()


def segv():
    last_words("about to fall\n")
    os.kill(os.getpid(), signal.SIGSEGV)


def done_then_segv():
    done(0)
    os.kill(os.getpid(), signal.SIGSEGV)


def leave():
    last_words("x" * 5000 + " the end\n")
    sys.exit(3)


def garbage():
    say("Intel MKL WARNING\n")
    time.sleep(FOREVER_S)


def other_run():
    done(7)
    time.sleep(FOREVER_S)


def mute():
    os.close(1)
    time.sleep(FOREVER_S)


def hang():
    scheduler = os.getppid()
    leave_pid(os.getpid())
    while os.getppid() == scheduler:  # a worker leaves by itself when its scheduler is gone
        time.sleep(0.05)


def slow():
    for _ in range(12):
        say('{"event":"alive"}\n')
        time.sleep(0.25)
    done(0)
    idle()


def hang_with_child():
    with subprocess.Popen(["sleep", str(FOREVER_S)]) as child:
        leave_pid(child.pid)


def drain():
    say(PROGRESS)
    signal.sigwait([signal.SIGTERM])  # it waits there, too, where it came before this process was one
    say('{"event":"stopped","run":0,"from_trial":1,"to_trial":5}\n')
    idle()


if os.environ.get("FAKE_WORKER_DEAF"):
    time.sleep(FOREVER_S)
BEHAVIOUR = {work.__name__: work for work in (ok, pack, pieces, segv, done_then_segv, garbage, other_run, mute, hang,
                                              slow, hang_with_child, drain, first_of_two, second_of_two)}
BEHAVIOUR["exit"] = leave
for line in iter(sys.stdin.readline, ""):
    BEHAVIOUR[line.split('"model":"', 1)[1].split('"', 1)[0]]()
