#include "plan/sort_key.hpp"

#include <algorithm>
#include <numeric>

#include "base/errors.hpp"

namespace pursuit {

namespace {

// A key and the column where it stands.
struct Column {
  const SortKey *by;
  std::size_t at;
};

std::vector<Column> columns_of(const Row &row, const std::vector<SortKey> &by) {
  std::vector<Column> columns;
  for (const SortKey &sort : by) {
    const Row::const_iterator found = std::find_if(
        row.begin(), row.end(), [&](const auto &cell) { return cell.first == sort.key.name; });
    if (found != row.end())
      columns.push_back({&sort, static_cast<std::size_t>(found - row.begin())});
  }
  return columns;
}

bool is_absent(const std::string &text) { return text.empty() || text == "unknown"; }

// Negative: a comes first. Neither is absent.
std::ptrdiff_t order_of(const FilterKey &key, const std::string &a, const std::string &b) {
  if (const std::optional<int> by_size = compared_numbers(a, b)) return *by_size;
  const auto place = [&](const std::string &word) {
    return std::find(key.words.begin(), key.words.end(), word) - key.words.begin();
  };
  if (const std::ptrdiff_t by_word = place(a) - place(b); by_word != 0) return by_word;
  return a.compare(b);
}

bool comes_first(const std::vector<Column> &columns, const Row &a, const Row &b) {
  for (const Column &column : columns) {
    const std::string &x = a[column.at].second, &y = b[column.at].second;
    if (is_absent(x) != is_absent(y)) return is_absent(y);
    const std::ptrdiff_t order = is_absent(x) ? 0 : order_of(column.by->key, x, y);
    if (order != 0) return column.by->falling ? order > 0 : order < 0;
  }
  return false;
}

} // namespace

std::vector<SortKey> parse_sort(std::string_view text, const std::vector<FilterKey> &keys) {
  std::vector<SortKey> by;
  std::vector<Complaint> complaints;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::string_view name = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    const bool falling = name.starts_with('-');
    if (falling) name.remove_prefix(1);
    if (name.empty() && !falling) continue;
    try {
      by.push_back({known_key("--sort", name, keys), falling});
    } catch (const ConfigError &error) {
      complaints.insert(complaints.end(), error.complaints().begin(), error.complaints().end());
    }
  }
  if (!complaints.empty()) throw ConfigError(std::move(complaints));
  return by;
}

std::vector<std::size_t> sorted_rows(const std::vector<Row> &rows, const std::vector<SortKey> &by) {
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (rows.empty()) return order;
  const std::vector<Column> columns = columns_of(rows.front(), by);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return comes_first(columns, rows[a], rows[b]);
  });
  return order;
}

} // namespace pursuit
