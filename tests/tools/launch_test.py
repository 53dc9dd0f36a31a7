"""Who starts the programs, from where and with what in the environment; what a signal leaves of a set-up."""
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
import unittest

from small_checkout import SmallCheckout

OTHER = ["setpriv", "--reuid=20001", "--regid=20001", "--clear-groups"]  # a user who can write nothing here


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Launch(SmallCheckout):
    def setUp(self):
        super().setUp()
        self.folder.chmod(0o755)

    def as_other(self, *words, **changes):
        if os.getuid() != 0 or shutil.which("setpriv") is None:
            self.skipTest("SKIPPED: only root can be another user (setpriv)")
        return self.run_tool(*OTHER, self.root / "tools/pursuit-run", *words, cwd="/", **changes)

    def git(self, *words):
        subprocess.run(["git", "-C", self.root, "-c", "user.name=a", "-c", "user.email=a@b", *words], check=True, capture_output=True)

    def without_git(self):
        """A PATH like that of a node without git."""
        folder = self.folder / "no git"
        folder.mkdir()
        for path in list((self.folder / "fakes").iterdir()) + [p for d in ["/usr/bin", "/bin"] for p in sorted(os.scandir(d), key=str)]:
            if path.name != "git" and not (folder / path.name).is_symlink():
                (folder / path.name).symlink_to(path)
        return str(folder)

    def test_a_good_build_is_used_with_any_environment(self):
        self.git("init", "-q")
        self.git("add", ".")
        self.git("commit", "-qm", "first")
        self.start()
        before = len(self.calls())
        for changes in [
            {"HOME": None, "PURSUIT_CACHE": None},  # cron
            {"HOME": "/nonexistent", "PURSUIT_CACHE": None},
            {"PURSUIT_CACHE": "/elsewhere"},
            {"GIT_DIR": "/nonexistent"},
            {"GIT_DIR": str(self.root / ".git"), "GIT_WORK_TREE": "/", "GIT_INDEX_FILE": "/nonexistent"},
            {"PATH": self.without_git()},
            {"CDPATH": "/:/usr", "TMPDIR": "/nonexistent"},
        ]:
            done = self.start("a", **changes)
            self.assertEqual((done.returncode, done.stderr), (0, ""), changes)
        self.assertEqual(len(self.calls()), before)

    def test_a_good_build_is_used_by_others(self):
        self.start()
        before = len(self.calls())
        for changes in [{}, {"HOME": "/nonexistent"}, {"HOME": None}, {"PURSUIT_CACHE": "/elsewhere"}]:
            done = self.as_other("a", **changes)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "[pursuit-run][/][a]", ""), changes)
        self.assertEqual(len(self.calls()), before)

    def test_the_torch_engine_of_another_is_used(self):
        """It lies in the builder's cache, where HOME names another."""
        self.have_torch()
        self.run_tool(self.root / "tools/setup", "torch")
        done = self.as_other("--engine=torch", PURSUIT_CACHE=None, HOME="/nonexistent")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_others_cannot_build_where_they_cannot_write(self):
        self.start()
        (self.root / "src/a.cpp").write_text("changed")
        done = self.as_other("a")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("PURSUIT_BUILD_DIR names another build folder", done.stderr)
        self.assertIn("belongs to root", done.stderr)

    def break_program(self):
        """As where a library is missing."""
        program = self.root / "build/bin/pursuit-train"
        program.write_text("#!/bin/bash\necho 'error while loading shared libraries: libfoo.so.1' >&2; exit 127\n")

    def test_a_program_that_does_not_start_is_built_again(self):
        self.start()
        self.break_program()
        before = len(self.calls())
        done = self.start("a")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("do not start (error while loading shared libraries: libfoo.so.1): building them again", done.stderr)
        self.assertIn("--clean-first", "".join(self.calls()[before:]))

    def test_others_are_advised_where_a_program_does_not_start(self):
        self.start()
        self.break_program()
        done = self.as_other("a")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        for part in ["libfoo.so.1", "tell its owner (root)", "PURSUIT_BUILD_DIR"]:
            self.assertIn(part, done.stderr)

    def test_a_program_that_never_starts_is_said(self):
        cmake = self.folder / "fakes/cmake"
        cmake.write_text(cmake.read_text() + '\n[ "$1" != --build ] || echo "echo of no use >&2; exit 127" >"$2/bin/pursuit-run"\n')
        done = self.start("a")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("do not start: ", done.stderr)

    def test_a_foreign_library_path_is_named(self):
        self.start()
        before = len(self.calls())
        done = self.start("a", LD_LIBRARY_PATH="foreign")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("do not start with this LD_LIBRARY_PATH (pursuit-run: libc.so: version not found)", done.stderr)
        self.assertEqual(len(self.calls()), before)

    def test_the_tools_take_no_foreign_libraries(self):
        """sha256sum, git and cmake would load these."""
        for name in ["libcrypto.so.3", "libz.so.1", "libstdc++.so.6", "libpcre2-8.so.0"]:
            subprocess.run(["cc", "-shared", "-x", "c", "/dev/null", "-o", self.folder / name, f"-Wl,-soname,{name}"], check=True)
        done = self.start("a", LD_LIBRARY_PATH=str(self.folder))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.start("a", LD_LIBRARY_PATH=str(self.folder)).stderr, "")

    def test_the_commit_is_that_of_the_checkout(self):
        """The same sources as another commit: the owner's next start links the programs with it, once; nobody else's does."""
        self.git("init", "-q")
        self.git("add", ".")
        self.git("commit", "-qm", "first")
        self.start()
        self.git("commit", "-qm", "second", "--allow-empty")
        before = len(self.calls())
        self.start(PATH=self.without_git())
        self.assertEqual(len(self.calls()), before)
        self.start()
        self.start()
        self.assertEqual([call.split(" --target")[1] for call in self.calls()[before:]], [" pursuit-run pursuit-train"])

    def interrupt(self, tool, number):
        """Sends a signal in the middle of a build; the exit status, and whether what the build had started still lives."""
        started = self.folder / "started"
        with subprocess.Popen([tool], env=self.environment_with({"HANG": str(started)}), cwd=self.folder, stderr=subprocess.PIPE,
                              stdout=subprocess.DEVNULL) as process:
            deadline = time.monotonic() + 30
            while not started.exists():
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.02)
            pids = started.read_text().split()
            started.unlink()
            process.send_signal(number)
            code = process.wait(timeout=30)
        return code, [pid for pid in pids if is_alive(pid)]

    def test_an_interrupted_build_leaves_nothing_behind(self):
        self.have_torch()
        for name in ["pursuit-run", "test"]:
            for number in [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]:
                self.assertEqual(self.interrupt(self.root / "tools" / name, number), (128 + number, []), name)
        begin = time.monotonic()
        self.assertEqual(self.start().returncode, 0)
        self.assertLess(time.monotonic() - begin, 10)  # the lock is free

    def test_waiting_for_another_set_up_is_said(self):
        (self.root / "build/.setup").mkdir(parents=True)
        with open(self.root / "build/.setup/lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with subprocess.Popen([self.root / "tools/pursuit-run"], env=self.environment, cwd=self.folder, text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
                self.assertIn("another set-up in", process.stderr.readline())
                fcntl.flock(lock, fcntl.LOCK_UN)
                self.assertIn("[pursuit-run]", process.communicate(timeout=30)[0])

    def test_an_interrupted_wait_ends(self):
        (self.root / "build/.setup").mkdir(parents=True)
        with open(self.root / "build/.setup/lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with subprocess.Popen([self.root / "tools/pursuit-run"], env=self.environment, cwd=self.folder, text=True,
                                  stderr=subprocess.PIPE) as process:
                process.stderr.readline()
                process.send_signal(signal.SIGTERM)
                self.assertEqual(process.wait(timeout=5), 143)


if __name__ == "__main__":
    result = unittest.main(exit=False).result
    sys.exit(1 if not result.wasSuccessful() else 77 if result.skipped else 0)  # 77: ctest says that something was skipped
