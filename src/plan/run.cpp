#include "plan/run.hpp"

#include <algorithm>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/number.hpp"
#include "base/sha256.hpp"

namespace pursuit {

namespace {

// RFC 8785 section 3.2.2.2: the shortest escapes, everything else as it is.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\b':
      out += "\\b";
      break;
    case '\f':
      out += "\\f";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      if (static_cast<unsigned char>(c) < 0x20)
        out += fmt::format("\\u{:04x}", static_cast<int>(c));
      else
        out += c;
    }
  }
  return out + '"';
}

// JSON numbers are doubles: whole numbers that a double may not hold are written as strings.
std::string whole_number(std::uint64_t value) {
  constexpr std::uint64_t k_first_unsafe = std::uint64_t{1} << 53;
  const std::string digits = std::to_string(value);
  return value < k_first_unsafe ? digits : quoted(digits);
}

// In the order of the table, which is not that of the alphabet.
std::string json_of(const ActivationBound &bound) {
  std::string text;
  for (const Activation parameter : bound.named().members()) {
    text += text.empty() ? "{" : ",";
    text += fmt::format("\"{}\":{}", to_text(parameter), shortest_number(*bound.of(parameter)));
  }
  return text + '}';
}

std::string json_of(const ParameterValue &value) {
  if (const std::int64_t *whole = std::get_if<std::int64_t>(&value)) {
    return whole_number(static_cast<std::uint64_t>(*whole)); // no parameter is negative
  }
  if (const double *real = std::get_if<double>(&value)) return shortest_number(*real);
  if (const ActivationBound *bound = std::get_if<ActivationBound>(&value)) return json_of(*bound);
  return quoted(std::get<std::string>(value));
}

std::string parent_of(const RunSpec &spec) {
  if (!spec.has_parent()) throw InternalError("a stage-2 run without a parent has no id");
  return quoted(spec.parent_id.empty() ? spec.parent_file.sha256 : spec.parent_id);
}

// One member of the canonical object: a row of the table of parameters, or a fact beside it.
struct Member {
  std::string_view key;
  const Parameter *parameter = nullptr;
  std::string (*fact)(const RunSpec &) = nullptr;
};

std::vector<Member> members_of_stage(int stage) {
  std::vector<Member> members = {
      {"data_sha256", nullptr, [](const RunSpec &s) { return quoted(s.data_sha256); }},
      {"mode", nullptr, [](const RunSpec &s) { return quoted(to_text(s.mode)); }},
      {"numerics", nullptr, [](const RunSpec &s) { return quoted(s.numerics); }},
      {"seed", nullptr, [](const RunSpec &s) { return whole_number(s.seed); }},
      {"stage", nullptr, [](const RunSpec &s) { return std::to_string(s.stage); }}};
  if (stage == 2) members.push_back({"parent", nullptr, parent_of});
  for (const Parameter &parameter : parameters()) {
    if (has_meaning(parameter, stage) && parameter.changes_result)
      members.push_back({parameter.key, &parameter});
  }
  // Keys are ASCII, so the order of bytes is that of UTF-16 code units.
  std::sort(members.begin(), members.end(),
            [](const Member &a, const Member &b) { return a.key < b.key; });
  return members;
}

} // namespace

bool has_meaning(const Parameter &parameter, int stage) {
  return stage == 2 ? parameter.in_stage_2 : parameter.in_stage_1;
}

bool matches(const RunSpec &spec, const Match &match) {
  return std::all_of(match.terms.begin(), match.terms.end(), [&](const MatchTerm &term) {
    if (term.parameter != nullptr && !term.parameter->in_stage_1 && spec.stage == 1) return false;
    const ParameterValue seed = static_cast<std::int64_t>(spec.seed);
    return std::any_of(term.any_of.begin(), term.any_of.end(), [&](const ParameterValue &wanted) {
      return term.parameter == nullptr ? same_value(seed, wanted)
                                       : has_value(spec.settings, *term.parameter, wanted);
    });
  });
}

std::string canonical_text(const RunSpec &spec) {
  static const std::vector<Member> stage_1 = members_of_stage(1);
  static const std::vector<Member> stage_2 = members_of_stage(2);
  std::string text;
  text.reserve(512);
  for (const Member &member : spec.stage == 2 ? stage_2 : stage_1) {
    std::string value;
    if (member.parameter != nullptr) {
      const ParameterValue setting = value_of(spec.settings, *member.parameter);
      if (is_omitted(*member.parameter, setting)) continue;
      value = json_of(setting);
    } else {
      value = member.fact(spec);
    }
    text += text.empty() ? "{\"" : ",\"";
    text.append(member.key).append("\":").append(value);
  }
  return text + '}';
}

std::string run_id(const RunSpec &spec) { return sha256_hex(canonical_text(spec)); }

std::string sibling_text(const RunSpec &spec) {
  RunSpec common = spec;
  common.settings.activation = Settings().activation;
  common.settings.learning_rate = Settings().learning_rate;
  common.settings.n_trials = Settings().n_trials;
  common.settings.activation_min = common.settings.activation_max = {};
  return canonical_text(common);
}

std::string model_kind(const RunSpec &spec) {
  if (spec.mode == Mode::prior_input) return "prior_input";
  return spec.stage == 2 ? to_text(spec.settings.activation) : "stage1";
}

double work(const RunSpec &spec) {
  // Per step of a trial: W r forward, W^T g backward, and where W is trained its gradient g r^T.
  const double products = spec.stage == 2 ? 2 : 3;
  // Per unit and step: its noise, tanh, input and output weights, there and back.
  constexpr double k_per_unit = 40;
  const double n = static_cast<double>(spec.settings.N);
  return static_cast<double>(spec.settings.n_trials) * k_steps * (products * n + k_per_unit) * n;
}

} // namespace pursuit
