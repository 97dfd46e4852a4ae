#!/usr/bin/env bash
# Runs the fuzz targets, two at a time, from their corpora, and says of each how much it did.
#
#   tests/fuzz/run.sh [--seed N] SECONDS [TARGET…]     of each target; without names all
#
# With a seed a run begins as the one before; without one, each run looks elsewhere.
# What a target finds goes to build/fuzz/found/<target>/, and is said with the command that replays it. What grows the
# coverage stays in build/fuzz/grown/<target>/, and is begun with the next time.
set -euo pipefail
cd "$(dirname "$0")/../.."

seed=0
if [ "${1:-}" = --seed ] && [ $# -ge 2 ]; then
  seed=$2
  shift 2
fi
[ $# -ge 1 ] || {
  echo "usage: tests/fuzz/run.sh [--seed N] SECONDS [TARGET…]" >&2
  exit 2
}
seconds=$1
shift
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=($(cd build/fuzz/fuzz_bin && ls | grep -v make_seeds))

# Stops at the first failure, an input that takes 30 s, 2 GB or an allocation of 1 GB being one. Leaks are looked for.
run_target() {
  local target=$1 seconds=$2 seed=$3
  local grown=build/fuzz/grown/$target found=build/fuzz/found/$target log=build/fuzz/$target.log
  local options=(-seed="$seed" -max_total_time="$seconds" -timeout=30 -rss_limit_mb=2048 -malloc_limit_mb=1024
    -max_len=8192 -print_final_stats=1 -artifact_prefix="$found/")
  local dictionary=tests/fuzz/dictionaries/$target.dict
  [ ! -e "$dictionary" ] || options+=(-dict="$dictionary")
  mkdir -p "$grown" "$found"
  if nice -n 10 "build/fuzz/fuzz_bin/$target" "${options[@]}" "$grown" "tests/fuzz/corpus/$target" >"$log" 2>&1; then
    printf '%-15s %9s executions, %s\n' "$target" \
      "$(awk '/stat::number_of_executed_units/ {print $2}' "$log")" \
      "$(grep -oE 'cov: [0-9]+ ft: [0-9]+ corp: [0-9]+' "$log" | tail -1)"
    return 0
  fi
  local input
  input=$(grep -oE "Test unit written to .*" "$log" | tail -1 | sed 's/Test unit written to //')
  echo "$target: FAILED; the end of $log:"
  grep -E "ERROR|SUMMARY|what must hold|runtime error" "$log" | head -5
  echo "  replay: build/fuzz/fuzz_bin/$target ${input:-tests/fuzz/corpus/$target/*}"
  return 1
}
export -f run_target
printf '%s\n' "${targets[@]}" | xargs -P 2 -I {} bash -c "run_target {} $seconds $seed"
