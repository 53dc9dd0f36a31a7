#include "train/checkpoint.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/sha256.hpp"

namespace pursuit {

namespace {

constexpr std::string_view k_format = "pursuit-checkpoint/";
constexpr std::string_view k_magic = "pursuit-checkpoint/3\n";
constexpr std::string_view k_magic_2 = "pursuit-checkpoint/2\n";
static_assert(k_magic.size() == k_magic_2.size());
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

// Which parameters are trained, as a number: their bits, or, of version 2, the place of the only one.
template <class Archive> void trained_field(Archive &archive, const ActivationSet &trained) {
  archive.whole(trained.bits());
}
template <class Archive> void trained_field(Archive &archive, ActivationSet &trained) {
  std::int64_t number = 0;
  archive.whole(number);
  const std::int64_t most = archive.is_of_version_2() ? std::int64_t{k_activations}
                                                      : (std::int64_t{1} << k_activations) - 1;
  if (number < 0 || number > most) throw RunError("it holds no network");
  trained = ActivationSet::from_bits(static_cast<unsigned>(number));
  if (!archive.is_of_version_2()) return;
  trained = number == 0 ? ActivationSet() : ActivationSet(static_cast<Activation>(number - 1));
}

template <class Archive, class Array, class Set>
void each_activation(Archive &archive, Array &tensors, Set trained) {
  if (archive.is_of_version_2()) { // the only one's; of the weights an empty array
    archive.array(tensors[trained.empty() ? Activation{} : trained.members().front()]);
    return;
  }
  for (const ActivationParameter &row : k_activation_parameters) archive.array(tensors[row.which]);
}

template <class Archive, class Check> void each_field(Archive &archive, Check &c) {
  archive.text(c.run_id);
  archive.text(c.numerics);
  archive.precision();
  archive.whole(c.state.network.n);
  archive.whole(c.state.network.k);
  trained_field(archive, c.state.trained);
  archive.whole(c.state.updates);
  archive.number(c.state.network.tau_ms);
  archive.number(c.state.network.dt_ms);
  archive.number(c.state.learning_rate);
  archive.number(c.state.beta1_power);
  archive.number(c.state.beta2_power);
  each_tensor(archive, c.state.network);
  for (const ActivationParameter &row : k_activation_parameters)
    archive.array(c.state.network.activation[row.which]);
  each_tensor(archive, c.state.m);
  each_activation(archive, c.state.m.activation, c.state.trained);
  each_tensor(archive, c.state.v);
  each_activation(archive, c.state.v.activation, c.state.trained);
  archive.losses(c.losses);
}

bool all_floats(const std::vector<double> &values) {
  return std::all_of(values.begin(), values.end(),
                     [](double v) { return static_cast<double>(static_cast<float>(v)) == v; });
}

// Asks of every array whether floats hold it exactly: half the bytes where the engine computes in
// single precision.
class FloatCheck {
public:
  template <class Whole> void whole(Whole) {}
  void number(double) {}
  void text(const std::string &) {}
  void precision() {}
  void array(const std::vector<double> &values) { fits_ = fits_ && all_floats(values); }
  void losses(const std::vector<double> &) {}
  static constexpr bool is_of_version_2() { return false; }
  bool fits_ = true;
};

class Writer {
public:
  explicit Writer(bool floats) : floats_(floats) {}

  void precision() { whole(floats_ ? sizeof(float) : sizeof(double)); }
  template <class Whole> void whole(Whole value) { append(static_cast<std::int64_t>(value)); }
  void number(double value) { append(value); }
  void text(const std::string &value) {
    append(std::uint64_t{value.size()});
    bytes_ += value;
  }
  void array(const std::vector<double> &values) {
    if (floats_) {
      append_all(std::vector<float>(values.begin(), values.end()));
    } else {
      append_all(values);
    }
  }
  void losses(const std::vector<double> &values) { append_all(values); }
  static constexpr bool is_of_version_2() { return false; }
  std::string bytes_{k_magic};

private:
  template <class Plain> void append(Plain value) {
    bytes_.append(reinterpret_cast<const char *>(&value), sizeof value);
  }
  template <class Plain> void append_all(const std::vector<Plain> &values) {
    append(std::uint64_t{values.size()});
    bytes_.append(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(Plain));
  }

  bool floats_;
};

// The bytes have passed their checksum; the bounds are checked all the same.
class Reader {
public:
  Reader(std::string_view bytes, bool is_of_version_2)
      : rest_(bytes), is_of_version_2_(is_of_version_2) {}
  bool is_of_version_2() const { return is_of_version_2_; }

