# How every target of the project is compiled, in one place.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
if(PURSUIT_SANITIZE) # it runs once: most of its time is the compiler's, which optimizing would double
  set(CMAKE_CXX_FLAGS_RELEASE "-O0 -DNDEBUG")
endif()
if(NOT CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(PURSUIT_CCACHE ccache)
  if(PURSUIT_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${PURSUIT_CCACHE})
  endif()
endif()

add_library(pursuit_flags INTERFACE)
target_include_directories(pursuit_flags INTERFACE ${PROJECT_SOURCE_DIR}/src)
# A model's bytes must not depend on what the compiler fuses or reorders: no contraction, no fast math, no -march=native.
target_compile_options(pursuit_flags INTERFACE -ffp-contract=off -fno-fast-math -Wall -Wextra -Wshadow)
if(PURSUIT_WERROR)
  target_compile_options(pursuit_flags INTERFACE -Werror)
endif()
if(PURSUIT_SANITIZE)
  target_compile_options(pursuit_flags INTERFACE -fsanitize=${PURSUIT_SANITIZE} -fno-omit-frame-pointer -g1)
  target_link_options(pursuit_flags INTERFACE -fsanitize=${PURSUIT_SANITIZE})
  target_compile_definitions(pursuit_flags INTERFACE PURSUIT_SANITIZED)
endif()
if(PURSUIT_FUZZ) # coverage for the fuzzer; its main only in its own programs
  target_compile_options(pursuit_flags INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(pursuit_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# pursuit_library(base SOURCES a.cpp b.cpp USES fmt::fmt pursuit_base): the static library pursuit_base of one folder of src.
function(pursuit_library folder)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES" ${ARGN})
  add_library(pursuit_${folder} STATIC ${ARG_SOURCES})
  target_link_libraries(pursuit_${folder} PUBLIC pursuit_flags ${ARG_USES})
  if(PURSUIT_SANITIZE AND folder MATCHES "^(base|task|engine)$") # compiled in seconds, run for minutes
    target_compile_options(pursuit_${folder} PRIVATE -O1)
  endif()
endfunction()

# pursuit_test(base_test SOURCES a_test.cpp USES pursuit_base): one GoogleTest program; every TEST is a ctest of its own.
# Tests run with PURSUIT_BUILD_DIR (where the programs are) and PURSUIT_SOURCE_DIR in their environment, and TIMEOUT seconds
# at most (300): more for what tools/test --long lengthens.
function(pursuit_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;USES" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE pursuit_flags ${ARG_USES} test_support GTest::gtest GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES
    TIMEOUT ${ARG_TIMEOUT}
    ENVIRONMENT "PURSUIT_BUILD_DIR=${PROJECT_BINARY_DIR}" # a list of two would lose the second here
    ENVIRONMENT_MODIFICATION "PURSUIT_SOURCE_DIR=set:${PROJECT_SOURCE_DIR}")
endfunction()
