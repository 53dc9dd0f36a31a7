#include "experiment/yaml_value.hpp"

#include <algorithm>
#include <map>
#include <sstream>
#include <unordered_map>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <fmt/format.h>

#include "experiment/core_scalar.hpp"
#include "experiment/odd_spaces.hpp"
#include "experiment/source_text.hpp"
#include "experiment/words.hpp"

namespace pursuit {

namespace {

constexpr std::size_t k_deepest = 64;
constexpr std::size_t k_most_values = 1'000'000;
constexpr std::string_view k_core_tag = "tag:yaml.org,2002:";

// Ends the parsing; the fault is already noted.
struct Stop {};

// A collection that is being read.
struct OpenNode {
  Value value;
  YAML::anchor_t anchor = 0;
  std::optional<Value> key;  // of a mapping, when its value comes next
  std::vector<Value> merged; // by <<, which is complained of
  std::unordered_map<std::string, Where> keys;
};

// Builds the tree from the events of one document.
class TreeBuilder final : public YAML::EventHandler {
public:
  TreeBuilder(const SourceText &source, Faults &faults) : source_(source), faults_(faults) {}

  std::optional<Value> take_root() { return std::move(root_); }

  // The line of the last value that was read, from 1; 0 before the first.
  int last_line() const { return last_line_; }

  void OnDocumentStart(const YAML::Mark & /*mark*/) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark &mark, YAML::anchor_t anchor) override {
    count(1, mark);
    finish(Value{std::monostate(), place(mark), ""}, anchor);
  }

  void OnAlias(const YAML::Mark &mark, YAML::anchor_t anchor) override {
    const std::map<YAML::anchor_t, Anchored>::const_iterator known = anchored_.find(anchor);
    if (known == anchored_.end()) {
      faults_.add(place(mark), "this alias stands inside the value that it names",
                  "write the value out");
      throw Stop{};
    }
    count(known->second.values, mark);
    Value value = known->second.value;
    value.where = place(mark);
    put(std::move(value));
  }

  void OnScalar(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                const std::string &text) override {
    count(1, mark);
    Value value{std::string(text), place(mark), text, text_by(mark, tag)};
    if (tag == "?" || tag.empty()) {
      value.data = resolve_plain_scalar(text);
    } else if (tag != "!") {
      apply_tag(tag, value);
    }
    finish(std::move(value), anchor);
  }

  void OnSequenceStart(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(Value{Value::Sequence(), place(mark), ""}, tag, "seq", anchor, mark);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(Value{Value::Mapping(), place(mark), ""}, tag, "map", anchor, mark);
  }
  void OnMapEnd() override { close(); }

private:
  // What an anchor names, and how many values that is with aliases written out.
  struct Anchored {
    Value value;
    std::size_t values = 1;
  };

  // yaml-cpp's tags: "?" or none of a plain scalar, "!" of one in quotes, of a block, or marked so.
  const char *text_by(const YAML::Mark &mark, const std::string &tag) const {
    if (tag == "?" || tag.empty()) return nullptr;
    if (tag != "!") return "!!str";
    const std::size_t at = static_cast<std::size_t>(mark.pos);
    const char first = at < source_.text().size() ? source_.text()[at] : ' ';
    return first == '|' ? "the |" : first == '>' ? "the >" : "the quotes";
  }

  Where place(const YAML::Mark &mark) {
    last_line_ = mark.line + 1;
    return source_.at(mark.line, mark.column);
  }

  void count(std::size_t values, const YAML::Mark &mark) {
    count_ += values;
    if (count_ <= k_most_values) return;
    faults_.add(place(mark),
                fmt::format("with its aliases written out, the file has more than {} values",
                            k_most_values),
                "use fewer aliases, or {from, to, step} for long lists");
    throw Stop{};
  }

  void open(Value value, const std::string &tag, std::string_view kind, YAML::anchor_t anchor,
            const YAML::Mark &mark) {
    count(1, mark);
    if (open_.size() == k_deepest) {
      faults_.add(value.where, fmt::format("nested deeper than {} levels", k_deepest),
                  "no part of an experiment file needs that");
      throw Stop{};
    }
    if (!tag.empty() && tag != "?" && tag != "!" && tag != fmt::format("{}{}", k_core_tag, kind))
      unknown_tag(tag, value.where);
    OpenNode node;
    node.value = std::move(value);
    node.anchor = anchor;
    starts_.push_back(count_ - 1);
    open_.push_back(std::move(node));
  }

