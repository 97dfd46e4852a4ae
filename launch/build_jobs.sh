#!/usr/bin/env bash
# Prints how many compilers may run at once here: one per core, as far as each finds the 2 GiB of free memory that
# torch's headers take.
set -euo pipefail

jobs=$(nproc)
memory_jobs=$(($(awk '/MemAvailable/ {print $2}' /proc/meminfo) / 2000000))
[ "$jobs" -le "$memory_jobs" ] || jobs=$memory_jobs
[ "$jobs" -ge 1 ] || jobs=1
echo "$jobs"
