#!/usr/bin/env bash
# Keeps worker groups of one node alive: one mpirun per group, restarted when it ends with an error, after
# 1 s, then 2, 4, … 60 s. One mpirun each, because mpirun ends all its ranks when one of them dies.
# SIGTERM or Ctrl-C stops all groups: they save checkpoints, release their leases and leave. Ends when every
# group has left on its own accord. Exit code: 0, 2 for bad arguments, else that of a group that was refused.
#
#   launch/mpirun/run_groups.sh --coordinator HOST:PORT --store DIR [--groups N] [--group-size N]
#                               [-- further arguments of pleat-worker]
set -uo pipefail

fail() {
  echo "run_groups: $1" >&2
  exit 2
}

coordinator= store= groups=1 group_size=1
while [ $# -gt 0 ]; do
  case $1 in
    --) shift; break ;;
    --help) sed -n '/^# Keeps/,/^set/ s/^# \{0,3\}//p' "$0"; exit 0 ;;
    --coordinator | --store | --groups | --group-size)
      case ${2:-} in '' | --*) fail "$1 needs a value after it" ;; esac
      name=${1#--}
      printf -v "${name//-/_}" %s "$2"
      shift 2
      ;;
    *) fail "unknown argument '$1'; arguments of pleat-worker come after --, and --help shows the others" ;;
  esac
done
[ -n "$coordinator" ] || fail "--coordinator HOST:PORT is missing"
[ -n "$store" ] || fail "--store DIR is missing"
require_count() {
  [[ $2 =~ ^[1-9][0-9]{0,3}$ ]] || fail "$1 takes a whole number from 1 to 9999, not '$2'"
}
require_count --groups "$groups"
require_count --group-size "$group_size"

worker=${PLEAT_WORKER:-$(dirname "$0")/../../build/release/bin/pleat-worker}
[ -f "$worker" ] && [ -x "$worker" ] || fail "no program at $worker: build it, or set PLEAT_WORKER to where it lies"
command -v mpirun >/dev/null || fail "mpirun is missing: install openmpi-bin"

# OpenMP threads that spin on shared cores slow every step down.
export OMP_WAIT_POLICY=passive
if [ "$(id -u)" -eq 0 ]; then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
# Left to itself mpirun kills its ranks one second after SIGTERM, before their checkpoints are safe; and it
# would bind the ranks of every group to the same first cores.
mpirun_options=(--mca odls_base_sigkill_timeout 10 --bind-to none --oversubscribe -n "$group_size")

longest_pause_s=60
stopping=

# Waits until a child has ended, however often signals interrupt; leaves its exit code in `status`.
wait_for() {
  interrupted=1
  while [ -n "$interrupted" ]; do
    interrupted=
    wait "$1"
    status=$?
  done
}

# Asks a child to end. mpirun that is asked itself waits for its whole kill timeout and then fails; when its ranks
# are asked, it ends with them.
ask_to_end() {
  local ranks
  ranks=$(cat "/proc/$1/task/$1/children" 2>/dev/null)
  # shellcheck disable=SC2086
  kill -TERM ${ranks:-$1} 2>/dev/null
}

# Waits for the child that was just started, and ends it if this supervisor is to stop.
supervise() {
  child=$1
  # The signal may have come when the child ran already and `child` was not set yet.
  [ -z "$stopping" ] || ask_to_end "$child"
  wait_for "$child"
  child=
}

# The body of one group's supervisor.
keep_group() {
  local group=$1 pause_s=1 child= started_s
  shift
  # A terminal sends these to all its processes, but only the script answers; mpirun gets a session of its own.
  trap '' INT HUP
  trap 'stopping=1 interrupted=1; [ -z "$child" ] || ask_to_end "$child"' TERM
  while [ -z "$stopping" ]; do
    started_s=$SECONDS
    setsid mpirun "${mpirun_options[@]}" "$worker" --coordinator "$coordinator" --store "$store" \
      --group-size "$group_size" --first-gpu $(((group - 1) * group_size)) "$@" &
    supervise $!
    [ -z "$stopping" ] || break
    case $status in
      0) break ;;
      2 | 4)
        echo "run_groups: group $group was refused (exit $status); not restarted" >&2
        exit "$status"
        ;;
    esac
    if [ $((SECONDS - started_s)) -gt $longest_pause_s ]; then pause_s=1; fi
    echo "run_groups: group $group ended with exit $status; restart in $pause_s s" >&2
    sleep "$pause_s" &
    supervise $!
    pause_s=$((pause_s * 2 < longest_pause_s ? pause_s * 2 : longest_pause_s))
  done
  exit 0
}

supervisors=()
stop_all() {
  stopping=1 interrupted=1
  [ ${#supervisors[@]} -eq 0 ] || kill -TERM "${supervisors[@]}" 2>/dev/null
}
trap stop_all TERM INT HUP

for ((group = 1; group <= groups; ++group)); do
  [ -z "$stopping" ] || break
  keep_group "$group" "$@" &
  supervisors+=($!)
done
# The signal may have come when a supervisor ran already and was not in the list yet.
[ -z "$stopping" ] || stop_all

result=0
for supervisor in "${supervisors[@]}"; do
  wait_for "$supervisor"
  # A supervisor that is asked before it can listen ends by the signal, with nothing started.
  [ "$status" -eq 0 ] || [ -n "$stopping" ] || result=$status
done
exit "$result"
