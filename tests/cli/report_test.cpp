// The report from outside: what it keeps, what it takes from an edited file, and environments that hinder its figures.
#include <vector>

#include <gtest/gtest.h>

#include "support/outside.hpp"

namespace pursuit {

namespace {

namespace fs = std::filesystem;

// Two networks of stage 1, four of stage 2.
std::string experiment(const std::string &requests) {
  return "format: pursuit-experiment/1\n"
         "name: m\n"
         "defaults: {N: 10, tau: 30}\n"
         "stages:\n"
         "  weights: {mode: activation, stage: 1, n_trials: 5, seeds: [1, 2]}\n"
         "  adapt: {mode: activation, stage: 2, n_trials: 5, needs: weights, sweep: {grid: "
         "{activation: [input_gain, threshold]}}}\n"
         "evaluate: {trials: 2}\n" +
         requests;
}

constexpr const char *k_two_figures = "figures: [learning_curves, bias_toward_prior]\n";

class ReportVerb : public ::testing::Test {
protected:
  Ended call(const std::string &command) { return shell(scratch.path(), command); }

  void write(const std::string &requests) { write_file(scratch / "m.yaml", experiment(requests)); }

  void run(const std::string &requests) {
    write(requests);
    const Ended ended = call("pursuit-run m.yaml -q");
    ASSERT_EQ(ended.exit_code, 0) << ended.err;
  }

  // Exit code, and a part of what is said.
  void expect(const std::string &command, int code, const std::string &part) {
    const Ended ended = call(command);
    EXPECT_EQ(ended.exit_code, code) << command << "\n" << ended.out << ended.err;
    EXPECT_NE((ended.out + ended.err).find(part), std::string::npos) << command << "\n"
                                                                     << ended.out << ended.err;
  }

  // "learning_curves 4, bias_toward_prior 4": files of each figure as the manifest in `folder` has them.
  std::string figures(const std::string &folder) {
    const Ended ended =
        call(python() +
             " -c \"import json; print(', '.join('%s %d' % (f['name'], len(f['files'])) "
             "for f in json.load(open('" +
             folder + "/manifest.json'))['figures']))\"");
    return ended.out.substr(0, ended.out.find('\n'));
  }

  std::size_t pictures_in_page(const std::string &folder) {
    const std::string page = read_file(scratch.path() / folder / "report.html");
    std::size_t pictures = 0;
    for (std::size_t at = 0; (at = page.find("<figure id=", at)) != std::string::npos; ++at)
      ++pictures;
    return pictures;
  }

  void put_gnuplot(const std::string &script) {
    write_file(scratch / "bin/gnuplot", "#!/bin/sh\n" + script + "\n");
    fs::permissions(scratch / "bin/gnuplot", fs::perms::owner_all);
  }

