"""cmake --install puts everything in its usual place, and the programs start from there."""
import os
import pathlib
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
            if (BUILD / "bin/pursuit_torch.so").exists():
                done = subprocess.run([f"{prefix}/bin/pursuit-train", "--describe", "--engine", "torch", "--device", "cpu"],
                                      capture_output=True, text=True)
                self.assertIn("torch-2.11.0-cpu", done.stdout, done.stderr)


if __name__ == "__main__":
    if not all((BUILD / "bin" / program).exists() for program in ["pursuit-run", "pursuit-train"]):
        print("SKIPPED: the programs are not built")
        sys.exit(77)
    unittest.main()
