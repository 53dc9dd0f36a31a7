"""tools/setup and the programs' launchers, in a small copy of the checkout with stand-ins for apt, dpkg and cmake."""
import os
import re
import shutil
import time
import unittest

from small_checkout import ROOT, SmallCheckout


class Setup(SmallCheckout):
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

    def test_builds_again_after_a_change_of_contents(self):
        self.start()
        source = self.root / "src/a.cpp"
        for change in [
            lambda: source.write_text("b"),
            lambda: source.write_text("a"),  # what an earlier build was made of
            lambda: (source.write_text("old"), os.utime(source, (1, 1))),  # an archive unpacked over the checkout
            lambda: (self.root / "src/b.cpp").touch(),
            lambda: (self.root / "src/b.cpp").rename(self.root / "src/c.cpp"),
            lambda: (self.root / "src/c.cpp").unlink(),
            lambda: (self.root / "tools/versions").write_text((ROOT / "tools/versions").read_text() + "#"),
            lambda: (self.root / "build/bin/pursuit-run").unlink(),
            lambda: (self.root / "build/bin/pursuit-train").unlink(),
        ]:
            before = len(self.calls())
            change()
            self.assertEqual(self.start().returncode, 0)
            self.assertGreater(len(self.calls()), before)
            before = len(self.calls())
            self.assertEqual(self.start().stderr, "")
            self.assertEqual(len(self.calls()), before)

    def test_times_say_nothing(self):
        self.start()
        before = len(self.calls())
        for age in [-1e9, 0, 3600]:  # the last: a file server whose clock is ahead
            for path in self.root.rglob("*"):
                if "build" not in path.relative_to(self.root).parts:
                    os.utime(path, (time.time() + age,) * 2)
            self.assertEqual(self.start().stderr, "")
        self.assertEqual(len(self.calls()), before)

    def test_a_build_of_sources_from_the_future_is_not_made_for_ever(self):
        os.utime(self.root / "CMakeLists.txt", (time.time() + 3600,) * 2)
        self.start()
        self.assertIn("CMAKE_SUPPRESS_REGENERATION=ON", self.calls()[0])  # ninja gives up after 100 tries otherwise

    def test_an_edit_during_the_build_is_built_by_the_next(self):
        cmake = self.folder / "fakes/cmake"
        text = cmake.read_text()
        cmake.write_text(text + '\nsed -i "s/a/edited/" "$PWD/a check out/src/a.cpp"\n')
        self.start()
        cmake.write_text(text)
        before = len(self.calls())
        self.start()
        self.assertGreater(len(self.calls()), before)

    def test_cmake_arguments_stay_until_others_are_given(self):
        self.start(PURSUIT_CMAKE_ARGS="-DPURSUIT_WERROR=ON")
        before = len(self.calls())
        self.start()
        self.assertEqual(len(self.calls()), before)
        (self.root / "src/a.cpp").write_text("b")
        self.start()
        self.assertIn("-DPURSUIT_WERROR=ON", self.calls()[before])
        before = len(self.calls())
        self.start(PURSUIT_CMAKE_ARGS="-DPURSUIT_WERROR=OFF")
        self.assertIn("-DPURSUIT_WERROR=OFF", self.calls()[before])

    def test_torch_only_when_it_is_asked_for(self):
        self.have_torch()
        gpu = "cuda:0: a GPU"
        for words, expected, changes in [
            (["--engine", "reference", "--devices=cpu:2"], False, {}),
            (["--engine", "torch"], True, {}),
            (["--engine=torch"], True, {}),
            (["--engine", "torch", "--help"], False, {}),
            (["--devices", "cuda:0"], True, {"GPU": gpu}),
            (["--devices=cpu:2+cuda"], True, {"GPU": gpu}),
            (["--engine=reference", "--devices=cuda"], False, {"GPU": gpu}),  # is refused without it
            (["--devices=emulated-cuda:2"], False, {"GPU": gpu}),
            (["--device=cuda:0"], True, {"GPU": gpu}),
            (["--devices", "cuda:0"], False, {}),  # no GPU: the program says so
            (["--devices=cuda", "--engine=torch"], False, {}),
        ]:
            (self.folder / "calls").unlink(missing_ok=True)
            shutil.rmtree(self.root / "build", ignore_errors=True)
            done = self.start(*words, **changes)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertTrue(done.stdout.endswith("".join(f"[{word}]" for word in words)), done.stdout)
            self.assertEqual("PURSUIT_TORCH=ON" in "".join(self.calls()), expected, words)

    def test_a_faulty_experiment_fetches_no_torch(self):
        self.have_torch()
        fault = "pursuit-run: there is no file x.yaml; check its name"
        for words in [["x.yaml", "--engine", "torch"], ["run", "--engine=torch", "x.yaml"], ["--engine", "torch", "-q", "x.yaml"]]:
            done = self.start(*words, FAULT=fault)
            self.assertEqual((done.returncode, done.stdout), (2, ""), words)
            self.assertTrue(done.stderr.endswith(fault + "\n"), done.stderr)
            self.assertNotIn("PURSUIT_TORCH=ON", "".join(self.calls()))
        self.assertEqual(self.start("x.yaml", "--engine=torch").stdout.count("x.yaml"), 1)
        self.assertIn("PURSUIT_TORCH=ON", "".join(self.calls()))

    def test_the_torch_engine_is_as_new_as_the_programs(self):
        self.have_torch()
        module = self.root / "build/bin/pursuit_torch.so"
        self.start("--engine=torch")
        self.start()
        self.assertTrue(module.exists())
        before = len(self.calls())
        self.start("--engine=torch")
        self.assertEqual(len(self.calls()), before)
        (self.root / "src/a.cpp").write_text("changed")
        self.start()
        self.assertFalse(module.exists())  # that of before is not loaded by these programs
        self.start("--engine=torch")
        self.assertTrue(module.exists())

    def test_a_libtorch_that_somebody_removed_is_fetched_again(self):
        self.have_torch()
        self.start("--engine=torch")
        next((self.folder / "cache").rglob("libtorch_cpu.so")).unlink()
        self.have_python('echo "python $*" >>"$CALLS"; exit 1')
        self.assertEqual(self.start("--engine=torch").returncode, 1)
        self.assertIn("pip download", self.calls()[-1])

    def test_root_installs_what_is_missing(self):
        for fault in [{"ABSENT": "cmake"}, {"OLD": "cmake"}]:
            shutil.rmtree(self.root / "build", ignore_errors=True)
            done = self.start(**fault)
            self.assertEqual(done.returncode, 0, done.stderr)
            installs = [call for call in self.calls() if call.startswith("apt-get") and "install" in call]
            self.assertEqual(len(installs), 1)
            self.assertTrue(installs[0].endswith("--no-install-recommends cmake"), installs)
            (self.folder / "calls").unlink()
            (self.folder / "installed").unlink()

    def test_a_package_that_apt_has_only_too_old_is_named_with_both_versions(self):
        needed = re.search("^cmake=(.*)", (ROOT / "tools/versions").read_text(), re.M)[1]
        for uid in ["0", "1000"]:
            done = self.start(ALWAYS_OLD="cmake", CANDIDATE="0.0.1", FAKE_UID=uid)
            self.assertEqual(done.returncode, 2)
            self.assertIn(f"cmake {needed} or later is needed; apt has only 0.0.1", done.stderr)
            self.assertEqual([call for call in self.calls() if " install " in call or call.startswith("cmake")], [])
        done = self.start(ALWAYS_OLD="cmake")  # offered, and not there after all
        self.assertEqual(done.returncode, 2)
        self.assertIn(f"cmake {needed} or later is needed; after the installation there is 0.0.1", done.stderr)

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

    def have_python(self, text):
        """A stand-in for the python3 whose pip fetches wheels."""
        fetcher = self.root / "tools/libtorch"
        fetcher.write_text(fetcher.read_text().replace("/usr/bin/python3", "python"))
        (self.folder / "fakes/python").write_text("#!/bin/bash\n" + text + "\n")
        (self.folder / "fakes/python").chmod(0o755)

    def test_a_damaged_wheel_is_not_unpacked(self):
        wheels = self.folder / "cache/wheels"
        wheels.mkdir(parents=True)
        (wheels / "torch-2.11.0-cp311.whl").write_text("not a wheel")
        self.have_python('echo "Temporary failure in name resolution"; exit 1')
        done = self.run_tool(self.root / "tools/setup", "torch")
        self.assertEqual(done.returncode, 1)
        self.assertIn("the network cannot be reached", done.stderr)
        self.assertFalse((self.folder / "cache/libtorch-2.11.0/torch").exists())

    def test_wheels_go_through_the_cache(self):
        """Not through /tmp, which may be small, nor twice into pip's own cache; also where the cache's name has a space."""
        self.have_python('echo "python $TMPDIR $*" >>"$CALLS"; exit 1')
        cache = self.folder / "a cache"
        self.run_tool(self.root / "tools/setup", "torch", PURSUIT_CACHE=str(cache))
        fetched = self.calls()[-1]
        self.assertTrue(fetched.startswith(f"python {cache}/wheels -m pip download"), fetched)
        self.assertIn(f"--no-cache-dir --progress-bar off --dest {cache}/wheels torch==", fetched)

    def test_without_a_home_nothing_is_kept_in_tmp(self):
        self.have_python('echo "python $*" >>"$CALLS"; exit 1')
        getent = self.folder / "fakes/getent"
        getent.write_text('#!/bin/bash\necho "somebody:x:1000:1000::$PASSWD_HOME:/bin/sh"\n')
        getent.chmod(0o755)
        home = self.folder / "home"
        home.mkdir()
        self.run_tool(self.root / "tools/setup", "torch", HOME=None, PURSUIT_CACHE=None, PASSWD_HOME=str(home))
        self.assertIn(f"--dest {home}/.cache/pursuit/wheels", self.calls()[-1])
        done = self.run_tool(self.root / "tools/setup", "torch", HOME=None, PURSUIT_CACHE=None, PASSWD_HOME="")
        self.assertEqual(done.returncode, 2)
        self.assertIn("PURSUIT_CACHE says where", done.stderr)


if __name__ == "__main__":
    unittest.main()
