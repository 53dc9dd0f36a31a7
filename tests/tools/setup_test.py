"""tools/setup and the programs' launchers, in a small copy of the checkout with stand-ins for apt, dpkg and cmake."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Stand-ins. Each writes its arguments into $CALLS; the build's result is a program that prints its arguments.
FAKES = {
    "apt-get": 'echo "apt-get $*" >>"$CALLS"; touch "$INSTALLED"',
    "id": 'echo "${FAKE_UID:-0}"',
    "dpkg-query": """
for name in "$@"; do
  case $name in -*|*'$'*) continue ;; esac
  [ "$name" = "${ABSENT:-}" ] && [ ! -e "$INSTALLED" ] && continue
  [ "$name" = "${OLD:-}" ] && { echo "$name installed 0.0.1"; continue; }
  echo "$name installed 99:1"
done""",
    "cmake": """
echo "cmake $*" >>"$CALLS"
[ -n "${FAKE_ERROR:-}" ] && { echo "$FAKE_ERROR"; exit 1; }
case $1 in
--build)
  mkdir -p "$2/bin"
  for p in run train; do
    printf '#!/bin/bash\\nprintf "[%%s]" pursuit-%s "$PWD" "$@"\\n' $p >"$2/bin/pursuit-$p"
    chmod +x "$2/bin/pursuit-$p"
  done ;;
