// Files that are truncated, damaged, of another format, or made to do harm: a clear error, never a
// crash or a huge allocation.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

#include <zlib.h>

#include "mat_examples.hpp"

namespace pursuit {
namespace {

TEST(HostileMatFile, OtherFormatsAreNamed) {
  EXPECT_EQ(what_is_wrong(""), "dir/x.mat: is empty, no MAT file");
  EXPECT_EQ(what_is_wrong("hello"), "dir/x.mat: is no MAT file");
  EXPECT_EQ(what_is_wrong(std::string(5000, 'x')),
            "dir/x.mat: is no MAT file (no MATLAB v5 header)");
  EXPECT_EQ(what_is_wrong("MATLAB 5.0 MAT-file"),
            "dir/x.mat: is truncated: its header is not whole");
  const std::string hdf5 = what_is_wrong("MATLAB 7.3 MAT-file" + std::string(600, ' '));
  EXPECT_NE(hdf5.find("v7.3 (HDF5)"), std::string::npos) << hdf5;
  EXPECT_NE(hdf5.find("save('-v7'"), std::string::npos) << hdf5;
  // The header of a v4 file: type 0, 2 x 3, real, name of 2 bytes.
  const std::string v4("\0\0\0\0\2\0\0\0\3\0\0\0\0\0\0\0\2\0\0\0x\0", 22);
  EXPECT_NE(what_is_wrong(v4 + std::string(48, '\0')).find("v4"), std::string::npos);
}

TEST(HostileMatFile, EveryTruncationIsAnError) {
  const std::vector<MatVariable> variables = all_kinds();
  const std::string whole = write_mat(variables);
  // A file that ends between two variables is whole; everywhere else it is truncated.
  std::vector<std::size_t> ends;
  for (std::size_t count = 0; count <= variables.size(); ++count) {
    ends.push_back(write_mat({variables.begin(), variables.begin() + count}).size());
  }
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const bool is_end = std::find(ends.begin(), ends.end(), length) != ends.end();
    EXPECT_EQ(what_is_wrong(whole.substr(0, length)) == "nothing", is_end) << length;
  }
}

TEST(HostileMatFile, DamagedBytesNeverCrash) {
  const std::string whole = write_mat(all_kinds());
  int rejected = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const char pattern : {'\x01', '\x80', '\xff', '\x0e', '\x55'}) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ pattern);
      if (what_is_wrong(damaged) != "nothing") ++rejected;
    }
  }
  EXPECT_GT(rejected,
            1000); // the rest are changed values and names, which only the reader of them can judge
}

// A file whose only variable is this array.
std::string with_array(const std::string &body) {
  const std::string header = write_mat({});
  std::string tag(8, '\0');
  tag[0] = 14;
  for (int i = 0; i < 4; ++i) tag[4 + i] = static_cast<char>(body.size() >> (8 * i));
  return header + tag + body;
}

std::string words(std::initializer_list<std::uint32_t> values) {
  std::string bytes;
  for (const std::uint32_t value : values) {
    for (int i = 0; i < 4; ++i) bytes += static_cast<char>(value >> (8 * i));
  }
  return bytes;
}

// flags of a class, dims, the name "x"
std::string head(std::uint32_t array_class, std::uint32_t rows, std::uint32_t columns) {
  return words({6, 8, array_class, 0, 5, 8, rows, columns, (1u << 16) | 1, 'x'});
}

TEST(HostileMatFile, StatedSizesAreNotBelieved) {
  // 2^31-1 x 2^31-1 doubles in 8 bytes.
  EXPECT_NE(what_is_wrong(with_array(head(6, 0x7fffffff, 0x7fffffff) + words({9, 8, 0, 0})))
                .find("dimensions and data do not agree"),
            std::string::npos);
  // A product that is 1 modulo 2^64 would be 3 x 12297829382473034411; with 32-bit lengths the
  // nearest trick is many dimensions whose product wraps to 0.
  const std::string wrap =
      words({6, 8, 6, 0, 5, 16, 1u << 16, 1u << 16, 1u << 16, 1u << 16, (1u << 16) | 1, 'x', 9, 0});
  EXPECT_NE(what_is_wrong(with_array(wrap)).find("do not agree"), std::string::npos);
  // A struct array of 2^30 elements without fields takes no bytes.
  EXPECT_NE(
      what_is_wrong(with_array(head(2, 1u << 15, 1u << 15) + words({(4u << 16) | 5, 32, 1, 0})))
          .find("elements of a struct are missing"),
      std::string::npos);
  EXPECT_NE(what_is_wrong(with_array(head(1, 1u << 15, 1u << 15))).find("cells are missing"),
            std::string::npos);
  EXPECT_NE(what_is_wrong(with_array(head(6, 0xffffffff, 1) + words({9, 8, 0, 0})))
                .find("negative dimension"),
            std::string::npos);
}