  void close() {
    OpenNode node = std::move(open_.back());
    open_.pop_back();
    const std::size_t values = count_ - starts_.back();
    starts_.pop_back();
    for (const Value &merged : node.merged) merge_into(node, merged);
    finish(std::move(node.value), node.anchor, values);
  }

  void finish(Value value, YAML::anchor_t anchor, std::size_t values = 1) {
    if (anchor != 0) {
      // The remembered copy takes memory, too.
      anchored_values_ += values;
      if (anchored_values_ > k_most_values) {
        faults_.add(value.where, fmt::format("anchors hold more than {} values", k_most_values),
                    "use fewer anchors");
        throw Stop{};
      }
      anchored_[anchor] = Anchored{value, values};
    }
    put(std::move(value));
  }

  void put(Value value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return;
    }
    OpenNode &parent = open_.back();
    if (Value::Sequence *items = std::get_if<Value::Sequence>(&parent.value.data)) {
      items->push_back(std::move(value));
    } else if (!parent.key.has_value()) {
      check_key(value);
      parent.key = std::move(value);
    } else {
      add_member(parent, std::move(value));
    }
  }

  void check_key(const Value &key) {
    if (key.mapping() != nullptr || key.sequence() != nullptr) {
      faults_.add(key.where, fmt::format("a key must be a word, found {}", described(key)),
                  "write \"key: value\"");
      throw Stop{};
    }
    if (const std::optional<OddSpace> odd = find_odd_space(key.text)) {
      faults_.add(key.where, fmt::format("a {} in the key \"{}\"", odd->name(), shown(key.text)),
                  "write a plain space in its place, or nothing");
      throw Stop{};
    }
    if (key.text == "<<")
      faults_.add(key.where, "the merge key << is not part of YAML 1.2",
                  "write the keys out; parameters that stages share may stand in defaults");
  }

  // As YAML 1.1 has it, so that what else is wrong with the file can be said, and nothing more.
  void merge_into(OpenNode &mapping, const Value &merged) {
    if (const Value::Sequence *several = merged.sequence()) {
      for (const Value &one : *several) merge_into(mapping, one);
    }
    if (merged.mapping() == nullptr) return;
    for (const Value::Member &member : *merged.mapping()) {
      if (mapping.keys.emplace(member.first.text, member.first.where).second)
        std::get<Value::Mapping>(mapping.value.data).push_back(member);
    }
  }

  void add_member(OpenNode &mapping, Value value) {
    Value key = std::move(*mapping.key);
    mapping.key.reset();
    if (key.text == "<<") {
      mapping.merged.push_back(std::move(value));
      return;
    }
    // An empty value stands nowhere; its key does.
    if (value.is_null() && value.text.empty()) value.where = key.where;
    const auto [first, is_new] = mapping.keys.emplace(key.text, key.where);
    if (!is_new) {
      const std::string place =
          first->second.line == 0 ? "" : fmt::format(", first in line {}", first->second.line);
      faults_.add(key.where, fmt::format("the key \"{}\" is given twice{}", shown(key.text), place),
                  "keep one of them");
      return;
    }
    std::get<Value::Mapping>(mapping.value.data).push_back({std::move(key), std::move(value)});
  }

  void unknown_tag(const std::string &tag, const Where &where) {
    const std::string short_tag =
        tag.starts_with(k_core_tag) ? "!!" + tag.substr(k_core_tag.size()) : tag;
    faults_.add(where, fmt::format("the tag {} is not known here", shown(short_tag)), "remove it");
  }

  // The scalar tags of the core schema.
  void apply_tag(const std::string &tag, Value &value) {
    const std::string kind = tag.starts_with(k_core_tag) ? tag.substr(k_core_tag.size()) : "";
    if (kind == "str") return;
    const decltype(Value::data) plain = resolve_plain_scalar(value.text);
    const bool fits = (kind == "int" && std::holds_alternative<std::int64_t>(plain)) ||
                      (kind == "float" && (std::holds_alternative<double>(plain) ||
                                           std::holds_alternative<std::int64_t>(plain))) ||
                      (kind == "bool" && std::holds_alternative<bool>(plain)) ||
                      (kind == "null" && std::holds_alternative<std::monostate>(plain));
    if (fits) {
      const std::int64_t *whole = std::get_if<std::int64_t>(&plain);
      value.data = kind == "float" && whole != nullptr ? static_cast<double>(*whole) : plain;
    } else if (kind == "int" || kind == "float" || kind == "bool" || kind == "null") {
      faults_.add(value.where, fmt::format("\"{}\" is no !!{}", shown(value.text), kind),
                  "remove the tag or correct the value");
    } else {
      unknown_tag(tag, value.where);
    }
  }

