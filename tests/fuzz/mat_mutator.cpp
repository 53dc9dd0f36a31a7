#include "mat_mutator.hpp"

#include <algorithm>
#include <cstring>
#include <random>
#include <vector>

#include <zlib.h>

#include "base/mat_format.hpp"

namespace pursuit::fuzz {

namespace {

constexpr std::size_t k_header = 128, k_tag = 8;
constexpr std::size_t k_most_inflated = 1 << 20;
constexpr unsigned k_matrix = 14, k_compressed = 15;

// One element: of a matrix its parts, of a compressed one what is inside, else its bytes.
struct Element {
  unsigned type = 0;
  bool in_tag = false;
  std::string data;
  std::vector<Element> parts;

  bool is_leaf() const { return type != k_matrix && type != k_compressed; }
};

unsigned word_at(std::string_view bytes, std::size_t at) {
  return read_word(bytes.substr(at), false);
}

std::string word_bytes(unsigned word) {
  std::string bytes(4, '\0');
  std::memcpy(bytes.data(), &word, 4);
  return bytes;
}

std::string deflated(const std::string &bytes) {
  uLongf size = compressBound(bytes.size());
  std::string packed(size, '\0');
  compress2(reinterpret_cast<Bytef *>(packed.data()), &size,
            reinterpret_cast<const Bytef *>(bytes.data()), bytes.size(), 1);
  packed.resize(size);
  return packed;
}

// Takes what is there, whatever it claims to be: never fails.
std::vector<Element> parsed(std::string_view rest, int depth) {
  std::vector<Element> elements;
  while (rest.size() >= k_tag) {
    Element element;
    const unsigned word = word_at(rest, 0);
    element.in_tag = word >> 16 != 0;
    element.type = element.in_tag ? word & 0xffff : word;
    const std::size_t size = element.in_tag ? std::min(word >> 16, 4u) : word_at(rest, 4);
    const std::string_view data = rest.substr(element.in_tag ? 4 : k_tag, size);
    const std::size_t padded =
        element.type == k_compressed ? data.size() : (data.size() + 7) / 8 * 8;
    rest.remove_prefix(std::min(rest.size(), element.in_tag ? k_tag : k_tag + padded));
    if (element.type == k_matrix && !element.in_tag && depth < 20) {
      element.parts = parsed(data, depth + 1);
    } else if (element.type == k_compressed && depth == 0) {
      std::string fault;
      element.parts = parsed(inflate_array(data, false, k_most_inflated, fault), depth + 1);
    } else {
      element.data = data;
    }
    elements.push_back(std::move(element));
  }
  return elements;
}

std::string written(const std::vector<Element> &elements) {
  std::string bytes;
  for (const Element &element : elements) {
    std::string data = element.parts.empty() ? element.data : written(element.parts);
    if (element.type == k_compressed) data = deflated(data);
    if (element.in_tag && data.size() <= 4) {
      bytes += word_bytes(element.type | static_cast<unsigned>(data.size()) << 16) + data;
    } else {
      bytes += word_bytes(element.type) + word_bytes(static_cast<unsigned>(data.size())) + data;
    }
    if (element.type != k_compressed) bytes.resize((bytes.size() + 7) / 8 * 8);
  }
  return bytes;
}

void list_all(std::vector<Element> &elements, std::vector<Element *> &all) {
  for (Element &element : elements) {
    all.push_back(&element);
    list_all(element.parts, all);
  }
}

class Mutation {
public:
  Mutation(std::vector<Element> &elements, unsigned seed, MutateBytes mutate_bytes)
      : random_(seed), mutate_bytes_(mutate_bytes) {
    list_all(elements, all_);
  }

  void once() {
    if (all_.empty()) return;
    Element &element = *all_[random_() % all_.size()];
    switch (random_() % 7) {
    case 0:
      return change_type(element);
    case 1:
      return change_word(element);
    case 2:
      return change_parts(element);
    case 3:
      element.in_tag = !element.in_tag;
      return;
    case 4:
      element = Element(*all_[random_() % all_.size()]); // one from elsewhere
      all_ = {&element};
      return;
    default:
      return change_data(element);
    }
  }

private:
  void change_type(Element &element) {
    static constexpr unsigned k_types[] = {1,  2,  3,  4,  5,  6,  7, 9, 12,
                                           13, 14, 15, 16, 17, 18, 0, 8};
    element.type = k_types[random_() % std::size(k_types)];
  }

  // A dimension, a class, a length of names: 32 bits that mean something.
  void change_word(Element &element) {
    static constexpr unsigned k_words[] = {
        0,     1,          2,      3,      4,          5,          6,          7,
        12,    13,         15,     17,     0xffffffff, 0x7fffffff, 0x80000000, 65536,
        65537, 0x20000001, 0x0200, 0x0400, 0x0800,     0x0806,     300,        150};
    if (element.data.size() < 4) return change_data(element);
    const std::size_t at = random_() % (element.data.size() / 4) * 4;
    element.data.replace(at, 4, word_bytes(k_words[random_() % std::size(k_words)]));
  }

  void change_parts(Element &element) {
    if (element.parts.empty()) return change_data(element);
    const std::size_t at = random_() % element.parts.size();
    if (random_() % 2 == 0) {
      element.parts.erase(element.parts.begin() + static_cast<std::ptrdiff_t>(at));
    } else {
      const Element twice = element.parts[at];
      element.parts.insert(element.parts.begin() + static_cast<std::ptrdiff_t>(at), twice);
    }
    all_ = {&element};
  }

  void change_data(Element &element) {
    const std::size_t size = element.data.size();
    std::string &data = element.data;
    data.resize(size + 16);
    data.resize(mutate_bytes_(reinterpret_cast<std::uint8_t *>(data.data()), size, data.size()));
  }

  std::minstd_rand random_;
  MutateBytes mutate_bytes_;
  std::vector<Element *> all_;
};

} // namespace

std::string mutated_mat(std::string_view file, unsigned seed, MutateBytes mutate_bytes) {
  std::string header(file.substr(0, k_header));
  header.resize(k_header);
  std::vector<Element> elements = parsed(file.substr(std::min(file.size(), k_header)), 0);
  if (elements.empty()) elements.push_back({1, false, "x", {}});
  Mutation mutation(elements, seed, mutate_bytes);
  for (unsigned i = 0; i <= seed / 8 % 3; ++i) mutation.once();
  return header + written(elements);
}

} // namespace pursuit::fuzz