esac""",
}


class Setup(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.temporary.name).resolve()
        self.root = self.folder / "a check out"
        for name in ["src", "cmake", "schemas", "tests"]:
            (self.root / name).mkdir(parents=True)
        (self.root / "CMakeLists.txt").touch()
        (self.root / "src/a.cpp").touch()
        shutil.copytree(ROOT / "tools", self.root / "tools")
        (self.folder / "fakes").mkdir()
        for name, text in FAKES.items():
            path = self.folder / "fakes" / name
            path.write_text("#!/bin/bash\n" + text + "\n")
            path.chmod(0o755)
        self.environment = dict(
            os.environ, PATH=f"{self.folder}/fakes:{os.environ['PATH']}", CALLS=str(self.folder / "calls"),
            INSTALLED=str(self.folder / "installed"), PURSUIT_CACHE=str(self.folder / "cache"))
        for name in ["PURSUIT_BUILD_DIR", "PURSUIT_CMAKE_ARGS"]:
            self.environment.pop(name, None)
        self.age()

    def tearDown(self):
        self.temporary.cleanup()

    def age(self):
        """Makes every input older than any stamp that is written from now on."""
        for path in self.root.rglob("*"):
            if "build" not in path.relative_to(self.root).parts:
                os.utime(path, (1, 1))

    def run_tool(self, *words, cwd=None, **changes):
        return subprocess.run([str(word) for word in words], env={**self.environment, **changes}, cwd=cwd or self.folder,
                              capture_output=True, text=True)

    def start(self, *words, **changes):
        return self.run_tool(self.root / "tools/pursuit-run", *words, **changes)

    def calls(self):
        path = self.folder / "calls"
        return path.read_text().splitlines() if path.exists() else []

    def have_torch(self):
        done = self.run_tool("bash", "-c", '. tools/versions; echo "$wheels_torch$wheels_cuda$torch_version"',
                             cwd=self.root)
        libtorch = self.folder / "cache" / ("libtorch-" + done.stdout.split()[-1])
        libtorch.mkdir(parents=True)
        (libtorch / ".wheels").write_text(done.stdout)

    def test_sets_up_once_and_then_is_the_program(self):
        link = self.folder / "a link"
        link.symlink_to(self.root / "tools/pursuit-run")
        elsewhere = self.folder / "else where"
        elsewhere.mkdir()
        for _ in range(2):
            done = self.run_tool(link, "plan", "two words", "", cwd=elsewhere)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(done.stdout, f"[pursuit-run][{elsewhere}][plan][two words][]")
        self.assertEqual(done.stderr, "")
        self.assertEqual(len(self.calls()), 2, self.calls())  # configure and build, once

    def test_a_start_with_nothing_to_do_is_fast(self):
        self.start()
        seconds = []
        for _ in range(5):
            begin = time.monotonic()
            self.start()
            seconds.append(time.monotonic() - begin)
        self.assertLess(min(seconds), 0.3)  # the promise; the least of five, since neighbours disturb

    def test_builds_again_after_a_change(self):
        self.start()
        for change in [
            lambda: (self.root / "src/a.cpp").write_text("x"),
            lambda: (self.root / "src/b.cpp").touch(),
            lambda: (self.root / "src/b.cpp").unlink(),
            lambda: (self.root / "tools/versions").write_text((ROOT / "tools/versions").read_text()),
            lambda: (self.root / "build/bin/pursuit-run").unlink(),
        ]:
            before = len(self.calls())
            time.sleep(0.02)
            change()
            self.start()
            self.assertGreater(len(self.calls()), before)
            self.age()

    def test_torch_only_when_it_is_asked_for(self):
        self.have_torch()
        self.start("--engine", "reference", "--devices=cpu:2")
        self.assertNotIn("PURSUIT_TORCH=ON", "".join(self.calls()))
        for words in [["--engine", "torch"], ["--engine=torch"], ["--devices", "cuda:0"], ["--devices=cuda"]]:
            (self.folder / "calls").unlink(missing_ok=True)
            shutil.rmtree(self.root / "build")
            self.assertEqual(self.start(*words).returncode, 0)
            self.assertIn("PURSUIT_TORCH=ON", "".join(self.calls()), words)

    def test_root_installs_what_is_missing(self):
        for fault in [{"ABSENT": "cmake"}, {"OLD": "cmake"}]:
            shutil.rmtree(self.root / "build", ignore_errors=True)
            self.assertEqual(self.start(**fault).returncode, 0)
            installs = [call for call in self.calls() if call.startswith("apt-get") and "install" in call]
            self.assertEqual(len(installs), 1)
            self.assertTrue(installs[0].endswith("--no-install-recommends cmake"), installs)
            (self.folder / "calls").unlink()
            (self.folder / "installed").unlink()

    def test_others_are_told_the_one_command(self):
        done = self.start(ABSENT="cmake", FAKE_UID="1000")
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stdout, "")
        self.assertIn("\napt-get update && apt-get install -y --no-install-recommends cmake\n", done.stderr)
        self.assertFalse((self.root / "build").exists())
        self.assertEqual(self.calls(), [])

    def test_a_failure_shows_its_output_and_the_log(self):
        done = self.start(FAKE_ERROR="a.cpp:1: error: no such thing")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("a.cpp:1: error: no such thing", done.stderr)
        self.assertIn(str(self.root / "build/setup.log"), done.stderr)
        self.assertEqual(self.start().returncode, 0)

    def test_a_full_disk_and_no_network_are_named(self):
        done = self.start(FAKE_ERROR="cannot write: No space left on device")
        self.assertIn("the disk is full", done.stderr)
        done = self.start(FAKE_ERROR="Could not resolve 'deb.debian.org'")
        self.assertIn("the network cannot be reached", done.stderr)

    def test_a_wrong_word(self):
        done = self.run_tool(self.root / "tools/setup", "everything")
        self.assertEqual(done.returncode, 2)
        self.assertIn("everything", done.stderr)

    def test_a_damaged_wheel_is_not_unpacked(self):
        wheels = self.folder / "cache/wheels"
        wheels.mkdir(parents=True)
        (wheels / "torch-2.11.0-cp311.whl").write_text("not a wheel")
        python = "#!/bin/bash\n" + 'echo "Temporary failure in name resolution"; exit 1\n'
        setup = self.root / "tools/setup"
        (self.folder / "fakes/python").write_text(python)
        (self.folder / "fakes/python").chmod(0o755)
        setup.write_text(setup.read_text().replace("/usr/bin/python3", "python"))
        done = self.run_tool(setup, "torch")
        self.assertEqual(done.returncode, 1)
        self.assertIn("the network cannot be reached", done.stderr)
        self.assertFalse((self.folder / "cache/libtorch-2.11.0/torch").exists())


if __name__ == "__main__":
    unittest.main()
