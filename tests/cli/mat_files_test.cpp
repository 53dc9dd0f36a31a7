// Files that scipy wrote, given to the real programs: what they hold beside what is needed is passed over, and what cannot
// be read is named.
#include <gtest/gtest.h>

#include "support/outside.hpp"

namespace pursuit {

namespace {

class MatFiles : public ::testing::Test {
protected:
  void SetUp() override {
    if (shell(scratch_.path(), python() + " -c 'import scipy.io, scipy.sparse'").exit_code != 0)
      GTEST_SKIP() << "NOT TESTED: files of scipy (no scipy for " << python() << ")";
    ASSERT_EQ(shell(scratch_.path(), "pursuit-run data synth -o s.mat").exit_code, 0);
  }
  // Runs a Python program that knows s, sp, np, D (the Data of synthetic data) and `with_field(name, value)` -> Data.
  void write(const std::string &program) {
    const Ended ended = shell(scratch_.path(), python() + R"( - <<'END'
import scipy.io as s, scipy.sparse as sp, numpy as np
D = s.loadmat('s.mat', struct_as_record=True)['Data']
def with_field(name, value):
    a = np.empty(D.shape, dtype=[(n, object) for n in D.dtype.names] + [(name, object)])
    for i in np.ndindex(*D.shape):
        for n in D.dtype.names: a[i][n] = D[i][n]
        a[i][name] = value
    return a
)" + program + "\nEND");
    ASSERT_EQ(ended.exit_code, 0) << ended.err;
  }
  Ended info(const std::string &file) {
    return shell(scratch_.path(), "pursuit-run data info " + file);
  }

  Scratch scratch_;
};

TEST_F(MatFiles, FieldsThatNobodyNeedsChangeNothing) {
  write(R"(
for name, value in dict(number=1.0, rate={'rate': 1000}, fs={'fs': 1000}, x={'x': 1, 'y': 2}, i={'i': 'j'},
                        deep={'a': {'b': {'c': 1}}}, sparse=sp.csc_matrix(np.eye(3)), cells=np.array([1, 'x'], dtype=object),
                        empty=np.zeros((0, 0), dtype=[('abc', object)]), many=np.zeros((1, 3), dtype=[('id', 'f8')])).items():
    for packed in (False, True):
        s.savemat('%s%d.mat' % (name, packed), {'Data': with_field('info', value), 'x': {'x': 1}, 'other': sp.eye(2).tocsc()},
                  do_compression=packed)
s.savemat('short.mat', {'Data': with_field('id', {'id': 3})})
)");
  int read = 0;
  for (const std::string name :
       {"number", "rate", "fs", "x", "i", "deep", "sparse", "cells", "empty", "many"}) {
    for (const std::string &file : {name + "0.mat", name + "1.mat"}) {
      const Ended ended = info(file);
      EXPECT_EQ(ended.exit_code, 0) << file << ": " << ended.err;
      EXPECT_NE(ended.out.find("28"), std::string::npos) << ended.out;
      read += ended.exit_code == 0 ? 1 : 0;
    }
  }
  EXPECT_EQ(read, 20);
  EXPECT_EQ(info("short.mat").exit_code, 0);
}

TEST_F(MatFiles, WhatIsNeededAndNotReadIsNamedWithTheWayOut) {
  write(R"(
D[0, 0]['highCont'][0, 0]['wide'][0, 0]['hvel'] = sp.csc_matrix(D[0, 0]['highCont'][0, 0]['wide'][0, 0]['hvel'])
D[0, 1]['lowCont'] = np.array([[1, 'x']], dtype=object)
s.savemat('bad.mat', {'Data': D})
s.savemat('cell.mat', {'Data': np.array([[1, 'x']], dtype=object)})
s.savemat('none.mat', {'Data': np.zeros((0, 0), dtype=[('abc', object)])})
)");
  const Ended bad = info("bad.mat");
  EXPECT_EQ(bad.exit_code, 2);
  EXPECT_NE(bad.err.find("Data(1).highCont.wide.hvel: is sparse, which is not read; make it full"),
            std::string::npos)
      << bad.err;
  EXPECT_NE(bad.err.find("Data(2).lowCont: is cell, which is not read"), std::string::npos)
      << bad.err;
  const Ended cell = info("cell.mat");
  EXPECT_EQ(cell.exit_code, 2);
  EXPECT_NE(cell.err.find("Data: is cell, which is not read"), std::string::npos) << cell.err;
  const Ended none = info("none.mat");
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_NE(none.err.find("Data: has no days"), std::string::npos) << none.err;
}

TEST_F(MatFiles, ModelsTooMayHoldMoreAndMustHoldNumbers) {
  write_file(scratch_ / "small.yaml", small_experiment());
  ASSERT_EQ(shell(scratch_.path(),
                  "pursuit-train --n_trials 3 --N 6 --decay_taus 30 --mode activation --stage 1 "
                  "--output_dir . && mv models/pursuit/*.mat m.mat")
                .exit_code,
            0);
  write(R"(
m = {k: v for k, v in s.loadmat('m.mat').items() if not k.startswith('__')}
s.savemat('more.mat', {**m, 'a': {'x': 1}, 'id': {'id': 2}, 'e': np.zeros((0, 0), dtype=[('abc', object)]), 'p': sp.eye(2).tocsc()})
s.savemat('sparse.mat', {**m, 'w': sp.csc_matrix(np.float64(m['w']))})
)");
  const auto measured = [&](const std::string &file) {
    return shell(scratch_.path(), "pursuit-run evaluate " + file + " -o " + file +
                                      ".csv && tail -n1 " + file + ".csv | sed 's/^[^,]*,//'");
  };
  const Ended more = measured("more.mat");
  EXPECT_EQ(more.exit_code, 0) << more.err;
  EXPECT_NE(more.out, "");
  const Ended sparse = measured("sparse.mat");
  EXPECT_EQ(sparse.exit_code, 2);
  EXPECT_NE(sparse.err.find("w is sparse, which is not read; make it full"), std::string::npos)
      << sparse.err;
}

TEST_F(MatFiles, ReplayNamesASparseMatrix) {
  write(R"(
s.savemat('case.mat', {'format': 'pursuit-replay/1', 'w': sp.eye(2).tocsc(), 'id': {'id': 1}})
)");
  const Ended ended = shell(scratch_.path(), "pursuit-run replay case.mat -o out.mat");
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_NE(ended.err.find("w is sparse, which is not read; make it full"), std::string::npos)
      << ended.err;
}

} // namespace
} // namespace pursuit
