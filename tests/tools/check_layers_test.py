"""tools/check_layers finds each breach, and nothing in a tree without one."""
import contextlib
import importlib.machinery
import importlib.util
import io
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def load(path):
    """A script without .py as a module: a process for each case would take most of the test's time."""
    loader = importlib.machinery.SourceFileLoader(path.name, str(path))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(path.name, loader))
    loader.exec_module(module)
    return module


sys.dont_write_bytecode = True  # nothing of it beside the script
CHECK_LAYERS = load(ROOT / "tools/check_layers")


def check(files):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        with contextlib.redirect_stdout(io.StringIO()) as out:
            code = CHECK_LAYERS.main([folder])
        return code, out.getvalue()


class CheckLayers(unittest.TestCase):
    def assert_breach(self, name, text, words):
        code, out = check({name: text})
        self.assertEqual(code, 1, out)
        self.assertIn(name + ":", out)
        self.assertIn(words, out)

    def assert_clean(self, name, text):
        code, out = check({name: text})
        self.assertEqual(code, 0, out)

    def test_order_of_folders(self):
        self.assert_breach("src/base/a.hpp", '#include "plan/run.hpp"\n', "comes after it")
        self.assert_breach("src/engine/torch/a.cpp", '#include "train/train.hpp"\n', "comes after it")
        self.assert_clean("src/plan/a.hpp", '#include "base/disk.hpp"\n#include "plan/run.hpp"\n')

    def test_each_heavy_library_has_its_place(self):
        for name, include in [
            ("src/experiment/tree.cpp", "<yaml-cpp/yaml.h>"),
            ("src/base/file.cpp", "<matio.h>"),
            ("src/store/record.cpp", "<nlohmann/json.hpp>"),
            ("src/store/record.hpp", "<nlohmann/json.hpp>"),
            ("src/engine/engine.cpp", "<ATen/ATen.h>"),
            ("src/engine/torch/wall.hpp", "<torch/torch.h>"),
            ("src/engine/torch/device.cpp", "<cuda_runtime.h>"),
        ]:
            self.assert_breach(name, f"#include {include}\n", "belongs in")
        for name, include in [
            ("src/experiment/yaml_tree.cpp", "<yaml-cpp/yaml.h>"),
            ("src/base/mat_file.cpp", "<matio.h>"),
            ("src/store/record_json.cpp", "<nlohmann/json.hpp>"),
            ("src/store/record.hpp", "<nlohmann/json_fwd.hpp>"),
            ("src/engine/torch/a.cpp", "<ATen/ATen.h>"),
            ("src/engine/cuda/a.cu", "<cuda_runtime.h>"),
        ]:
            self.assert_clean(name, f"#include {include}\n")

    def test_length_of_files(self):
        self.assert_breach("src/base/a.cpp", "int x;\n" * 401, "401 lines")
        self.assert_clean("src/base/a.cpp", "int x;\n" * 400)

    def test_names_that_say_nothing(self):
        for name in ["FileManager", "PathHelper", "MathUtils", "CommonThings", "RunContext", "EngineCore"]:
            self.assert_breach("src/base/a.hpp", f"class {name} {{}};\n", name)
        for name in ["file_utils.cpp", "helpers.hpp", "common.hpp", "core.cpp"]:
            self.assert_breach(f"src/base/{name}", "", "says nothing")
        self.assert_clean("src/schedule/slot.hpp", "struct CoreCount {};\n".replace("Core", "Cores"))

    def test_flags_that_change_bits(self):
        for flag in ["-ffast-math", "-march=native"]:
            self.assert_breach("src/engine/CMakeLists.txt", f"add_compile_options({flag})\n", flag)
            self.assert_breach("cmake/Flags.cmake", f"add_compile_options({flag})\n", flag)

    def test_functions_of_the_c_library(self):
        for call in ["std::sin(x)", "std::tanh(x)", "std::exp(x)", "std::log1p(x)", "std::pow(x, 2)"]:
            self.assert_breach("src/train/a.cpp", f"double y = {call};\n", "differs between machines")
        self.assert_clean("src/train/a.cpp", "double y = std::sqrt(x) + std::fma(x, x, x); // std::sin(x)\n")
        self.assert_clean("src/measure/a.cpp", "double y = std::atan2(x, x);\n")

    def test_the_project_itself(self):
        done = subprocess.run([ROOT / "tools/check_layers"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout)


if __name__ == "__main__":
    unittest.main()
