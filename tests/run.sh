#!/usr/bin/env bash
# Set-up, build, every test. `tests/run.sh STAGE…` runs only some: format release asan tsan cuda.
set -euo pipefail
cd "$(dirname "$0")/.."

stages=("$@")
[ ${#stages[@]} -gt 0 ] || stages=(format release asan tsan cuda)
began=$SECONDS
say() { echo "=== $(printf '%4d' $((SECONDS - began))) s: $*"; }

# build PRESET [cmake arguments …]: configures and builds everything.
build() {
  local preset=$1
  shift
  say "configure and build $preset"
  cmake --preset "$preset" "$@" >/dev/null
  cmake --build "build/$preset" -j "$(launch/build_jobs.sh)"
}

# check PRESET [ctest arguments …]: runs the tests of a build.
check() {
  local preset=$1
  shift
  say "test $preset"
  ctest --preset "$preset" -j "$(nproc)" --timeout 600 "$@"
}

stage_format() {
  say "format and syntax"
  git ls-files '*.cc' '*.h' '*.cu' | xargs -r clang-format --dry-run --Werror
  git ls-files '*.sh' '.ci/run' | xargs -r -n1 bash -n
  /usr/bin/python3 tests/check_compose.py docker-compose.yml launch/Dockerfile
}

stage_release() {
  build release
  check release
}

# Leaks count too, but in the tests under mpirun: Open MPI keeps memory until the process ends.
stage_asan() {
  build asan
  check asan -LE integration
}

stage_tsan() {
  build tsan
  check tsan -LE integration
}

stage_cuda() {
  if ! command -v nvcc >/dev/null; then
    say "cuda: skipped, nvcc is not installed here"
    return
  fi
  build cuda
  check cuda -L gpu
  say "cuda: the worker starts"
  build/cuda/bin/pleat-worker --version
}

launch/setup.sh
for stage in "${stages[@]}"; do
  "stage_$stage"
done
say "all stages passed: ${stages[*]}"