// The names of a struct's fields are a part like any other.
TEST(HostileMatFile, NamesOfFieldsMayStandInTheirTag) {
  const std::string x = words({6, 8, 6, 0, 5, 8, 1, 1, 1, 0, 9, 8, 0, 0x40000000}); // 2.0
  const std::string field = words({14, static_cast<std::uint32_t>(x.size())}) + x;
  const auto with_names = [&](std::uint32_t width, std::uint32_t bytes, std::uint32_t names,
                              int fields) {
    std::string body = head(2, 1, 1) + words({(4u << 16) | 5, width, (bytes << 16) | 1, names});
    for (int i = 0; i < fields; ++i) body += field;
    return with_array(body);
  };
  const auto value = [](const std::string &file, const char *name) {
    const std::vector<MatVariable> read = read_mat(file, "x.mat");
    const MatVariable *found = find_field(read.at(0), 0, name);
    return found == nullptr ? Doubles{} : numbers(*found);
  };
  EXPECT_EQ(value(with_names(2, 2, 'x', 1), "x"), Doubles{2});
  EXPECT_EQ(value(with_names(4, 4, 'a' | 'b' << 8 | 'c' << 16, 1), "abc"), Doubles{2});
  EXPECT_EQ(value(with_names(2, 4, 'x' | 'y' << 16, 2), "y"), Doubles{2});
  // And as damaged there as anywhere.
  EXPECT_NE(what_is_wrong(with_names(2, 4, 'x' | 'y' << 16, 1)).find("a tag is missing"),
            std::string::npos);
  EXPECT_NE(what_is_wrong(with_names(2, 2, 'x' | 'y' << 8, 1)).find("a field name"),
            std::string::npos);
  EXPECT_NE(what_is_wrong(with_names(3, 4, 'x', 1)).find("field names"), std::string::npos);
  EXPECT_NE(what_is_wrong(with_names(0, 4, 'x', 1)).find("field names"), std::string::npos);
  EXPECT_NE(what_is_wrong(with_names(2, 5, 'x', 1)).find("a tag with more than 4 bytes"),
            std::string::npos);
  EXPECT_NE(what_is_wrong(with_names(2, 2, 'x', 2)).find("beyond the end"), std::string::npos);
}

// A number is stored in the smallest type that holds it, whatever its class.
TEST(HostileMatFile, NumbersOfEveryTypeAreThoseOfTheirClass) {
  // 200 and 7 as bytes, as what they are stored in.
  const auto read = [](std::uint32_t array_class, std::uint32_t type,
                       std::initializer_list<std::uint32_t> data, std::uint32_t bytes,
                       std::uint32_t count) {
    const std::string file =
        with_array(head(array_class, 1, count) + words({type, bytes}) + words(data));
    return numbers(read_mat(file, "x.mat").at(0));
  };
  EXPECT_EQ(read(6, 2, {200 | 7 << 8, 0}, 2, 2), (Doubles{200, 7}));    // double in uint8
  EXPECT_EQ(read(6, 1, {0xfe | 7 << 8, 0}, 2, 2), (Doubles{-2, 7}));    // double in int8
  EXPECT_EQ(read(7, 3, {0xffff | 7 << 16, 0}, 4, 2), (Doubles{-1, 7})); // single in int16
  EXPECT_EQ(read(6, 7, {0x3fc00000, 0}, 4, 1), Doubles{1.5});           // double in single
  EXPECT_EQ(read(14, 2, {200, 0}, 1, 1), Doubles{200});                 // int64 in uint8
  EXPECT_EQ(read(12, 5, {0xffffffff, 3}, 8, 2), (Doubles{-1, 3}));      // int32
  // What no program writes: the nearest value of the class.
  EXPECT_EQ(read(8, 9, {0, 0x40750000, 0, 0x7ff80000}, 16, 2), (Doubles{127, 0})); // int8: 336, NaN
  EXPECT_EQ(read(14, 9, {0, 0xfff00000}, 8, 1), Doubles{-9223372036854775808.0});  // int64: -Inf
}

