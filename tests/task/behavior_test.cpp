// Behaviour files: what is read is what was written, and every fault is told with its field.
#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "base/errors.hpp"
#include "base/mat_file.hpp"
#include "base/sha256.hpp"
#include "task/behavior.hpp"

namespace pursuit {
namespace {

Trace trace_of(double start) {
  Trace trace;
  for (int t = 0; t < k_samples; ++t) {
    trace.hvel.push_back(start + t);
    trace.vvel.push_back(-start - t);
  }
  return trace;
}

std::vector<Day> two_days() {
  std::vector<Day> days(2);
  double start = 0.125;
  for (Day &day : days) {
    day.target_direction_deg = start * 720;
    for (std::array<Trace, 6> &contrast : day.traces) {
      for (Trace &trace : contrast) trace = trace_of(start *= 1.5);
    }
  }
  return days;
}

void expect_equal(const std::vector<Day> &a, const std::vector<Day> &b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t d = 0; d < a.size(); ++d) {
    EXPECT_EQ(a[d].target_direction_deg, b[d].target_direction_deg);
    for (std::size_t contrast = 0; contrast < 2; ++contrast) {
      for (std::size_t condition = 0; condition < 6; ++condition) {
        EXPECT_EQ(a[d].traces[contrast][condition].hvel, b[d].traces[contrast][condition].hvel);
        EXPECT_EQ(a[d].traces[contrast][condition].vvel, b[d].traces[contrast][condition].vvel);
      }
    }
  }
}

TEST(Behavior, ReadsWhatItWrites) {
  const std::string bytes = behavior_bytes(two_days());
  const Behavior behavior = read_behavior(bytes, "two.mat");
  EXPECT_FALSE(behavior.synthetic);
  EXPECT_EQ(behavior.path, "two.mat");
  EXPECT_EQ(behavior.sha256, sha256_hex(bytes));
  expect_equal(behavior.days, two_days());
}

// The variable Data of two_days(), for a test to break.
class BrokenBehavior : public testing::Test {
protected:
  MatVariable data_ = read_mat(behavior_bytes(two_days()), "two.mat").at(0);

  static MatVariable &member(MatVariable &variable, std::string_view name,
                             std::size_t element = 0) {
    MatStruct &fields = std::get<MatStruct>(variable.data);
    for (std::size_t f = 0; f < fields.names.size(); ++f) {
      if (fields.names[f] == name) return fields.fields.at(element).at(f);
    }
    throw std::out_of_range(std::string(name));
  }
  // Data(2).lowCont.narrow
  MatVariable &narrow() { return member(member(data_, "lowCont", 1), "narrow"); }

  static void erase(MatVariable &variable, std::string_view name) {
    MatStruct &fields = std::get<MatStruct>(variable.data);
    for (std::size_t f = 0; f < fields.names.size(); ++f) {
      if (fields.names[f] != name) continue;
      fields.names.erase(fields.names.begin() + static_cast<std::ptrdiff_t>(f));
      for (std::vector<MatVariable> &element : fields.fields) {
        element.erase(element.begin() + static_cast<std::ptrdiff_t>(f));
      }
      return;
    }
  }

