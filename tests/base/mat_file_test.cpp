#include <gtest/gtest.h>

#include "mat_examples.hpp"

namespace pursuit {
namespace {

TEST(MatFile, RoundTripKeepsNamesShapesClassesAndValues) {
  const std::vector<MatVariable> written = all_kinds();
  const std::vector<MatVariable> read = read_mat(write_mat(written), "x.mat");
  ASSERT_EQ(read.size(), written.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    EXPECT_EQ(read[i].name, written[i].name);
    EXPECT_EQ(read[i].dims, written[i].dims) << read[i].name;
    EXPECT_EQ(read[i].class_name, written[i].class_name) << read[i].name;
    if (read[i].name == "gain") {
      EXPECT_TRUE(std::isnan(numbers(read[i])[0]));
    } else if (read[i].class_name == "char") {
      EXPECT_EQ(std::get<std::string>(read[i].data), std::get<std::string>(written[i].data));
    } else if (read[i].class_name != "struct") {
      EXPECT_EQ(numbers(read[i]), numbers(written[i])) << read[i].name;
    }
  }
  const MatVariable *seed = find_variable(read, "seed");
  EXPECT_EQ(std::get<std::vector<std::int64_t>>(seed->data)[0],
            std::numeric_limits<std::int64_t>::max());
}

TEST(MatFile, RoundTripKeepsStructs) {
  const std::vector<MatVariable> read = read_mat(write_mat({struct_array()}), "x.mat");
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(numbers(*find_field(read[0], 1, "tgdir")), Doubles{-15});
  const MatVariable *high = find_field(read[0], 1, "highCont");
  ASSERT_NE(high, nullptr);
  EXPECT_EQ(numbers(*find_field(*high, 0, "vvel")), (Doubles{4, 5}));
  EXPECT_EQ(find_field(*high, 0, "vvel")->dims, (std::vector<std::size_t>{1, 2}));
  EXPECT_EQ(find_field(read[0], 2, "tgdir"), nullptr);
  EXPECT_EQ(find_field(read[0], 0, "nothing"), nullptr);
  EXPECT_EQ(find_variable(read, "nothing"), nullptr);
}

TEST(MatFile, SameValuesSameBytes) {
  const std::string first = write_mat(all_kinds());
  // Other memory contents, another process would have: nothing of them may be in the file.
  std::vector<std::string> filler;
  for (int i = 1; i < 200; ++i) filler.emplace_back(static_cast<std::size_t>(i) * 37, '\x5a');
  filler.clear();
  EXPECT_EQ(write_mat(all_kinds()), first);
  EXPECT_EQ(first.substr(0, 19), "MATLAB 5.0 MAT-file");
  EXPECT_EQ(first.substr(0, 116).find("20"), std::string::npos) << "a year in the header?";
}

TEST(MatFile, NumbersAreRealNumbers) {
  EXPECT_THROW(numbers(mat_char("activation", "x")), RunError);
  EXPECT_THROW(numbers(struct_array()), RunError);
  MatVariable complex = mat_double("z", {1, 1}, {1});
  complex.complex = true;
  EXPECT_THROW(numbers(complex), RunError);
}

TEST(MatFile, ValuesMustFillTheirShape) {
  EXPECT_THROW(mat_double("d", {2, 2}, {1, 2, 3}), InternalError);
  EXPECT_THROW(mat_single("s", {3}, {1, 2, 3}), InternalError);
}
} // namespace
} // namespace pursuit
