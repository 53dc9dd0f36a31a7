"""What a build is made of is known by contents: a small project with this one's CMake files, tools and ninja."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]

CMAKE = """cmake_minimum_required(VERSION 3.25)
project(small VERSION 1.0 LANGUAGES CXX)
list(APPEND CMAKE_MODULE_PATH ${CMAKE_SOURCE_DIR}/cmake)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
include(PursuitLibraries)
foreach(library CLI11 fmt matio nlohmann_json OPENSSL yaml-cpp)
  set(${library}_VERSION 1)
endforeach()
include(PursuitVersion)
add_library(base STATIC src/value.cpp)
target_include_directories(base PUBLIC src)
pursuit_version_source(base)
foreach(program pursuit-run pursuit-train)
  add_executable(${program} src/main.cpp)
  target_link_libraries(${program} PRIVATE base)
endforeach()
"""
MAIN = """#include <cstdio>
#include "base/version.hpp"
#include "value.hpp"
int main() { std::printf("%d %d %s %d\\n", value(), k_header, pursuit::program_commit().c_str(), static_cast<int>(pursuit::program_dirty().value_or(false))); }
"""


class Contents(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.temporary.name).resolve() / "a check out"
        for folder in ["tools", "cmake"]:
            shutil.copytree(ROOT / folder, self.root / folder)
        for folder in ["src/base", "schemas", "tests"]:
            (self.root / folder).mkdir(parents=True)
        for name in ["src/base/version.hpp", "src/base/version.cpp.in"]:
            shutil.copy(ROOT / name, self.root / name)
        (self.root / "CMakeLists.txt").write_text(CMAKE)
        (self.root / "src/main.cpp").write_text(MAIN)
        (self.root / ".gitignore").write_text("/build/\n")
        self.write(1, 1)
        self.git("init", "-q")
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("PURSUIT_")}

    def tearDown(self):
        self.temporary.cleanup()

    def git(self, *words):
        done = subprocess.run(["git", "-C", self.root, "-c", "user.name=a", "-c", "user.email=a@b", *words], check=True,
                              capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self):
        # git takes a file of the same size and second for the one it knows.
        (self.root / ".git/index").unlink(missing_ok=True)
        self.git("add", ".")
        self.git("commit", "-qm", "a")
        return self.git("rev-parse", "HEAD")

    def write(self, value, header, age_s=0):
        """Sources that print these numbers, `age_s` seconds old."""
        for name, text in [("value.cpp", f'#include "value.hpp"\nint value() {{ return {value}; }}\n'),
                           ("value.hpp", f"int value();\nconstexpr int k_header = {header};\n")]:
            path = self.root / "src" / name
            path.write_text(text)
            os.utime(path, (time.time() - age_s,) * 2)

    def run_in(self, *words, check=True, **changes):
        done = subprocess.run([str(word) for word in words], cwd=self.root, capture_output=True, text=True,
                              env={**self.environment, **changes})
        if check:
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done

    def start(self, **changes):
        """What the program prints, after whatever set-up it needs."""
        return self.run_in(self.root / "tools/pursuit-run", **changes).stdout.split()

    def test_old_sources_are_built_and_the_commit_is_theirs(self):
        first = self.commit()
        self.assertEqual(self.start(), ["1", "1", first, "0"])
        self.write(2, 1, age_s=1e6)  # `rsync -a`, `cp -a`, an archive unpacked over it
        second = self.commit()
        self.assertEqual(self.start(), ["2", "1", second, "0"])
        self.write(2, 3, age_s=1e6)
        third = self.commit()
        self.assertEqual(self.start(), ["2", "3", third, "0"])
        self.git("checkout", "-q", first)
        self.write(1, 1, age_s=2e6)
        self.assertEqual(self.start(), ["1", "1", first, "0"])

    def test_a_build_without_the_launcher_knows_it_too(self):
        self.commit()
        self.start()
        ninja = ["cmake", "--build", "build", "--target", "pursuit-run"]
        self.write(2, 2)
        self.run_in(*ninja)
        self.write(1, 1, age_s=1e6)  # the launcher's last build was made of these
        self.assertEqual(self.start()[:2], ["1", "1"])
        self.write(3, 3, age_s=1e6)
        done = self.run_in(*ninja, check=False)  # never the old code under a new version
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("Build again", done.stdout + done.stderr)
        self.run_in(*ninja)
        self.assertEqual(self.run_in("build/bin/pursuit-run").stdout.split()[:2], ["3", "3"])

    def test_a_build_through_a_link_and_elsewhere_knows_it_too(self):
        link = self.root.parent / "link"
        link.symlink_to(self.root)
        for generator in ["Ninja", "Unix Makefiles"]:
            if generator != "Ninja" and shutil.which("make") is None:
                self.skipTest("SKIPPED: there is no make")
            build = self.root.parent / generator
            self.write(1, 1)
            self.run_in("cmake", "-S", link, "-B", build, "-G", generator)
            make = ["cmake", "--build", build, "--target", "pursuit-run"]
            self.run_in(*make)
            self.write(2, 2, age_s=1e6)
            self.assertNotEqual(self.run_in(*make, check=False).returncode, 0, generator)
            self.run_in(*make)
            self.assertEqual(self.run_in(build / "bin/pursuit-run").stdout.split()[:2], ["2", "2"], generator)

    def test_changes_are_those_of_contents(self):
        commit = self.commit()
        self.write(1, 1, age_s=-100)  # other times, the same contents
        self.assertEqual(self.start(), ["1", "1", commit, "0"])
        self.write(2, 1)
        self.assertEqual(self.start(), ["2", "1", commit, "1"])
        commit = self.commit()
        self.assertEqual(self.start(), ["2", "1", commit, "0"])

    def test_another_repository_has_no_say(self):
        commit = self.commit()
        other = self.root.parent / "other"
        other.mkdir()
        subprocess.run(["git", "init", "-q", other], check=True)
        self.assertEqual(self.start(GIT_DIR=str(other / ".git"), GIT_WORK_TREE=str(other)), ["1", "1", commit, "0"])
        (self.root / ".git").rename(self.root / "gone")
        (self.root / "src/main.cpp").write_text(MAIN + "// changed\n")
        subprocess.run(["git", "init", "-q", self.root.parent], check=True)  # around it
        self.assertEqual(self.start(), ["1", "1", "0"])  # no commit

    def test_sources_from_the_future_are_built_once(self):
        for path in self.root.rglob("*"):
            os.utime(path, (time.time() + 3600,) * 2)
        self.assertEqual(self.start()[:2], ["1", "1"])
        self.assertEqual(self.run_in(self.root / "tools/pursuit-run").stderr, "")

    def test_a_signal_ends_ninja_and_the_compiler(self):
        compiler = self.root / "slow"
        compiler.write_text(f'#!/bin/bash\ncase "$*" in *main.cpp*) echo $$ >>"{self.root}/compiling"; sleep 1000 ;; esac\nexec c++ "$@"\n')
        compiler.chmod(0o755)
        (self.root / "CMakeLists.txt").write_text(CMAKE.replace("add_library", f'set(CMAKE_CXX_COMPILER_LAUNCHER "{compiler}")\nadd_library'))
        compiler.write_text(compiler.read_text().replace('exec c++ "$@"', 'exec "$@"'))
        with subprocess.Popen([self.root / "tools/pursuit-run"], env=self.environment, cwd=self.root, stderr=subprocess.DEVNULL) as process:
            while not (self.root / "compiling").exists():
                self.assertIsNone(process.poll())
                time.sleep(0.05)
            process.terminate()
            self.assertEqual(process.wait(timeout=30), 143)
        lines = subprocess.run(["ps", "-eo", "stat,args"], capture_output=True, text=True, check=True).stdout.splitlines()
        self.assertEqual([line for line in lines if str(self.root) in line and not line.startswith("Z")], [])

    def test_system_libraries_are_found_before_those_of_an_environment(self):
        """As with an active conda environment: PATH, CMAKE_PREFIX_PATH, PKG_CONFIG_PATH and fmt_ROOT name its prefix."""
        prefix = self.root.parent / "conda"
        for package in ["fmt", "yaml-cpp"]:
            folder = prefix / "lib/cmake" / package
            folder.mkdir(parents=True)
            (folder / f"{package}-config.cmake").write_text("")
            (folder / f"{package}-config-version.cmake").write_text("set(PACKAGE_VERSION 99)\nset(PACKAGE_VERSION_COMPATIBLE TRUE)\n")
        (prefix / "lib/pkgconfig").mkdir()
        (prefix / "lib/pkgconfig/matio.pc").write_text("Name: matio\nDescription: other\nVersion: 99\nLibs: -L/other -lmatio\n")
        (prefix / "bin").mkdir()
        text = re.search(r"find_package\(fmt.*?IMPORTED_TARGET matio\)", (ROOT / "CMakeLists.txt").read_text(), re.S)[0]
        (self.root / "CMakeLists.txt").write_text(CMAKE.replace("foreach(library", f"{text}\nforeach(library"))
        self.run_in("cmake", "-S", ".", "-B", "build", "-G", "Ninja", PATH=f"{prefix}/bin:{os.environ['PATH']}",
                    CMAKE_PREFIX_PATH=str(prefix), PKG_CONFIG_PATH=f"{prefix}/lib/pkgconfig", fmt_ROOT=str(prefix), fmt_DIR=str(prefix))
        found = (self.root / "build/CMakeCache.txt").read_text()
        self.assertIn("fmt_DIR:", found)
        self.assertEqual(re.findall(f".*{prefix}.*|.*_VERSION:INTERNAL=99", found), [])

    def test_a_cache_with_a_space_in_its_name(self):
        cache = self.root.parent / "a cache"
        version = re.search("^torch_version=(.*)", (ROOT / "tools/versions").read_text(), re.M)[1]
        include = cache / f"libtorch-{version}/torch/include/ATen"
        include.mkdir(parents=True)
        (include / "ATen.h").write_text("constexpr int k_torch = 7;\n")
        libraries = include.parents[1] / "lib"
        libraries.mkdir()
        for name in ["torch_cpu", "c10"]:
            subprocess.run(["c++", "-shared", "-x", "c++", "/dev/null", "-o", libraries / f"lib{name}.so"], check=True)
        (self.root / "src/main.cpp").write_text("#include <ATen/ATen.h>\nint main() { return k_torch - 7; }\n")
        (self.root / "CMakeLists.txt").write_text(CMAKE + "find_package(LibTorch REQUIRED)\ntarget_link_libraries(pursuit-run PRIVATE LibTorch::cpu)\n")
        self.run_in("cmake", "-S", ".", "-B", "build", "-G", "Ninja", f"-DPURSUIT_CACHE={cache}")
        self.run_in("cmake", "--build", "build", "--target", "pursuit-run")
        self.run_in("build/bin/pursuit-run")


if __name__ == "__main__":
    result = unittest.main(exit=False).result
    sys.exit(1 if not result.wasSuccessful() else 77 if result.skipped else 0)  # 77: ctest says that something was skipped
