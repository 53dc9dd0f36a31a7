// Where a tensor lies in a network's plain values, and its moments and gradient in Tensors. Only for torch_training.cpp.
#pragma once

#include "engine/engine.hpp"

namespace pursuit::torch_engine {

struct TensorPlace {
  enum class Kind { w, w_in, w_out, activation };
  Kind kind = Kind::w;
  Activation which{}; // where the kind is activation
};

// `owner`: a Network, or Tensors.
template <class Owner> auto &tensor_in(Owner &owner, const TensorPlace &place) {
  switch (place.kind) {
  case TensorPlace::Kind::w:
    return owner.w;
  case TensorPlace::Kind::w_in:
    return owner.w_in;
  case TensorPlace::Kind::w_out:
    return owner.w_out;
  case TensorPlace::Kind::activation:
    break;
  }
  return owner.activation[place.which];
}

} // namespace pursuit::torch_engine