  template <class Whole> void whole(Whole &value) {
    value = static_cast<Whole>(plain<std::int64_t>());
  }
  void number(double &value) { value = plain<double>(); }
  void text(std::string &value) { value = std::string(take(plain<std::uint64_t>())); }
  void precision() {
    const std::int64_t bytes = plain<std::int64_t>();
    floats_ = bytes == sizeof(float);
    if (!floats_ && bytes != sizeof(double)) throw RunError("its numbers have an unknown size");
  }
  void array(std::vector<double> &values) {
    if (floats_) {
      const std::vector<float> floats = plain_array<float>();
      values.assign(floats.begin(), floats.end());
    } else {
      values = plain_array<double>();
    }
  }
  void losses(std::vector<double> &values) { values = plain_array<double>(); }
  bool at_end() const { return rest_.empty(); }

private:
  template <class Plain> std::vector<Plain> plain_array() {
    const std::uint64_t count = plain<std::uint64_t>();
    if (count > rest_.size() / sizeof(Plain)) throw RunError("it is damaged: too short");
    const std::string_view part = take(count * sizeof(Plain));
    std::vector<Plain> values(count);
    if (count > 0) std::memcpy(values.data(), part.data(), part.size());
    return values;
  }
  template <class Plain> Plain plain() {
    Plain value;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  std::string_view take(std::uint64_t count) {
    if (count > rest_.size()) throw RunError("it is damaged: too short");
    const std::string_view part = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return part;
  }

  std::string_view rest_;
  bool is_of_version_2_;
  bool floats_ = false;
};

void check_shapes(const Checkpoint &c) {
  const Network &network = c.state.network;
  if (network.n < 1 || network.k < 1) throw RunError("it holds no network");
  const std::size_t n = static_cast<std::size_t>(network.n),
                    k = static_cast<std::size_t>(network.k);
  const bool fits = network.w.size() == n * n && network.w_in.size() == n * k &&
                    network.w_out.size() == k_outputs * n &&
                    std::all_of(k_activation_parameters.begin(), k_activation_parameters.end(),
                                [&](const ActivationParameter &row) {
                                  return network.activation[row.which].size() == n;
                                });
  if (!fits) throw RunError("its arrays do not fit its N");
  if (c.state.updates < 0 || c.losses.size() != static_cast<std::size_t>(c.state.updates)) {
    throw RunError("it does not have one loss per trial");
  }
}

// What a file that is no checkpoint of this format seems to be.
std::string foreign_text(std::string_view bytes) {
  const std::string_view line = bytes.substr(0, bytes.find('\n'));
  if (!line.starts_with(k_format) || line.size() > 2 * k_format.size())
    return "it is no checkpoint";
  return fmt::format("it is of format {}, and this program goes on from {} and {}", line,
                     k_magic_2.substr(0, k_magic_2.size() - 1),
                     k_magic.substr(0, k_magic.size() - 1));
}

void check_belongs(const Checkpoint &c, const RunSpec &spec, const std::string &run_id) {
  if (c.run_id != run_id) throw RunError(fmt::format("it is of run {}", c.run_id));
  if (c.numerics != spec.numerics) {
    throw RunError(fmt::format("its numerics are {}, this run's {}", c.numerics, spec.numerics));
  }
  if (c.state.network.n != spec.settings.N || c.state.updates > spec.settings.n_trials) {
    throw RunError("it does not fit this run's settings");
  }
}

} // namespace

std::string checkpoint_bytes(const Checkpoint &checkpoint) {
  FloatCheck check;
  each_field(check, checkpoint);
  Writer writer(check.fits_);
  each_field(writer, checkpoint);
  return writer.bytes_ + sha256_hex(writer.bytes_);
}

Checkpoint parse_checkpoint(std::string_view bytes) {
  const bool is_of_version_2 = bytes.starts_with(k_magic_2);
  if (!is_of_version_2 && !bytes.starts_with(k_magic)) throw RunError(foreign_text(bytes));
  if (bytes.size() < k_magic.size() + k_checksum_digits) {
    throw RunError("it is damaged: too short");
  }
  const std::string_view body = bytes.substr(0, bytes.size() - k_checksum_digits);
  if (sha256_hex(body) != bytes.substr(body.size())) {
    throw RunError("it is damaged: its checksum does not fit");
  }
  Checkpoint checkpoint;
  Reader reader(body.substr(k_magic.size()), is_of_version_2);
  each_field(reader, checkpoint);
  if (!reader.at_end()) throw RunError("it is damaged: too long");
  check_shapes(checkpoint);
  return checkpoint;
}

FoundCheckpoint find_checkpoint(Disk &disk, const std::filesystem::path &run_folder,
                                const RunSpec &spec, const std::string &run_id) {
  FoundCheckpoint found;
  try {
    const std::optional<std::string> bytes = disk.read(checkpoint_path(run_folder));
    if (!bytes) return found;
    Checkpoint checkpoint = parse_checkpoint(*bytes);
    check_belongs(checkpoint, spec, run_id);
    found.checkpoint = std::move(checkpoint);
  } catch (const PermissionError &) {
    throw;
  } catch (const RunError &error) {
    found.fault = error.what();
  }
  return found;
}

std::filesystem::path checkpoint_path(const std::filesystem::path &run_folder) {
  return run_folder / "checkpoint";
}

} // namespace pursuit
