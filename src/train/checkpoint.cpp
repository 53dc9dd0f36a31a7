#include "train/checkpoint.hpp"

#include <bit>
#include <cstring>

#include "base/errors.hpp"
#include "base/sha256.hpp"

namespace pursuit {

namespace {

constexpr std::string_view k_magic = "pursuit-checkpoint/1\n";
constexpr std::size_t k_checksum_digits = 64;
static_assert(std::endian::native == std::endian::little,
              "checkpoints are written as they lie in memory");

// One description of the format for both directions: `Archive` is Writer or Reader.
template <class Archive, class Array> void each_tensor(Archive &archive, Array &tensors) {
  archive.array(tensors.w);
  archive.array(tensors.w_in);
  archive.array(tensors.w_out);
  archive.number(tensors.b_out);
}

template <class Archive, class Check> void each_field(Archive &archive, Check &c) {
  archive.text(c.run_id);
  archive.text(c.numerics);
  archive.whole(c.state.network.n);
  archive.whole(c.state.network.k);
  archive.whole(c.state.trained);
  archive.whole(c.state.updates);
  archive.number(c.state.network.tau_ms);
  archive.number(c.state.network.dt_ms);
  archive.number(c.state.learning_rate);
  archive.number(c.state.beta1_power);
  archive.number(c.state.beta2_power);
  each_tensor(archive, c.state.network);
  archive.array(c.state.network.input_gain);
  archive.array(c.state.network.threshold);
  archive.array(c.state.network.response_gain);
  each_tensor(archive, c.state.m);
  archive.array(c.state.m.activation);
  each_tensor(archive, c.state.v);
  archive.array(c.state.v.activation);
  archive.array(c.losses);
}

class Writer {
public:
  template <class Whole> void whole(Whole value) { append(static_cast<std::int64_t>(value)); }
  void number(double value) { append(value); }
  void text(const std::string &value) {
    append(std::uint64_t{value.size()});
    bytes_ += value;
  }
  void array(const std::vector<double> &values) {
    append(std::uint64_t{values.size()});
    bytes_.append(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(double));
  }
  std::string bytes_{k_magic};

private:
  template <class Plain> void append(Plain value) {
    bytes_.append(reinterpret_cast<const char *>(&value), sizeof value);
  }
};

// The bytes have passed their checksum; the bounds are checked all the same.
class Reader {
public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  template <class Whole> void whole(Whole &value) {
    value = static_cast<Whole>(plain<std::int64_t>());
  }
  void number(double &value) { value = plain<double>(); }
  void text(std::string &value) { value = std::string(take(plain<std::uint64_t>())); }
  void array(std::vector<double> &values) {
    const std::uint64_t count = plain<std::uint64_t>();
    if (count > rest_.size() / sizeof(double))
      throw RunError("the checkpoint is damaged: too short");
    const std::string_view part = take(count * sizeof(double));
    values.resize(count);
    if (count > 0) std::memcpy(values.data(), part.data(), part.size());
  }
  bool at_end() const { return rest_.empty(); }

private:
  template <class Plain> Plain plain() {
    Plain value;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  std::string_view take(std::uint64_t count) {
    if (count > rest_.size()) throw RunError("the checkpoint is damaged: too short");
    const std::string_view part = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return part;
  }

  std::string_view rest_;
};

void check_shapes(const Checkpoint &c) {
  const Network &network = c.state.network;
  const bool known =
      c.state.trained >= Trained::weights && c.state.trained <= Trained::response_gain;
  if (!known || network.n < 1 || network.k < 1) throw RunError("the checkpoint holds no network");
  const std::size_t n = static_cast<std::size_t>(network.n),
                    k = static_cast<std::size_t>(network.k);
  const bool fits = network.w.size() == n * n && network.w_in.size() == n * k &&
                    network.w_out.size() == k_outputs * n && network.input_gain.size() == n &&
                    network.threshold.size() == n && network.response_gain.size() == n;
  if (!fits) throw RunError("the checkpoint's arrays do not fit its N");
  if (c.state.updates < 0 || c.losses.size() != static_cast<std::size_t>(c.state.updates)) {
    throw RunError("the checkpoint does not have one loss per trial");
  }
}

} // namespace

std::string checkpoint_bytes(const Checkpoint &checkpoint) {
  Writer writer;
  each_field(writer, checkpoint);
  return writer.bytes_ + sha256_hex(writer.bytes_);
}

Checkpoint parse_checkpoint(std::string_view bytes) {
  if (!bytes.starts_with(k_magic)) throw RunError("not a pursuit-checkpoint/1");
  if (bytes.size() < k_magic.size() + k_checksum_digits) {
    throw RunError("the checkpoint is damaged: too short");
  }
  const std::string_view body = bytes.substr(0, bytes.size() - k_checksum_digits);
  if (sha256_hex(body) != bytes.substr(body.size())) {
    throw RunError("the checkpoint is damaged: its checksum does not fit");
  }
  Checkpoint checkpoint;
  Reader reader(body.substr(k_magic.size()));
  each_field(reader, checkpoint);
  if (!reader.at_end()) throw RunError("the checkpoint is damaged: too long");
  check_shapes(checkpoint);
  return checkpoint;
}

std::optional<Checkpoint> parse_checkpoint(std::string_view bytes, const std::string &run_id,
                                           const std::string &numerics) {
  try {
    Checkpoint checkpoint = parse_checkpoint(bytes);
    if (checkpoint.run_id == run_id && checkpoint.numerics == numerics) return checkpoint;
  } catch (const RunError &) {
    // Torn or damaged: the run starts again.
  }
  return std::nullopt;
}

std::filesystem::path checkpoint_path(const std::filesystem::path &run_folder) {
  return run_folder / "checkpoint";
}

} // namespace pursuit
