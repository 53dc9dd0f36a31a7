"""Completion, asked as bash asks it."""
import pathlib
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def complete(*words, cwd="/"):
    function = "_" + words[0].replace("-", "_")
    script = f'''source "{ROOT}/tools/completion/pursuit-run.bash"; compopt() {{ :; }}
      COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); {function}; printf "%s\\n" "${{COMPREPLY[@]}}"'''
    done = subprocess.run(["bash", "-c", script, "bash", *words], cwd=cwd, capture_output=True, text=True)
    assert done.stderr == "", done.stderr
    return done.stdout.split()


class Completion(unittest.TestCase):
    def test_verbs_and_options(self):
        self.assertEqual(ask("sta"), ["status"])
        self.assertEqual(ask("plan", "x.yaml", "--gr"), ["--graph"])
        self.assertEqual(ask("run", "x.yaml", "--engine", "t"), ["torch"])
        self.assertIn("draws", ask("data", ""))
        self.assertEqual(ask("list", "x.yaml", "--where", "fwhm"), ["fwhm_high", "fwhm_low"])
        self.assertEqual(ask("help", "sta"), ["status"])
        self.assertEqual(ask("list", "x.yaml", "--so"), ["--sort"])
        self.assertEqual(ask("list", "x.yaml", "--sort", "sec"), ["seconds"])
        self.assertEqual(ask("plan", "x.yaml", "--sort", "act"), ["activation", "activation_min", "activation_max", "action"])

    def test_measures_are_those_of_the_program(self):
        table = (ROOT / "src/experiment/measures.cpp").read_text(encoding="utf-8")
        rows = re.findall(r'\{\.name = "(\w+)",.*?&(Measures::(?:\w+)|LossSummary::\w+)', table, re.S)
        self.assertEqual(len(rows), table.count(".name = "))
        for name, _ in rows:
            self.assertTrue({name, name + "_low"} & set(ask("list", "x.yaml", "--where", name)), name)

    def test_files_and_runs(self):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "sweep.yaml").touch()
            pathlib.Path(folder, "results/runs/0123456789abcdef").mkdir(parents=True)
            self.assertEqual(ask("plan", "sw", cwd=folder), ["sweep.yaml"])
            self.assertEqual(ask("show", "sweep.yaml", "0", cwd=folder), ["0123456789ab"])
            sweep = pathlib.Path(folder, "results/sweep")
            sweep.mkdir()
            pathlib.Path(folder, "latest").symlink_to(sweep)
            for cwd, where in ((folder, "results/sweep"), (sweep, "."), (folder, "latest")):
                self.assertEqual(ask("show", where, "0", cwd=cwd), ["0123456789ab"], where)

    def test_train(self):
        self.assertEqual(complete("pursuit-train", "--pre"), ["--pretrained_path"])
        self.assertEqual(complete("pursuit-train", "--activation", "t"), ["threshold", "threshold+response_gain"])


def ask(*words, cwd="/"):
    return complete("pursuit-run", *words, cwd=cwd)


if __name__ == "__main__":
    unittest.main()