  std::vector<std::string> faults() {
    std::vector<std::string> texts;
    try {
      read_behavior(write_mat({data_}), "broken.mat");
    } catch (const ConfigError &error) {
      for (const Complaint &complaint : error.complaints()) texts.push_back(to_text(complaint));
    }
    return texts;
  }
  std::string only_fault() {
    const std::vector<std::string> texts = faults();
    return texts.size() == 1 ? texts[0] : std::to_string(texts.size()) + " faults";
  }
};

TEST_F(BrokenBehavior, TakesRowsAsWellAsColumns) {
  member(narrow(), "hvel").dims = {1, k_samples};
  const Behavior behavior = read_behavior(write_mat({data_}), "rows.mat");
  expect_equal(behavior.days, two_days());
}

TEST_F(BrokenBehavior, MissingTraceFieldIsNamed) {
  erase(narrow(), "hvel");
  EXPECT_EQ(only_fault(), "broken.mat: Data(2).lowCont.narrow.hvel: is missing");
}

TEST_F(BrokenBehavior, MissingConditionIsNamed) {
  erase(member(data_, "lowCont", 1), "narrow");
  EXPECT_EQ(only_fault(), "broken.mat: Data(2).lowCont.narrow: is missing");
}

TEST_F(BrokenBehavior, MissingContrastIsNamedForEachDay) {
  erase(data_, "highCont");
  EXPECT_EQ(faults(), (std::vector<std::string>{"broken.mat: Data(1).highCont: is missing",
                                                "broken.mat: Data(2).highCont: is missing"}));
}

TEST_F(BrokenBehavior, MissingDirectionIsNamed) {
  erase(data_, "tgdir");
  EXPECT_EQ(faults().at(1), "broken.mat: Data(2).tgdir: is missing");
}

TEST_F(BrokenBehavior, WrongSizeIsTold) {
  member(narrow(), "vvel") = mat_double("vvel", {299, 1}, std::vector<double>(299));
  EXPECT_EQ(only_fault(),
            "broken.mat: Data(2).lowCont.narrow.vvel: has size 299 x 1, expected 300 x 1");
}

TEST_F(BrokenBehavior, MatrixOfTheRightCountIsNoTrace) {
  member(narrow(), "vvel").dims = {30, 10};
  EXPECT_EQ(only_fault(),
            "broken.mat: Data(2).lowCont.narrow.vvel: has size 30 x 10, expected 300 x 1");
}

TEST_F(BrokenBehavior, ValueThatIsNotFiniteIsTold) {
  std::get<std::vector<double>>(member(narrow(), "hvel").data)[6] =
      std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(only_fault(), "broken.mat: Data(2).lowCont.narrow.hvel: value 7 is not finite");
}

TEST_F(BrokenBehavior, TextIsNoTrace) {
  member(narrow(), "hvel") = mat_char("hvel", "fast");
  EXPECT_EQ(only_fault(), "broken.mat: Data(2).lowCont.narrow.hvel: is char, not real numbers");
}

TEST_F(BrokenBehavior, NumberIsNoStruct) {
  member(data_, "lowCont", 1) = mat_double("lowCont", {1, 1}, {5});
  EXPECT_NE(faults().at(0).find("Data(2).lowCont: is double, not a struct"), std::string::npos);
}

TEST_F(BrokenBehavior, DirectionMustBeOneAngle) {
  member(data_, "tgdir", 1) = mat_double("tgdir", {1, 1}, {1e7});
  EXPECT_EQ(only_fault(), "broken.mat: Data(2).tgdir: 10000000 is no direction in degrees");
  member(data_, "tgdir", 1) = mat_double("tgdir", {1, 2}, {10, 20});
  EXPECT_EQ(only_fault(), "broken.mat: Data(2).tgdir: has size 1 x 2, expected 1 x 1");
}

TEST_F(BrokenBehavior, ManyFaultsAreCountedNotListed) {
  for (std::size_t day : {0u, 1u}) {
    for (const char *contrast : {"highCont", "lowCont"}) {
      for (const char *condition : {"wide", "wide_plus120", "wide_minus120", "narrow"}) {
        MatVariable &trace = member(member(data_, contrast, day), condition);
        erase(trace, "hvel");
        erase(trace, "vvel");
      }
    }
  }
  const std::vector<std::string> texts = faults(); // 2 x 2 x 4 traces, two fields each
  ASSERT_EQ(texts.size(), 21u);
  EXPECT_NE(texts.back().find("12 more"), std::string::npos);
}

TEST(Behavior, FileWithoutDataIsNoBehaviorFile) {
  try {
    read_behavior(write_mat({mat_double("w", {1, 1}, {1})}), "model.mat");
    FAIL();
  } catch (const ConfigError &error) {
    EXPECT_NE(to_text(error.complaints().at(0)).find("model.mat: Data: is missing"),
              std::string::npos);
  }
}

TEST(Behavior, EmptyDataIsAFault) {
  const std::string bytes = write_mat({{"Data", {1, 0}, MatStruct{{"tgdir"}, {}}, "struct"}});
  try {
    read_behavior(bytes, "empty.mat");
    FAIL();
  } catch (const ConfigError &error) {
    EXPECT_EQ(to_text(error.complaints().at(0)), "empty.mat: Data: has no days");
  }
}

TEST(Behavior, DataThatIsNoStructIsAFault) {
  try {
    read_behavior(write_mat({mat_double("Data", {1, 1}, {1})}), "x.mat");
    FAIL();
  } catch (const ConfigError &error) {
    EXPECT_EQ(to_text(error.complaints().at(0)), "x.mat: Data: is double, not a struct");
  }
}

} // namespace
} // namespace pursuit
