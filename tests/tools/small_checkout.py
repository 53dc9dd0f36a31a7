"""A small copy of the checkout, with stand-ins for apt, dpkg and cmake: what tests of tools/setup share."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Stand-ins. Each writes its arguments into $CALLS; the build's result is a program that prints its arguments, sees the GPU $GPU, and
# cannot start with LD_LIBRARY_PATH=foreign and has plan say $FAULT. With $HANG the build has a child that never ends, and writes both pids there.
FAKES = {
    "apt-get": 'echo "apt-get $*" >>"$CALLS"; touch "$INSTALLED"',
    "apt-cache": 'printf "cmake:\\n  Installed: 0.0.1\\n  Candidate: %s\\n" "${CANDIDATE:-99:1}"',
    "id": 'echo "${FAKE_UID:-0}"',
    "dpkg-query": """
for name in "$@"; do
  case $name in -*|*'$'*) continue ;; esac
  [ "$name" = "${ABSENT:-}" ] && [ ! -e "$INSTALLED" ] && continue
  [ "$name" = "${OLD:-}" ] && [ ! -e "$INSTALLED" ] && { echo "$name installed 0.0.1"; continue; }
  [ "$name" = "${ALWAYS_OLD:-}" ] && { echo "$name installed 0.0.1"; continue; }
  echo "$name installed 99:1"
done""",
    "cmake": """
echo "cmake $*" >>"$CALLS"
[ -n "${FAKE_ERROR:-}" ] && { echo "$FAKE_ERROR"; exit 1; }
case $1 in
--build)
  [ -n "${HANG:-}" ] && { sleep 1000 & echo "$$ $!" >"$HANG.new"; mv "$HANG.new" "$HANG"; wait; }
  mkdir -p "$2/bin"
  for p in run train; do
    rm -f "$2/bin/pursuit-$p"
    cat >"$2/bin/pursuit-$p" <<END
#!/bin/bash
[ "\\$LD_LIBRARY_PATH" = foreign ] && { echo "pursuit-$p: libc.so: version not found" >&2; exit 1; }
printf "[%s]" pursuit-$p "\\$PWD" "\\$@"
[ "\\$1" != plan ] || [ -z "\\$FAULT" ] || { echo "\\$FAULT" >&2; exit 2; }
[ "\\$*" != devices ] || [ -z "\\$GPU" ] || printf '\\n%s\\n' "\\$GPU"
END
    chmod +x "$2/bin/pursuit-$p"
  done
  [[ "$*" != *pursuit_torch* && "$*" = *--target* ]] || touch "$2/bin/pursuit_torch.so" ;;
esac""",
}


class SmallCheckout(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.temporary.name).resolve()
        self.root = self.folder / "a check out"
        for name in ["src", "cmake", "schemas", "tests"]:
            (self.root / name).mkdir(parents=True)
        (self.root / "CMakeLists.txt").touch()
        (self.root / "src/a.cpp").write_text("a")
        shutil.copytree(ROOT / "tools", self.root / "tools")
        (self.folder / "fakes").mkdir()
        for name, text in FAKES.items():
            path = self.folder / "fakes" / name
            path.write_text("#!/bin/bash\n" + text + "\n")
            path.chmod(0o755)
        self.environment = dict(
            os.environ, PATH=f"{self.folder}/fakes:{os.environ['PATH']}", CALLS=str(self.folder / "calls"),
            INSTALLED=str(self.folder / "installed"), PURSUIT_CACHE=str(self.folder / "cache"))
        for name in ["PURSUIT_BUILD_DIR", "PURSUIT_CMAKE_ARGS", "LD_LIBRARY_PATH"]:
            self.environment.pop(name, None)

    def tearDown(self):
        self.temporary.cleanup()

    def environment_with(self, changes):
        """Of the tests, changed; None removes a variable."""
        return {name: value for name, value in {**self.environment, **changes}.items() if value is not None}

    def run_tool(self, *words, cwd=None, **changes):
        return subprocess.run([str(word) for word in words], env=self.environment_with(changes), cwd=cwd or self.folder,
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
        (libtorch / "torch/lib").mkdir(parents=True)
        (libtorch / "torch/lib/libtorch_cpu.so").touch()
        (libtorch / ".wheels").write_text(done.stdout)

