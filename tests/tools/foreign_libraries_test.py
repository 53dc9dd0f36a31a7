"""The programs take the libraries they were linked with, whatever LD_LIBRARY_PATH names."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

BUILD = pathlib.Path(os.environ["PURSUIT_BUILD_DIR"])
PROGRAMS = ["pursuit-run", "pursuit-train"]


def version(program, **environment):
    return subprocess.run([program, "--version"], capture_output=True, text=True, env={**os.environ, **environment})


class ForeignLibraries(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.temporary.name)

    def tearDown(self):
        self.temporary.cleanup()

    def name_all(self, program):
        """Empty libraries with the names of all that the program loads, the C library's apart."""
        listed = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
        names = [name for name in re.findall(r"^\s(lib\S+) => ", listed, re.M) if not re.match(r"lib(c|m|dl|pthread|rt)\.so", name)]
        for name in names:
            subprocess.run(["cc", "-shared", "-x", "c", "/dev/null", "-o", self.folder / name, f"-Wl,-soname,{name}"], check=True)
        return names

    def test_empty_libraries_of_the_same_names_are_not_taken(self):
        for program in PROGRAMS:
            names = self.name_all(BUILD / "bin" / program)
            self.assertIn("libstdc++.so.6", names)
            self.assertGreater(len(names), 8)
            done = version(BUILD / "bin" / program, LD_LIBRARY_PATH=str(self.folder))
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertTrue(done.stdout.startswith(program))

    def test_the_current_folder_is_not_searched(self):
        """An empty entry of the path would mean it."""
        for file in [*(BUILD / "bin" / program for program in PROGRAMS), *(BUILD / "bin").glob("*.so")]:
            text = subprocess.run(["readelf", "-d", file], capture_output=True, text=True, check=True).stdout
            paths = re.findall(r"\((RPATH|RUNPATH)\).*\[(.*)\]", text)
            self.assertEqual([kind for kind, _ in paths], ["RPATH"], file)
            for entry in paths[0][1].split(":"):
                self.assertTrue(entry.startswith("/"), paths)

    def test_nor_by_installed_programs(self):
        prefix = self.folder / "prefix"
        subprocess.run(["cmake", "--install", BUILD, "--prefix", prefix], check=True, capture_output=True)
        self.name_all(BUILD / "bin/pursuit-run")
        done = version(prefix / "bin/pursuit-run", LD_LIBRARY_PATH=str(self.folder))
        self.assertEqual((done.returncode, done.stderr), (0, ""))


if __name__ == "__main__":
    if not all((BUILD / "bin" / program).exists() for program in PROGRAMS):
        print("SKIPPED: the programs are not built")
        sys.exit(77)
    unittest.main()
