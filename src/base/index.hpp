// Places in lists. The index of one kind of thing cannot be used for another kind.
#pragma once

#include <compare>
#include <cstddef>
#include <utility>
#include <vector>

namespace pursuit {

// Where a thing stands in the list of its kind, from 0. `Of` tells the kinds apart and need not be defined.
template <class Of> class Index {
public:
  constexpr Index() = default;
  constexpr explicit Index(int value) : value_(value) {}
  constexpr explicit Index(std::size_t value) : value_(static_cast<int>(value)) {}

  constexpr int value() const { return value_; }
  constexpr std::size_t at() const { return static_cast<std::size_t>(value_); }
  constexpr Index &operator++() {
    ++value_;
    return *this;
  }
  constexpr auto operator<=>(const Index &) const = default;

private:
  int value_ = 0;
};

// All indexes of a list of `count` things, for a range-based for.
template <class I> class Indexes {
public:
  struct Iterator {
    I index;
    I operator*() const { return index; }
    Iterator &operator++() {
      ++index;
      return *this;
    }
    bool operator==(const Iterator &) const = default;
  };
  explicit Indexes(std::size_t count) : end_(count) {}
  Iterator begin() const { return {I(0)}; }
  Iterator end() const { return {end_}; }

private:
  I end_;
};

// A vector that is indexed by I alone.
template <class I, class T> class IndexedVector {
public:
  IndexedVector() = default;
  explicit IndexedVector(std::size_t count) : items_(count) {}
  IndexedVector(std::size_t count, const T &value) : items_(count, value) {}
  explicit IndexedVector(std::vector<T> items) : items_(std::move(items)) {}

  typename std::vector<T>::reference operator[](I index) { return items_[index.at()]; }
  typename std::vector<T>::const_reference operator[](I index) const { return items_[index.at()]; }
  std::size_t size() const { return items_.size(); }
  Indexes<I> indexes() const { return Indexes<I>(items_.size()); }
  auto begin() { return items_.begin(); }
  auto end() { return items_.end(); }
  auto begin() const { return items_.begin(); }
  auto end() const { return items_.end(); }
  const std::vector<T> &items() const { return items_; }
  std::vector<T> take_items() { return std::move(items_); }

private:
  std::vector<T> items_;
};

} // namespace pursuit
