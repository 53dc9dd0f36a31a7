"""A terminal for tests: a program on a pty of a given size, and what its screen shows."""
import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

TOKEN = re.compile(r"\x1b\[(\??)([0-9;]*)([A-Za-z])|(\r)|(\n)|([^\x00-\x1f])|(\x1b|[\x00-\x1f])", re.S)


class Screen:
    """The sequences that the program uses; any other is an error. `wraps`: how often a line ran over the right edge."""

    def __init__(self, columns, lines):
        self.other = False  # the other screen is shown
        self.cursor_hidden = False
        self.wraps = 0
        self._rest = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("strict")
        self.main = None
        self.resize(columns, lines)

    def resize(self, columns, lines):
        self.columns, self.lines = columns, lines
        self.grid = [[" "] * columns for _ in range(lines)]
        self.x = self.y = 0

    def text(self):
        return ["".join(row).rstrip() for row in self.grid]

    def feed(self, data):
        self._rest += self._decoder.decode(data)
        while self._rest:
            token = TOKEN.match(self._rest)
            if token is None or token[7] == "\x1b":
                if len(self._rest) < 20:
                    return  # the rest of a sequence is still to come
                raise AssertionError(f"not known: {self._rest[:20]!r}")
            self._rest = self._rest[token.end():]
            if token[3]:
                self._control(token[1], token[2], token[3])
            elif token[4]:
                self.x = 0
            elif token[5]:
                self._down()
            elif token[6]:
                self._put(token[6])

    def _put(self, character):
        if self.x == self.columns:
            self.wraps += 1
            self.x = 0
            self._down()
        self.grid[self.y][self.x] = character
        self.x += 1

    def _down(self):
        if self.y + 1 < self.lines:
            self.y += 1
        else:
            self.grid = self.grid[1:] + [[" "] * self.columns]

    def _control(self, private, numbers, letter):
        if private:
            assert (numbers, letter) in (("1049", "h"), ("1049", "l"), ("25", "h"), ("25", "l")), (numbers, letter)
            if numbers == "25":
                self.cursor_hidden = letter == "l"
            elif letter == "h":
                self.other, self.main = True, (self.grid, self.x, self.y)
                self.grid = [[" "] * self.columns for _ in range(self.lines)]
            else:
                self.other = False
                self.grid, self.x, self.y = self.main
            return
        values = [int(number) for number in numbers.split(";") if number]
        if letter == "H":
            self.y, self.x = values[0] - 1, values[1] - 1
            assert self.y < self.lines, f"line {self.y + 1} of {self.lines}"
        elif letter == "A":
            self.y = max(self.y - values[0], 0)
        elif letter == "K":
            begin = 0 if values == [2] else self.x
            self.grid[self.y][begin:] = [" "] * (self.columns - begin)
        elif letter == "J":
            self.grid[self.y][self.x:] = [" "] * (self.columns - self.x)
            for row in self.grid[self.y + 1:]:
                row[:] = [" "] * self.columns
        else:
            assert letter == "m", (numbers, letter)


class Terminal:
    """A program whose standard streams are a terminal."""

    def __init__(self, command, columns=80, lines=24, **how):
        self.master, slave = pty.openpty()
        self.screen = Screen(columns, lines)
        self._set_size()
        environment = dict(how.pop("env", os.environ), TERM="xterm")
        self.process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=environment,
                                        start_new_session=True,
                                        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0), **how)
        os.close(slave)

    def _set_size(self):
        size = struct.pack("HHHH", self.screen.lines, self.screen.columns, 0, 0)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, size)

    def resize(self, columns, lines):
        self.read()
        self.screen.resize(columns, lines)
        self._set_size()  # the terminal's processes get SIGWINCH

    def press(self, keys):
        os.write(self.master, keys)

    def read(self, seconds=0.05):
        """Takes in what comes within that time; False once nobody writes any more."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if not select.select([self.master], [], [], left)[0]:
                return True
            try:
                self.screen.feed(os.read(self.master, 65536))
            except OSError:  # EIO: the other side is closed
                return False
        return True

    def wait_for(self, condition, what, seconds=60):
        """Until condition(lines of the screen) holds."""
        end = time.monotonic() + seconds
        while not condition(self.screen.text()):
            if not self.read() or time.monotonic() > end:
                if condition(self.screen.text()):
                    return
                raise AssertionError(f"not seen: {what}\n" + "\n".join(self.screen.text()))

    def end(self, seconds=60):
        """Its exit code, negative for a signal."""
        end = time.monotonic() + seconds
        while self.read() and time.monotonic() < end and self.process.poll() is None:
            pass
        self.read(0.2)
        return self.process.wait(max(end - time.monotonic(), 1))

    def close(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        os.close(self.master)