  Scratch scratch;
};

// Only the experiment's folder was copied, to look at it elsewhere.
TEST_F(ReportVerb, KeepsAFigureWhoseModelsAreNotHere) {
  run(k_two_figures);
  call("mkdir laptop; cp -r results/m laptop/");
  expect("pursuit-run report laptop/m", 0, "figure learning_curves is kept as it was drawn on 20");
  EXPECT_EQ(figures("laptop/m"), "learning_curves 4, bias_toward_prior 4");
  EXPECT_EQ(pictures_in_page("laptop/m"), 2u);
  EXPECT_NE(read_file(scratch / "laptop/m/report.html").find("As it was drawn on 20"),
            std::string::npos);
  expect("pursuit-run report laptop/m -q", 0,
         "kept as it was drawn on 20"); // the time is known still
  expect(
      "cmp laptop/m/figures/learning_curves.pdf results/m/figures/learning_curves.pdf && echo same",
      0, "same");
}

TEST_F(ReportVerb, FailsWhereAFigureCanNeitherBeDrawnNorKept) {
  run(k_two_figures);
  call("mkdir laptop; cp -r results/m laptop/; echo x >> laptop/m/figures/learning_curves.csv");
  expect("pursuit-run report laptop/m", 1,
         "figure learning_curves is not drawn: the model or evaluation of 2 networks is not in");
  EXPECT_EQ(figures("laptop/m"), "learning_curves 0, bias_toward_prior 4");
  // What lies there is not current, and does not look so.
  EXPECT_FALSE(fs::exists(scratch / "laptop/m/figures/learning_curves.csv"));
  EXPECT_TRUE(fs::exists(scratch / "laptop/m/figures/earlier/learning_curves.csv"));
}

// One model of two is gone: the old figure shows both.
TEST_F(ReportVerb, ShowsNoFewerNetworksThanBefore) {
  run("figures: [learning_curves, stage2_learning]\n");
  call("rm results/models/pursuit/Task_pursuit_N_10_Tau_30_stage1_*.mat");
  call("cp -r results/m/figures before");
  expect("pursuit-run report results/m", 0, "of 2 networks is not in");
  expect("diff -r before results/m/figures && echo same", 0, "same");
}

TEST_F(ReportVerb, PartsOfAnOutputFolderAreReusedByTheirSums) {
  run(k_two_figures);
  call("mkdir l2; cp -r results/m results/models l2/");
  expect("pursuit-run plan m.yaml -o l2", 0, "6 runs: 6 reused, 0 to train");
  const std::string models = all_models(scratch / "results");
  expect("pursuit-run m.yaml -o l2", 0, "6 of 6 runs done (6 reused)");
  EXPECT_EQ(all_models(scratch / "l2"), models);
  expect("pursuit-run verify l2/m", 0, "0 damaged, 0 missing");
  expect("rm l2/m/manifest.json; pursuit-run plan m.yaml -o l2", 0, "6 reused, 0 to train");
  // What cannot be proved is trained: another file under the name of a model, or no manifest.
  call("rm -r l2; mkdir l2; cp -r results/m results/models l2/; for f in "
       "l2/models/pursuit/*stage1*; do echo x >> $f; break; done");
  expect("pursuit-run plan m.yaml -o l2", 0, "6 runs: 3 reused, 3 to train");
  call("rm -r l2; mkdir l2; cp -r results/models l2/");
  expect("pursuit-run plan m.yaml -o l2", 0, "6 runs: 0 reused, 6 to train");
}

TEST_F(ReportVerb, TakesFiguresFromTheFile) {
  run(k_two_figures);
  write("figures: [bias_toward_prior, direction_sd]\n");
  expect("pursuit-run report m.yaml", 0, "figure learning_curves is not current any more");
  EXPECT_EQ(figures("results/m"), "bias_toward_prior 4, direction_sd 4");
  for (const char *suffix : {"svg", "png", "pdf", "csv"}) {
    const std::string name = std::string("learning_curves.") + suffix;
    EXPECT_FALSE(fs::exists(scratch / "results/m/figures" / name)) << name;
    EXPECT_TRUE(fs::exists(scratch / "results/m/figures/earlier" / name)) << name;
  }
  expect("pursuit-run verify results/m", 0, "0 damaged, 0 missing");
  // The folder is that of the last start.
  expect("pursuit-run report results/m", 0, "report:");
  EXPECT_EQ(figures("results/m"), "learning_curves 4, bias_toward_prior 4");
}

TEST_F(ReportVerb, WritesIntoAnotherFolder) {
  run(k_two_figures);
  call("mkdir laptop; cp -r results/m laptop/; cp -r laptop/m before");
  expect("pursuit-run report laptop/m --into shown", 0, "shown/report.html");
  expect("diff -r before laptop/m && echo same", 0, "same");
  expect("diff -r laptop/m/figures shown/figures && echo same", 0, "same");
  EXPECT_EQ(pictures_in_page("shown"), 2u);
}

TEST_F(ReportVerb, RefusesToWriteWhereThereIsAFile) {
  run(k_two_figures);
  write_file(scratch / "taken", "a file");
  call("rm -r results/m/figures");
  expect("pursuit-run report m.yaml --into taken", 2, "--into taken: taken is not a folder");
  expect("pursuit-run report m.yaml --into taken/below/it", 2, "taken is not a folder");
  expect("pursuit-run report m.yaml --into ''", 2, "--into names no folder");
  const Ended ended = call("pursuit-run report m.yaml --into taken");
  EXPECT_EQ((ended.out + ended.err).find("drawing"), std::string::npos) << ended.err;
  EXPECT_FALSE(fs::exists(scratch / "results/m/figures"));
  EXPECT_EQ(read_file(scratch / "taken"), "a file");
}

// What happens to files is said as it happens, where it does; -q hides it.
TEST_F(ReportVerb, SaysThatItDrawsOnlyWhereItDraws) {
  write(k_two_figures);
  expect("pursuit-run m.yaml", 0, "drawing figures ...\n");
  for (const char *again : {"pursuit-run m.yaml", "pursuit-run report m.yaml"})
    EXPECT_EQ(call(again).err.find("drawing"), std::string::npos) << again;
  call("rm results/m/figures/learning_curves.png");
  EXPECT_EQ(call("pursuit-run report m.yaml -q").err, "");
  EXPECT_TRUE(fs::exists(scratch / "results/m/figures/learning_curves.png"));
  call("cp -r results/m before");
  write("figures: []\n");
  expect("pursuit-run report m.yaml", 0, "figure learning_curves is not current any more");
  call("rm -r results/m; cp -r before results/m");
  EXPECT_EQ(call("pursuit-run report m.yaml -q").err, "");
  EXPECT_TRUE(fs::exists(scratch / "results/m/figures/earlier/learning_curves.svg"));
}

TEST_F(ReportVerb, LeavesFilesOfOthersWhereTheyAre) {
  run(k_two_figures);
  write_file(scratch / "results/m/figures/mine.svg", "<svg/>");
  write("figures: []\n");
  expect("pursuit-run report m.yaml", 0, "report:");
  EXPECT_TRUE(fs::exists(scratch / "results/m/figures/mine.svg"));
  EXPECT_FALSE(fs::exists(scratch / "results/m/figures/learning_curves.svg"));
}

TEST_F(ReportVerb, TakesClaimsFromTheFileAndFailsWithThem) {
  run("");
  write("expect:\n  - {measure: loss, stage: weights, mean_between: [0, 100]}\n");
  expect("pursuit-run report m.yaml", 0, "expect  passed  loss, of weights");
  write("expect:\n  - {measure: loss, stage: weights, mean_between: [-2, -1]}\n");
  expect("pursuit-run report m.yaml", 1, "expect  FAILED  loss, of weights");
  expect("pursuit-run report m.yaml -q", 1, "FAILED");
  expect("pursuit-run report results/m", 0, "report:"); // the last start made no claim
}

TEST_F(ReportVerb, NamesTheLineOfAMistake) {
  run("");
  write("figures: [learning_kurves]\nexpect:\n  - {mesure: loss, stage: weights, mean_between: [0, "
        "1]}\n");
  const std::string before = read_file(scratch / "results/m/manifest.json");
  expect("pursuit-run report m.yaml", 2, "m.yaml:8:11:");
  expect("pursuit-run report m.yaml", 2, "did you mean \"learning_curves\"?");
  expect("pursuit-run report m.yaml", 2, "m.yaml:10:");
  EXPECT_EQ(read_file(scratch / "results/m/manifest.json"), before);
}

// More seeds were asked for since: what is there is shown, and what is not can be no failure yet.
TEST_F(ReportVerb, LeavesAClaimOpenWhileItsRunsAreToCome) {
  run("");
  std::string text = experiment("expect:\n"
                                "  - {measure: loss, stage: weights, mean_between: [0, 100]}\n"
                                "  - {measure: loss, stage: later, mean_between: [0, 100]}\n");
  text.replace(text.find("  adapt:"), 0,
               "  later: {mode: activation, stage: 1, n_trials: 7, seeds: [3]}\n");
  write_file(scratch / "m.yaml", text);
  expect("pursuit-run report m.yaml", 0, "expect  open  loss, of later");
  expect("pursuit-run report m.yaml", 0, "expect  passed  loss, of weights");
  expect("pursuit-run report m.yaml", 0, "6 of the 7 runs that m.yaml plans are done");
  EXPECT_NE(read_file(scratch / "results/m/report.html").find("<td class=\"open\">"),
            std::string::npos);
  expect("pursuit-run status results/m", 0, "6 runs: 6 done"); // the last start's, untouched
  expect("pursuit-run m.yaml -q", 0, "");
  expect("pursuit-run report m.yaml", 0, "expect  passed  loss, of later");
}

TEST_F(ReportVerb, RemembersWhatTheLastStartWasGiven) {
  write(k_two_figures);
  ASSERT_EQ(call("pursuit-run m.yaml -q --set stages.weights.n_trials=6").exit_code, 0);
  expect("pursuit-run report m.yaml", 0, "with --set stages.weights.n_trials=6");
  const Ended again = call("pursuit-run report m.yaml"); // what is shown is all that was made
  EXPECT_EQ(again.err.find("as it is"), std::string::npos) << again.err;
  EXPECT_EQ(figures("results/m"), "learning_curves 4, bias_toward_prior 4");
  expect("pursuit-run report m.yaml", 0, "report:");
}

// A copy of the file that asks for other runs, none of them trained yet.
TEST_F(ReportVerb, NoFileTakesTheReportOfAnotherWithoutARunOfItsOwn) {
  run(k_two_figures);
  call("sed 's/N: 10/N: 12/' m.yaml > other.yaml; cp -r results/m before");
  for (const char *options : {"", " --no-figures -q"}) {
    const std::string command = std::string("pursuit-run report other.yaml") + options;
    expect(command, 2, "none of the 6 runs that other.yaml asks for exists in ");
    expect(command, 2, "results/m/manifest.json was made from m.yaml, and its report is left");
    expect(command, 2, "--into DIR");
  }
  expect("diff -r -x lock before results/m && echo same", 0, "same");
  expect("pursuit-run report other.yaml --into shown", 0, "shown/report.html");
  expect("diff -r -x lock before results/m && echo same", 0, "same");
  // One run of its own is enough.
  call("sed 's/seeds: .1, 2./seeds: [2, 3]/' m.yaml > third.yaml");
  expect("pursuit-run report third.yaml", 0, "3 of the 6 runs that third.yaml plans are done");
}

TEST_F(ReportVerb, WithoutFiguresTakesNoneAway) {
  run(k_two_figures);
  expect("pursuit-run report m.yaml --no-figures", 0, "is kept as it was drawn on 20");
  EXPECT_EQ(figures("results/m"), "learning_curves 4, bias_toward_prior 4");
  expect("pursuit-run m.yaml --no-figures", 0, "6 reused");
  EXPECT_EQ(figures("results/m"), "learning_curves 4, bias_toward_prior 4");
  EXPECT_EQ(pictures_in_page("results/m"), 2u);
}

// A figure of networks that the plan has no more is none of it, even where nothing is drawn.
TEST_F(ReportVerb, WithoutFiguresKeepsNoneOfOtherNetworks) {
  run(k_two_figures);
  call("sed -i 's/seeds: .1, 2./seeds: [2, 3]/' m.yaml");
  expect("pursuit-run m.yaml --no-figures", 0,
         "figure learning_curves is not current any more: its files are in ");
  EXPECT_EQ(figures("results/m"), "learning_curves 0, bias_toward_prior 0");
  EXPECT_FALSE(fs::exists(scratch / "results/m/figures/bias_toward_prior.svg"));
  EXPECT_TRUE(fs::exists(scratch / "results/m/figures/earlier/bias_toward_prior.svg"));
  // More of the same plan is no other plan.
  expect("pursuit-run m.yaml", 0, "drawing figures ...");
  call("sed -i 's/seeds: .2, 3./seeds: [2, 3, 4]/' m.yaml; rm -r results/models");
  expect("pursuit-run report m.yaml --no-figures", 0, "is kept as it was drawn on 20");
  EXPECT_EQ(figures("results/m"), "learning_curves 4, bias_toward_prior 4");
}

TEST_F(ReportVerb, IsWrittenWhateverTmpdirIs) {
  write_file(scratch / "a_file", "");
  const std::vector<std::string> wrong_ones = {"", "/nowhere/at/all",
                                               (scratch / "a_file").string()};
  for (const std::string &wrong : wrong_ones) {
    fs::remove_all(scratch / "results");
    write("figures: [learning_curves]\nexpect:\n"
          "  - {measure: loss, stage: weights, mean_between: [0, 100]}\n");
    const Ended ended = call("TMPDIR='" + wrong + "' pursuit-run m.yaml");
    EXPECT_EQ(ended.exit_code, 0) << wrong << ended.err;
    EXPECT_NE(ended.err.find("TMPDIR"), std::string::npos) << ended.err;
    EXPECT_NE(ended.out.find("expect  passed"), std::string::npos) << ended.out;
    EXPECT_EQ(figures("results/m"), "learning_curves 4") << wrong;
    const Ended repeated = call(
        "TMPDIR='" + wrong +
        "' pursuit-run repeat m.yaml $(pursuit-run list m.yaml --csv | tail -n1 | cut -d, -f1)");
    EXPECT_EQ(repeated.exit_code, 0) << wrong << repeated.err;
    EXPECT_NE(repeated.err.find("TMPDIR"), std::string::npos) << repeated.err;
  }
}

TEST_F(ReportVerb, DrawsUnderEveryGnuterm) {
  for (const char *terminal : {"qt", "x11", "nonsense"}) {
    fs::remove_all(scratch / "results");
    write(k_two_figures);
    expect(std::string("GNUTERM=") + terminal + " pursuit-run m.yaml", 0, "report:");
    EXPECT_EQ(figures("results/m"), "learning_curves 4, bias_toward_prior 4") << terminal;
  }
}

// A gnuplot that hangs, as on a file server that does not answer.
TEST_F(ReportVerb, StopsWhileItDraws) {
  put_gnuplot("echo $$ > '" + (scratch / "pid").string() + "'; exec sleep 1000");
  const std::string wait_for_it = "while [ ! -s pid ]; do sleep 0.05; done; ";
  const struct {
    const char *signal;
    int code;
  } stops[] = {{"INT", 130}, {"TERM", 143}};
  for (const auto &[signal, code] : stops) {
    for (const std::string verb : {"m.yaml --progress none", "report m.yaml"}) {
      write(k_two_figures);
      call("rm -rf pid tmp; mkdir tmp");
      const Ended ended = call("TMPDIR=$PWD/tmp PATH=$PWD/bin:$PATH pursuit-run " + verb +
                               " & child=$!; " + wait_for_it + "kill -" + signal +
                               " $child; wait $child; echo code $?; sleep 0.2; kill -0 $(cat pid) "
                               "2>/dev/null && echo alive; ls tmp | sed 's/^/left /'");
      EXPECT_NE(ended.out.find("code " + std::to_string(code)), std::string::npos)
          << verb << signal << ended.out << ended.err;
      EXPECT_EQ(ended.out.find("alive"), std::string::npos) << "gnuplot lives on";
      EXPECT_EQ(ended.out.find("left"), std::string::npos) << ended.out;
      EXPECT_NE(ended.err.find("to go on:\n  pursuit-run " + verb), std::string::npos) << ended.err;
    }
  }
  expect("pursuit-run m.yaml", 0, "6 of 6 runs done (6 reused)");
  EXPECT_EQ(figures("results/m"), "learning_curves 4, bias_toward_prior 4");
}

// An interrupted start does not make the manifest forget the figures that lie there.
TEST_F(ReportVerb, FiguresStayInTheManifestUntilTheyAreDrawnAgain) {
  run(k_two_figures);
  put_gnuplot("exit 3");
  std::string text = experiment(k_two_figures);
  text.replace(text.find("seeds: [1, 2]"), 13, "seeds: [1, 2, 3]");
  write_file(scratch / "m.yaml", text);
  expect("PATH=$PWD/bin:$PATH pursuit-run m.yaml", 1,
         "figure learning_curves is kept as it was drawn on 20");
  EXPECT_EQ(figures("results/m"), "learning_curves 4, bias_toward_prior 4");
  EXPECT_EQ(pictures_in_page("results/m"), 2u);
  expect("pursuit-run verify results/m", 0, "0 damaged, 0 missing");
}

// A data file that is gone, or is another one, is what a model that is gone is: an intact figure stays, and one without
// the behaviour is said to be that, and drawn again when the data are back.
TEST_F(ReportVerb, DrawsTheBehaviourAgainWhenItsDataAreBack) {
  const auto shows_behaviour = [&] {
    return read_file(scratch / "results/m/figures/velocity_traces.csv").find("behaviour") !=
           std::string::npos;
  };
  write("figures: [velocity_traces]\n");
  expect("pursuit-run data synth --seed 5 -o e.mat", 0, "");
  expect("pursuit-run m.yaml -q --data e.mat --no-figures && mv e.mat away.mat", 0, "");
  for (int time = 0; time < 2; ++time) {
    expect("pursuit-run report results/m", 0,
           "figure velocity_traces is drawn without the behaviour: ");
    EXPECT_FALSE(shows_behaviour());
  }
  expect("pursuit-run report results/m --no-figures", 0, "is kept as it was drawn on 20");
  expect("mv away.mat e.mat; pursuit-run report results/m", 0, "report:");
  EXPECT_TRUE(shows_behaviour());
  for (const char *change : {"mv e.mat away.mat", "pursuit-run data synth --seed 6 -o e.mat"}) {
    call(change);
    expect("pursuit-run report results/m", 0,
           "figure velocity_traces is kept as it was drawn on 20");
    EXPECT_TRUE(shows_behaviour()) << change;
  }
}

// Networks of one silent unit have no direction, so no bias: said in words, not in gnuplot's.
TEST_F(ReportVerb, SaysInWordsThatThereIsNothingToDraw) {
  write_file(scratch / "m.yaml",
             "format: pursuit-experiment/1\nname: m\ndefaults: {N: 1, tau: 30}\nstages:\n"
             "  weights: {mode: activation, stage: 1, n_trials: 0, seeds: [1, 2]}\n"
             "evaluate: {trials: 2}\nfigures: [bias_toward_prior, direction_sd, "
             "population_tuning, velocity_traces, bias_time_course, direction_scatter]\n");
  const Ended ended = call("pursuit-run m.yaml");
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_NE(ended.err.find("figure bias_toward_prior is not drawn: no network has a value of bias"),
            std::string::npos)
      << ended.err;
  EXPECT_EQ(ended.err.find("NaN"), std::string::npos) << ended.err;
  EXPECT_EQ(ended.err.find("gnuplot"), std::string::npos) << ended.err;
}

} // namespace

} // namespace pursuit