  const SourceText &source_;
  Faults &faults_;
  std::optional<Value> root_;
  std::vector<OpenNode> open_;      // from the outermost to the innermost
  std::vector<std::size_t> starts_; // count_ before each of them
  std::map<YAML::anchor_t, Anchored> anchored_;
  int last_line_ = 0;
  std::size_t count_ = 0; // values so far, aliases written out
  std::size_t anchored_values_ = 0;
};

// Notes that a second document is there.
class SecondDocument final : public YAML::EventHandler {
public:
  SecondDocument(const SourceText &source, Faults &faults) : source_(source), faults_(faults) {}
  void OnDocumentStart(const YAML::Mark &mark) override {
    faults_.add(source_.at(mark.line, mark.column), "a second document begins here",
                "an experiment file is one document; remove the \"---\" and what follows");
    throw Stop{};
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark &, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark &, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark &, const std::string &, YAML::anchor_t,
                const std::string &) override {}
  void OnSequenceStart(const YAML::Mark &, const std::string &, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark &, const std::string &, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}

private:
  const SourceText &source_;
  Faults &faults_;
};

// A fault of syntax, in our words where yaml-cpp's lead astray.
// `last_line`: up to where the text made sense.
void complain_of_syntax(const YAML::Exception &error, const SourceText &source, int last_line,
                        Faults &faults) {
  const Where where = source.at(error.mark.line, error.mark.column);
  if (const std::optional<SourceText::NamedPlace> odd =
          source.odd_space(last_line - 1, error.mark.line)) {
    faults.add(odd->where, fmt::format("a {}", odd->name), "write a plain space in its place");
  } else if (const std::optional<Where> tab = source.tab_in_indentation(error.mark.line)) {
    faults.add(*tab, "a tab in the indentation", "indent with spaces");
  } else if (error.msg == YAML::ErrorMsg::DOC_IN_SCALAR ||
             error.msg == YAML::ErrorMsg::EOF_IN_SCALAR) {
    faults.add(where, "a quoted text is not closed",
               fmt::format("look for the missing quote from line {} on", std::max(last_line, 1)));
  } else if (error.msg.rfind(YAML::ErrorMsg::UNKNOWN_ANCHOR, 0) == 0) { // 0.8 adds the name
    faults.add(where, "this alias names nothing", "mark what it names with &, above");
  } else {
    faults.add(where, fmt::format("not valid YAML: {}", error.msg),
               "check indentation, quotes and brackets here and just above");
  }
}

std::optional<Value> parse(const SourceText &source, Faults &faults) {
  if (!source.check(faults)) return std::nullopt;
  // yaml-cpp takes the end of the file for a quote's end; the end of a document it does not.
  std::istringstream stream{std::string(source.text()) + "\n...\n"};
  TreeBuilder builder(source, faults);
  try {
    YAML::Parser parser(stream);
    parser.HandleNextDocument(builder);
    SecondDocument second(source, faults);
    parser.HandleNextDocument(second);
  } catch (const Stop &) {
    return std::nullopt;
  } catch (const YAML::Exception &error) {
    complain_of_syntax(error, source, builder.last_line(), faults);
    return std::nullopt;
  }
  return builder.take_root();
}

} // namespace

std::optional<Value> read_yaml(std::string_view bytes, const std::string &file, Faults &faults) {
  const SourceText source(bytes, file);
  const bool clean_before = faults.none();
  std::optional<Value> root = parse(source, faults);
  const bool nothing = root.has_value() && root->is_null();
  if (nothing || (!root.has_value() && clean_before && faults.none())) {
    faults.add(source.start(), "the file is empty",
               "begin with \"format: pursuit-experiment/1\", then name and stages");
    return std::nullopt;
  }
  return root;
}

std::optional<Value> read_yaml_option(std::string_view text, const std::string &option,
                                      Faults &faults) {
  const SourceText source(text, option, false);
  const bool clean_before = faults.none();
  std::optional<Value> root = parse(source, faults);
  if (root.has_value() || !clean_before || !faults.none()) return root;
  return Value{std::monostate(), source.start(), ""};
}

} // namespace pursuit