TEST(HostileMatFile, StructsWithoutFieldsCostNoMoreThanTheirLimit) {
  const auto empty_struct = [](std::uint32_t elements) {
    return head(2, 1, elements) + words({(4u << 16) | 5, 32, 1, 0});
  };
  EXPECT_EQ(what_is_wrong(with_array(empty_struct(1000))), "nothing");
  std::string many = with_array(empty_struct(3'000'000));
  many += many.substr(128);
  EXPECT_NE(what_is_wrong(many).find("more fields than are read"), std::string::npos);
}

TEST(HostileMatFile, DeepNestingIsAnError) {
  std::string inner = head(6, 0, 0) + words({9, 0});
  for (int depth = 0; depth < 5000; ++depth) {
    inner = head(1, 1, 1) + words({14, static_cast<std::uint32_t>(inner.size())}) + inner;
  }
  EXPECT_NE(what_is_wrong(with_array(inner)).find("nested more than"), std::string::npos);
}

TEST(HostileMatFile, UnreadClassesAreListedByName) {
  // A sparse array's contents are not looked at.
  const std::vector<MatVariable> read = read_mat(with_array(head(5, 3, 3)), "x.mat");
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(read[0].class_name, "sparse");
  EXPECT_THROW(numbers(read[0]), RunError);
}

TEST(HostileMatFile, BigEndianIsRead) {
  const std::string little =
      with_array(head(6, 1, 2) + words({9, 16}) + std::string(16, '\0')).substr(128);
  std::string bytes = write_mat({}).substr(0, 124) + std::string("\x01\x00MI", 4);
  for (std::size_t at = 0; at < little.size(); at += 4) {
    bytes += {little[at + 3], little[at + 2], little[at + 1], little[at]};
  }
  // The name is text and its small tag one word, and 2.0 is 0x40 and seven zeros.
  bytes[128 + 8 + 36] = 'x';
  bytes[128 + 8 + 39] = '\0';
  bytes[bytes.size() - 8] = '\x40';
  const std::vector<MatVariable> read = read_mat(bytes, "x.mat");
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(read[0].name, "x");
  EXPECT_EQ(numbers(read[0]), (Doubles{0, 2}));
}

// One compressed array; `stated` is the size its tag claims.
std::string with_compressed(const std::string &body, std::uint32_t stated) {
  const std::string plain = words({14, stated}) + body;
  uLongf size = compressBound(plain.size());
  std::string packed(size, '\0');
  EXPECT_EQ(compress2(reinterpret_cast<Bytef *>(packed.data()), &size,
                      reinterpret_cast<const Bytef *>(plain.data()), plain.size(), 9),
            Z_OK);
  packed.resize(size);
  return write_mat({}) + words({15, static_cast<std::uint32_t>(size)}) + packed;
}

TEST(HostileMatFile, ABombIsNotInflated) {
  const std::uint32_t size = 96u << 20;
  const std::string body = head(6, size / 8, 1) + words({9, size}) + std::string(size, '\0');
  const std::uint32_t stated = static_cast<std::uint32_t>(body.size());
  const std::string bomb = with_compressed(body, stated);
  EXPECT_LT(bomb.size(), 1u << 20);
  EXPECT_NE(what_is_wrong(bomb).find("would inflate to 96 MiB"), std::string::npos);
}

TEST(HostileMatFile, CompressedArraysHaveTheSizeTheyState) {
  const std::string body = head(6, 1, 1) + words({9, 8, 0, 0});
  const std::uint32_t size = static_cast<std::uint32_t>(body.size());
  EXPECT_EQ(what_is_wrong(with_compressed(body, size)), "nothing");
  for (const std::uint32_t stated : {size - 8, size + 8, 0u}) {
    EXPECT_NE(what_is_wrong(with_compressed(body, stated)).find("compressed data is damaged"),
              std::string::npos)
        << stated;
  }
}
} // namespace
} // namespace pursuit
