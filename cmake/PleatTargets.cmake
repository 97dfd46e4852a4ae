# pleat_library, pleat_program, pleat_test: targets with the project's warnings and sanitizers.

add_library(pleat_options INTERFACE)
target_include_directories(pleat_options INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
# -pthread for all, since gRPC and MPI ask it of those who link them, and a precompiled header is refused
# where it was not built with the same.
target_compile_options(pleat_options INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Werror -fno-omit-frame-pointer -ffp-contract=off -pthread>)
target_compile_definitions(pleat_options INTERFACE PLEAT_VERSION="${PROJECT_VERSION}")
if(PLEAT_SANITIZE)
  target_compile_options(pleat_options INTERFACE
    -fsanitize=${PLEAT_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(pleat_options INTERFACE -fsanitize=${PLEAT_SANITIZE})
endif()

# For programs that serve thousands of calls a second: what gRPC's threads make, others free, at which the C library's
# allocator is slow. Sanitizers bring an allocator of their own.
add_library(pleat_allocator INTERFACE)
if(NOT PLEAT_SANITIZE)
  target_link_options(pleat_allocator INTERFACE -Wl,--push-state,--no-as-needed ${TCMALLOC} -Wl,--pop-state)
endif()

# Most of a file's time goes into headers that nearly all files include, so those are read once and kept, and once more
# without optimisation for tests. Files still include what they use: a precompiled header is a matter of time alone.
# (CLI11 and gRPC are not among them: what they define in every file costs more than reading them.) The project's own are
# named relative to the build folder, so that the headers of two builds, and what is compiled with them, are the same
# bytes for a compiler cache: the control plane of `cuda` is that of `release`.
set(_common_headers <algorithm> <functional> <map> <memory> <optional> <span> <string> <string_view> <utility> <vector>
  <absl/status/statusor.h> <absl/strings/str_cat.h> <absl/strings/str_format.h>
  <google/protobuf/map.h> <google/protobuf/message.h>)
foreach(_proto sweep task coordinator journal)
  list(APPEND _common_headers <proto/${_proto}.pb.h>)
endforeach()

# _pleat_precompiled(name HEADERS … [DEPS …] [OPTIONS …]): a target that carries precompiled headers.
function(_pleat_precompiled name)
  cmake_parse_arguments(ARG "" "" "HEADERS;DEPS;OPTIONS" ${ARGN})
  file(WRITE ${PROJECT_BINARY_DIR}/${name}.cc "// Carries precompiled headers.\n")
  add_library(${name} STATIC ${PROJECT_BINARY_DIR}/${name}.cc)
  target_link_libraries(${name} PUBLIC pleat_options pleat_proto absl::statusor absl::str_format ${ARG_DEPS})
  target_precompile_headers(${name} PRIVATE ${ARG_HEADERS})
  target_compile_options(${name} PRIVATE -fpch-preprocess ${ARG_OPTIONS})
endfunction()
_pleat_precompiled(pleat_common_headers HEADERS ${_common_headers})
_pleat_precompiled(pleat_test_headers HEADERS ${_common_headers} <gmock/gmock.h> <gtest/gtest.h> DEPS GTest::gmock
  OPTIONS -O0)

# Torch's headers cost 27 s a file; one precompiled header serves every target that needs them.
if(PLEAT_WORKER)
  file(WRITE ${PROJECT_BINARY_DIR}/torch_pch.cc "// Carries the precompiled torch headers.\n")
  add_library(pleat_torch STATIC ${PROJECT_BINARY_DIR}/torch_pch.cc)
  target_link_libraries(pleat_torch PUBLIC pleat_options LibTorch::cpu)
  # MPI's targets bring this flag, and a precompiled header without it does not go with them.
  target_compile_options(pleat_torch PUBLIC -pthread)
  # at::parallel_for is inline and splits work only where OpenMP is on. Not for those who link a library that uses torch:
  # the flag would keep them from precompiled headers.
  target_compile_options(pleat_torch PRIVATE -fopenmp)
  if(PLEAT_CUDA)
    target_link_libraries(pleat_torch PUBLIC LibTorch::cuda)
    # For targets with torch alone: the control plane is the same in all builds.
    target_compile_definitions(pleat_torch PUBLIC PLEAT_CUDA=1)
  endif()
  set(_torch_headers <torch/types.h> <torch/autograd.h>)
  target_precompile_headers(pleat_torch PRIVATE ${_torch_headers})
  target_compile_options(pleat_torch PRIVATE -fpch-preprocess)

  # And once more without optimisation for tests.
  add_library(pleat_torch_tests STATIC ${PROJECT_BINARY_DIR}/torch_pch.cc)
  target_link_libraries(pleat_torch_tests PUBLIC pleat_torch)
  target_precompile_headers(pleat_torch_tests PRIVATE ${_torch_headers})
  target_compile_options(pleat_torch_tests PRIVATE -fpch-preprocess -fopenmp -O0)
endif()

# _pleat_torch(target headers): let the target include torch headers, which `headers` carries precompiled.
function(_pleat_torch target headers)
  target_link_libraries(${target} PUBLIC ${headers})
  target_precompile_headers(${target} REUSE_FROM ${headers})
  # Programs would be built with -fPIE, which the precompiled header does not go with.
  target_compile_options(${target} PRIVATE -fpch-preprocess -fPIC -fopenmp)
endfunction()

# Templates of torch, absl and the standard library are instantiated in every file that is compiled, which takes most of
# its time (5 s of torch's with sanitizers). So all presets but dev have fewer, larger ones (CMAKE_UNITY_BUILD), where the
# files of a target share names: those in anonymous namespaces differ.

# pleat_library(name SRCS a.cc … DEPS other_target … [TORCH]): a static library of one folder.
function(pleat_library name)
  cmake_parse_arguments(ARG "TORCH" "" "SRCS;DEPS" ${ARGN})
  add_library(${name} STATIC ${ARG_SRCS})
  target_link_libraries(${name} PUBLIC pleat_options ${ARG_DEPS})
  if(ARG_TORCH)
    _pleat_torch(${name} pleat_torch)
  else()
    target_precompile_headers(${name} REUSE_FROM pleat_common_headers)
    target_compile_options(${name} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
  endif()
endfunction()

# pleat_program(name SRCS main.cc … DEPS … [TORCH]): a program in bin/.
function(pleat_program name)
  cmake_parse_arguments(ARG "TORCH" "" "SRCS;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SRCS})
  target_link_libraries(${name} PRIVATE pleat_options ${ARG_DEPS})
  if(ARG_TORCH)
    _pleat_torch(${name} pleat_torch)
  endif()
endfunction()

# All programs that need a GPU, and no other.
add_custom_target(gpu_tests)

# pleat_test(name SRCS a_test.cc … DEPS … [TORCH] [WORKER] [ONE_THREAD] [LABELS …] [TIMEOUT s] [RANKS n]): one
# test program of a folder, registered with ctest. WORKER (implied by TORCH): left out of builds without the
# worker. ONE_THREAD: left out of builds that look for races, which it cannot have. RANKS n: run under mpirun
# with n ranks.
function(pleat_test name)
  cmake_parse_arguments(ARG "TORCH;WORKER;ONE_THREAD" "TIMEOUT;RANKS" "SRCS;DEPS;LABELS;ENVIRONMENT" ${ARGN})
  foreach(src ${ARG_SRCS})
    set_property(GLOBAL APPEND PROPERTY PLEAT_REGISTERED_TESTS ${CMAKE_CURRENT_SOURCE_DIR}/${src})
  endforeach()
  if((ARG_TORCH OR ARG_WORKER) AND NOT PLEAT_WORKER)
    return()
  endif()
  if(ARG_ONE_THREAD AND PLEAT_SANITIZE STREQUAL "thread")
    return()
  endif()
  add_executable(${name} ${ARG_SRCS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/test_bin UNITY_BUILD_BATCH_SIZE 16)
  target_link_libraries(${name} PRIVATE pleat_options ${ARG_DEPS} GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE
    PLEAT_SOURCE_DIR="${PROJECT_SOURCE_DIR}" PLEAT_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
  # Quickly, without optimisation; what they test is compiled as the preset says.
  target_compile_options(${name} PRIVATE -O0)
  if(ARG_TORCH)
    _pleat_torch(${name} pleat_torch_tests)
  else()
    target_precompile_headers(${name} REUSE_FROM pleat_test_headers)
  endif()
  target_compile_options(${name} PRIVATE -fpch-preprocess -fPIC)
  if(ARG_RANKS AND PLEAT_SANITIZE)
    # Open MPI keeps memory until the process ends, and from modules that are unloaded by then.
    list(APPEND ARG_ENVIRONMENT ASAN_OPTIONS=detect_leaks=0)
  endif()
  set(command $<TARGET_FILE:${name}>)
  if(ARG_RANKS)
    set(command ${MPIEXEC_EXECUTABLE} --oversubscribe -n ${ARG_RANKS} $<TARGET_FILE:${name}>)
  endif()
  add_test(NAME ${name} COMMAND ${command})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  if(PLEAT_SANITIZE)
    math(EXPR ARG_TIMEOUT "3 * ${ARG_TIMEOUT}")  # about as much slower as the sanitizers make it
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}"
    ENVIRONMENT "OMP_WAIT_POLICY=passive;OMPI_ALLOW_RUN_AS_ROOT=1;OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1;OMPI_MCA_btl_vader_single_copy_mechanism=none;${ARG_ENVIRONMENT}")
  if("gpu" IN_LIST ARG_LABELS)
    add_dependencies(gpu_tests ${name})
    # All tests of such a program need one, so ctest says of the whole program that it was skipped.
    set_tests_properties(${name} PROPERTIES
      SKIP_REGULAR_EXPRESSION "no GPU is visible;built without PLEAT_CUDA")
  endif()
endfunction()
