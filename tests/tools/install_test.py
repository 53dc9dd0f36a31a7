"""cmake --install puts everything in its usual place, and the programs start from there."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

BUILD = pathlib.Path(os.environ["PURSUIT_BUILD_DIR"])


class Install(unittest.TestCase):
    def test_installed_programs_start(self):
        with tempfile.TemporaryDirectory() as prefix:
            subprocess.run(["cmake", "--install", BUILD, "--prefix", prefix], check=True, capture_output=True)
            for name in ["schemas", "configs"]:
                self.assertTrue(list(pathlib.Path(prefix, "share/pursuit", name).iterdir()), name)
            for program in ["pursuit-run", "pursuit-train"]:
                self.assertTrue(pathlib.Path(prefix, "share/bash-completion/completions", program).exists())
                done = subprocess.run([f"{prefix}/bin/{program}", "--version"], capture_output=True, text=True)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertTrue(done.stdout.startswith(program), done.stdout)
                self.check_manual(prefix, program)
            if (BUILD / "bin/pursuit_torch.so").exists():
                done = subprocess.run([f"{prefix}/bin/pursuit-train", "--describe", "--engine", "torch", "--device", "cpu"],
                                      capture_output=True, text=True)
                self.assertIn("torch-2.11.0-cpu", done.stdout, done.stderr)


    def check_manual(self, prefix, program):
        """Every verb and every long option that --help lists stands in the manual."""
        manual = pathlib.Path(prefix, f"share/man/man1/{program}.1").read_text().replace("\\-", "-")
        helps = [[program, "--help"]] + [["pursuit-run", "run", "--help"]] * (program == "pursuit-run")
        for command in helps:
            text = subprocess.run([f"{prefix}/bin/{command[0]}", *command[1:]],
                                  capture_output=True, text=True, check=True).stdout
            words = re.findall(r"^  ([a-z]+) ", text, re.M) + re.findall(r"--[a-zA-Z_-]+", text)
            self.assertGreater(len(words), 8, f"{command}: too few words to look up: {text}")
            for word in words:
                if word not in ["--dry-run", "--quiet", "--verbose"]:  # by their letters
                    self.assertIn(word, manual, f"{command}: {word}")


if __name__ == "__main__":
    if not all((BUILD / "bin" / program).exists() for program in ["pursuit-run", "pursuit-train"]):
        print("SKIPPED: the programs are not built")
        sys.exit(77)
    unittest.main()
