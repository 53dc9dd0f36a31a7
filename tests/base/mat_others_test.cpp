// Files of other programs, and our files in other programs.
#include <gtest/gtest.h>

#include "mat_examples.hpp"
#include "support/outside.hpp"

namespace pursuit {
namespace {

// Writes files with scipy: numpy's classes, compression, cells.
constexpr const char *k_scipy_writer = R"(
import sys, numpy as np, scipy.io as s, scipy.sparse as sp
d = sys.argv[1]
v = {'d': np.arange(6.).reshape(2, 3), 's': np.float32([[1.5]]), 'i8': np.int8([[-3]]), 'u8': np.uint8([[200]]),
     'i16': np.int16([[-300]]), 'u16': np.uint16([[60000]]), 'i32': np.int32([[-70000]]), 'u32': np.uint32([[4000000000]]),
     'i64': np.int64([[-5000000000]]), 'u64': np.uint64([[7]]), 'b': np.array([[True]]), 'z': np.array([[1 + 2j]]),
     't': 'text', 'umlaut': '\u00fc\u20ac', 'cube': np.arange(24.).reshape(2, 3, 4),
     'st': {'first': 1.0, 'b': {'other': 'deep'}}, 'cell': np.array([[1, 'x']], dtype=object),
     'a': {'x': 1.0}, 'two': {'x': 1, 'y': 'z'}, 'abc': {'abc': [[3, 4]]}, 'none': np.zeros((0, 0), dtype=[('abc', object)]),
     'holder': {'id': 7, 'fs': {'fs': 1000}, 'lost': sp.csc_matrix(np.eye(3)), 'after': 2.5},
     'sparse': sp.csc_matrix(np.eye(3)), 'last': 8}
s.savemat(d + '/plain.mat', v)
s.savemat(d + '/packed.mat', v, do_compression=True)
s.savemat(d + '/v4.mat', {'x': np.arange(3.)}, format='4')
)";

class FilesOfScipy : public testing::Test {
protected:
  void SetUp() override {
    if (!python_has("scipy.io"))
      GTEST_SKIP() << "NOT TESTED: files of scipy (no scipy for " << python() << ")";
    write_file(folder_ / "write.py", k_scipy_writer);
    const Ended ended = run_program(python() + " " + (folder_ / "write.py").string() + " " +
                                    folder_.path().string());
    ASSERT_EQ(ended.exit_code, 0) << ended.out;
  }
  std::vector<MatVariable> read(const std::string &name) {
    return read_mat(read_file(folder_ / name), name);
  }
  const Scratch folder_;
};

TEST_F(FilesOfScipy, EveryClassIsRead) {
  for (const char *name : {"plain.mat", "packed.mat"}) {
    const std::vector<MatVariable> v = read(name);
    const auto number = [&](const char *which) { return numbers(*find_variable(v, which)); };
    EXPECT_EQ(number("d"), (Doubles{0, 3, 1, 4, 2, 5}));
    EXPECT_EQ(number("s"), Doubles{1.5});
    EXPECT_EQ(number("i8"), Doubles{-3});
    EXPECT_EQ(number("u8"), Doubles{200});
    EXPECT_EQ(number("i16"), Doubles{-300});
    EXPECT_EQ(number("u16"), Doubles{60000});
    EXPECT_EQ(number("i32"), Doubles{-70000});
    EXPECT_EQ(number("u32"), Doubles{4e9});
    EXPECT_EQ(number("i64"), Doubles{-5e9});
    EXPECT_EQ(number("u64"), Doubles{7});
    EXPECT_EQ(number("b"), Doubles{1});
    EXPECT_EQ(find_variable(v, "u8")->class_name, "uint8");
    EXPECT_EQ(find_variable(v, "b")->class_name, "logical");
    EXPECT_TRUE(find_variable(v, "z")->complex);
    EXPECT_EQ(std::get<std::string>(find_variable(v, "t")->data), "text");
    EXPECT_EQ(std::get<std::string>(find_variable(v, "umlaut")->data), "\u00fc\u20ac");
    EXPECT_EQ(find_variable(v, "cube")->dims, (std::vector<std::size_t>{2, 3, 4}));
    EXPECT_EQ(number("cube")[6], 1); // column-major: element (0, 0, 1)
    EXPECT_EQ(find_variable(v, "cell")->class_name, "cell");
    const MatVariable *inner = find_field(*find_variable(v, "st"), 0, "b");
    ASSERT_NE(inner, nullptr);
    EXPECT_EQ(std::get<std::string>(find_field(*inner, 0, "other")->data), "deep");
  }
}

// The names of their fields stand in a tag: scipy, MATLAB and Octave write up to 4 bytes so.
TEST_F(FilesOfScipy, StructsWithShortNamesAreRead) {
  for (const char *name : {"plain.mat", "packed.mat"}) {
    const std::vector<MatVariable> v = read(name);
    const auto field = [&](const char *which, const char *of) {
      const MatVariable *found = find_field(*find_variable(v, which), 0, of);
      return found == nullptr ? Doubles{} : numbers(*found);
    };
    EXPECT_EQ(field("a", "x"), Doubles{1});
    EXPECT_EQ(field("two", "x"), Doubles{1});
    EXPECT_EQ(std::get<std::string>(find_field(*find_variable(v, "two"), 0, "y")->data), "z");
    EXPECT_EQ(field("abc", "abc"), (Doubles{3, 4}));
    EXPECT_EQ(find_variable(v, "none")->dims, (std::vector<std::size_t>{0, 0}));
    EXPECT_EQ(find_variable(v, "none")->class_name, "struct");
    EXPECT_EQ(numbers(*find_field(*find_field(*find_variable(v, "holder"), 0, "fs"), 0, "fs")),
              Doubles{1000});
  }
}

TEST_F(FilesOfScipy, WhatIsNotReadTakesNothingElseAlong) {
  for (const char *name : {"plain.mat", "packed.mat"}) {
    const std::vector<MatVariable> v = read(name);
    const MatVariable &holder = *find_variable(v, "holder");
    EXPECT_EQ(numbers(*find_field(holder, 0, "id")), Doubles{7});
    EXPECT_EQ(find_field(holder, 0, "lost")->class_name, "sparse");
    EXPECT_EQ(numbers(*find_field(holder, 0, "after")), Doubles{2.5});
    EXPECT_EQ(find_variable(v, "sparse")->class_name, "sparse");
    EXPECT_EQ(numbers(*find_variable(v, "last")), Doubles{8});
    try {
      numbers(*find_variable(v, "sparse"));
      FAIL() << "a sparse matrix has numbers";
    } catch (const RunError &error) {
      EXPECT_STREQ(error.what(), "sparse is sparse, which is not read; make it full, by full(x) in "
                                 "MATLAB or x.toarray() in scipy, and save it again");
    }
  }
}

TEST_F(FilesOfScipy, Version4IsNamed) {
  EXPECT_NE(what_is_wrong(read_file(folder_ / "v4.mat")).find("v4"), std::string::npos);
}

TEST_F(FilesOfScipy, DamagedCompressionNeverCrashes) {
  const std::string whole = read_file(folder_ / "packed.mat");
  ASSERT_EQ(what_is_wrong(whole), "nothing");
  const std::size_t count = read("packed.mat").size();
  std::size_t whole_prefixes = 0; // ends of variables
  for (std::size_t at = 128; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    what_is_wrong(damaged);
    if (what_is_wrong(whole.substr(0, at)) == "nothing") ++whole_prefixes;
  }
  EXPECT_EQ(whole_prefixes, count);
}

TEST(FilesForOthers, ScipyLoadsNamesShapesAndClasses) {
  if (!python_has("scipy.io"))
    GTEST_SKIP() << "NOT TESTED: loading by scipy (no scipy for " << python() << ")";
  const Scratch folder;
  write_file(folder / "x.mat", write_mat(all_kinds()));
  write_file(folder / "check.py", R"(
import sys, numpy as np, scipy.io as s
d = s.loadmat(sys.argv[1])
assert d['__header__'].startswith(b'MATLAB 5.0 MAT-file'), d['__header__']
def is_(name, dtype, shape): assert (d[name].dtype, d[name].shape) == (np.dtype(dtype), shape), (name, d[name].dtype, d[name].shape)
is_('d', 'f8', (2, 3)); is_('s', 'f4', (2, 2, 2)); is_('cube', 'f8', (2, 1, 2)); is_('losses', 'f8', (0, 1)); is_('seed', 'i8', (1, 1))
assert d['d'].tolist() == [[1, 3, 5], [2, 4, 6]] and d['s'][1, 0, 1] == 6 and d['seed'][0, 0] == 2**63 - 1
assert np.isnan(d['gain'][0, 0]) and d['activation'][0] == 'threshold' and d['parent'].size == 0
D = d['Data']; assert D.shape == (1, 2)
assert D[0, 1]['tgdir'][0, 0] == -15 and D[0, 1]['highCont'][0, 0]['vvel'].tolist() == [[4, 5]]
)");
  const Ended ended = run_program(python() + " " + (folder / "check.py").string() + " " +
                                  (folder / "x.mat").string());
  EXPECT_EQ(ended.exit_code, 0) << ended.out;
}

TEST(FilesForOthers, OctaveLoadsNamesShapesAndClasses) {
  if (run_program("octave-cli --version").exit_code != 0)
    GTEST_SKIP() << "NOT TESTED: loading by Octave (no octave-cli here)";
  const Scratch folder;
  write_file(folder / "x.mat", write_mat(all_kinds()));
  write_file(folder / "check.m", R"(
load(argv(){end});
assert(class(s), 'single'); assert(size(s), [2 2 2]); assert(s(2, 1, 2), single(6));
assert(class(seed), 'int64'); assert(seed, intmax('int64'));
assert(class(losses), 'double'); assert(size(losses), [0 1]);
assert(ischar(activation)); assert(activation, 'threshold'); assert(ischar(parent)); assert(isempty(parent));
assert(d, [1 3 5; 2 4 6]); assert(isnan(gain));
assert(size(Data), [1 2]); assert(Data(2).tgdir, -15); assert(Data(2).highCont.vvel, [4 5]);
disp('all is well');
)");
  const Ended ended = run_program("octave-cli --norc --quiet " + (folder / "check.m").string() +
                                  " " + (folder / "x.mat").string());
  // The exit code of Octave 7 is not reliable at shutdown; what it printed is.
  EXPECT_NE(ended.out.find("all is well"), std::string::npos) << ended.out;
}

TEST(FilesForOthers, OctaveFilesAreRead) {
  if (run_program("octave-cli --version").exit_code != 0)
    GTEST_SKIP() << "NOT TESTED: files of Octave (no octave-cli here)";
  const Scratch folder;
  write_file(folder / "write.m", R"(
Data = struct('tgdir', {int16(-15), int16(15)}, 'highCont', struct('hvel', single([1 2 3]))); empty = []; text = 'word'; flag = true; lots = ones(50); s = struct();
save('-v6', [argv(){end} '/v6.mat']); save('-v7', [argv(){end} '/v7.mat']);
)");
  run_program("octave-cli --norc --quiet " + (folder / "write.m").string() + " " +
              folder.path().string());
  for (const char *name : {"v6.mat", "v7.mat"}) {
    const std::vector<MatVariable> v = read_mat(read_file(folder / name), name);
    ASSERT_NE(find_variable(v, "Data"), nullptr) << name;
    const MatVariable *direction = find_field(*find_variable(v, "Data"), 1, "tgdir");
    EXPECT_EQ(numbers(*direction), Doubles{15});
    EXPECT_EQ(direction->class_name, "int16");
    EXPECT_EQ(
        numbers(*find_field(*find_field(*find_variable(v, "Data"), 0, "highCont"), 0, "hvel")),
        (Doubles{1, 2, 3}));
    EXPECT_EQ(find_variable(v, "empty")->elements(), 0u);
    EXPECT_EQ(std::get<std::string>(find_variable(v, "text")->data), "word");
  }
}

TEST(RecordedData, IsRead) {
  const std::filesystem::path path = test_data() / "data/behavior_data.mat";
  if (!std::filesystem::exists(path))
    GTEST_SKIP() << "NOT TESTED: no recorded data at " << path << " (PURSUIT_TEST_DATA)";
  const std::vector<MatVariable> v = read_mat(read_file(path), path);
  const MatVariable *data = find_variable(v, "Data");
  ASSERT_NE(data, nullptr);
  EXPECT_EQ(data->dims, (std::vector<std::size_t>{1, 28}));
  const MatVariable *wide = find_field(*find_field(*data, 27, "lowCont"), 0, "wide");
  EXPECT_EQ(find_field(*wide, 0, "hvel")->elements(), 300u);
}
} // namespace
} // namespace pursuit
