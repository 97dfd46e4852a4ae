#!/usr/bin/env bash
# Set-up, build, every test, and a summary. `tests/run.sh STAGE…` runs only some: format tsan asan fuzz cuda release.
set -euo pipefail
cd "$(dirname "$0")/.."

stages=("$@")
[ ${#stages[@]} -gt 0 ] || stages=(format tsan asan fuzz cuda release)
results=()
left_out=()
began=$SECONDS
say() { echo "=== $(printf '%4d' $((SECONDS - began))) s: $*"; }

# build PRESET [TARGET …]: configures, and builds everything or the targets.
build() {
  local preset=$1
  shift
  say "configure and build $preset"
  cmake --preset "$preset" >/dev/null
  cmake --build "build/$preset" -j "$(launch/build_jobs.sh)" --target "${@:-all}"
}

# check PRESET [ctest arguments …]: runs the tests of a build. Those for a GPU run in the cuda stage only.
check() {
  local preset=$1 result="$PWD/build/$1/results.xml"
  shift
  say "test $preset"
  ctest --preset "$preset" -j "$(nproc)" --timeout 600 --no-tests=error --output-junit "$result" \
    --test-output-size-passed 1000000 "$@"
  results+=("$result")
}

# Programs of others that tests hold Pleat's output against, in an environment of their own.
install_peers() {
  local stamp=build/peers/installed
  cmp -s tests/peers.txt "$stamp" && return
  say "install what tests compare with"
  python3 -m venv build/peers
  build/peers/bin/pip install --quiet --disable-pip-version-check --retries 5 -r tests/peers.txt
  cp tests/peers.txt "$stamp"
}

stage_format() {
  say "format and syntax"
  git ls-files '*.cc' '*.h' '*.cu' | xargs -r clang-format --dry-run --Werror
  git ls-files '*.sh' '.ci/run' | xargs -r -n1 bash -n
}

# Leaks count too, but in the tests under mpirun: Open MPI keeps memory until the process ends.
stage_asan() {
  build asan
  check asan -LE 'integration|gpu'
}

stage_tsan() {
  build tsan
  check tsan -LE integration
}

# Each target for 20 s, two at a time, always the same way; asan and release replay the corpora in plain tests.
stage_fuzz() {
  if ! command -v clang++-14 >/dev/null; then
    left_out+=("skipped: the fuzz stage, since clang++-14 is not installed (launch/setup.sh installs it)")
    return
  fi
  build fuzz fuzz_targets
  say "fuzz"
  tests/fuzz/run.sh --seed 1 20
}

stage_cuda() {
  if ! command -v nvcc .venv/cuda/bin/nvcc >/dev/null; then
    left_out+=("skipped: the cuda stage, since nvcc is not installed (launch/setup.sh --cuda installs it)")
    return
  fi
  build cuda pleat-worker gpu_tests
  check cuda -L gpu
  say "cuda: the worker starts"
  build/cuda/bin/pleat-worker --version
}

stage_release() {
  build release
  check release -LE gpu
}

for stage in "${stages[@]}"; do
  declare -F "stage_$stage" >/dev/null || {
    echo "tests/run.sh: no stage '$stage'; there are format, tsan, asan, fuzz, cuda and release" >&2
    exit 2
  }
done
launch/setup.sh
install_peers
for stage in "${stages[@]}"; do
  "stage_$stage"
done
say "all stages passed: ${stages[*]}"
[ ${#results[@]} -eq 0 ] || /usr/bin/python3 tests/runner/summary.py "${results[@]}"
[ ${#left_out[@]} -eq 0 ] || printf '%s\n' "${left_out[@]}"
