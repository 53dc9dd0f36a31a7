# LibTorch as tools/setup unpacks it from PyPI's wheels: LibTorch::cpu, LIBTORCH_VERSION, LIBTORCH_FOLDER.
# The wheel's own TorchConfig.cmake wants a CUDA toolkit; linking against the CPU part needs none.
set(PURSUIT_CACHE "$ENV{HOME}/.cache/pursuit" CACHE PATH "Where tools/setup keeps what it fetched")
file(STRINGS ${PROJECT_SOURCE_DIR}/tools/versions LIBTORCH_VERSION REGEX "^torch_version=")
string(REPLACE "torch_version=" "" LIBTORCH_VERSION "${LIBTORCH_VERSION}")
set(LIBTORCH_FOLDER ${PURSUIT_CACHE}/libtorch-${LIBTORCH_VERSION})

find_path(LIBTORCH_INCLUDE ATen/ATen.h PATHS ${LIBTORCH_FOLDER}/torch/include NO_DEFAULT_PATH NO_CACHE)
find_library(LIBTORCH_CPU torch_cpu PATHS ${LIBTORCH_FOLDER}/torch/lib NO_DEFAULT_PATH NO_CACHE)
find_library(LIBTORCH_C10 c10 PATHS ${LIBTORCH_FOLDER}/torch/lib NO_DEFAULT_PATH NO_CACHE)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch
  REQUIRED_VARS LIBTORCH_CPU LIBTORCH_C10 LIBTORCH_INCLUDE VERSION_VAR LIBTORCH_VERSION
  REASON_FAILURE_MESSAGE "tools/setup torch fetches it into ${LIBTORCH_FOLDER}")

if(LibTorch_FOUND AND NOT TARGET LibTorch::cpu)
  add_library(LibTorch::cpu INTERFACE IMPORTED)
  # After the system's headers: the wheel brings its own fmt, of another version.
  target_compile_options(LibTorch::cpu INTERFACE "SHELL:-idirafter \"${LIBTORCH_INCLUDE}\"")
  # libtorch_cpu finds libcupti and libcudart by its own $ORIGIN/../../nvidia; the linker need not see them.
  target_link_libraries(LibTorch::cpu INTERFACE ${LIBTORCH_CPU} ${LIBTORCH_C10} -Wl,--allow-shlib-undefined)
endif()
