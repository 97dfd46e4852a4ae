#!/usr/bin/env bash
# Keeps worker groups of one node alive: one mpirun per group, restarted when it ends with an error, after
# 1 s, then 2, 4, … 60 s. One mpirun each, because mpirun ends all its ranks when one of them dies.
# SIGTERM or Ctrl-C stops all groups: they save checkpoints, release their leases and leave. Ends when every
# group has left on its own accord.
#
#   launch/mpirun/run_groups.sh --coordinator HOST:PORT --store DIR [--groups N] [--group-size N]
#                               [-- further arguments of pleat-worker]
set -uo pipefail

usage() {
  sed -n 's/^#   //p' "$0" >&2
  echo "run_groups: $1" >&2
  exit 2
}

coordinator= store= groups=1 group_size=1
while [ $# -gt 0 ]; do
  case $1 in
    --) shift; break ;;
    --coordinator | --store | --groups | --group-size)
      [ $# -ge 2 ] || usage "$1 needs a value"
      name=${1#--}
      printf -v "${name//-/_}" %s "$2"
      shift 2
      ;;
    *) usage "unknown argument $1" ;;
  esac
done
[ -n "$coordinator" ] || usage "--coordinator is missing"
[ -n "$store" ] || usage "--store is missing"
for count in "$groups" "$group_size"; do
  [[ $count =~ ^[1-9][0-9]*$ ]] || usage "'$count' is not a positive number"
done

worker=${PLEAT_WORKER:-$(dirname "$0")/../../build/release/bin/pleat-worker}
[ -x "$worker" ] || usage "no program at $worker: build it, or set PLEAT_WORKER to where it lies"
command -v mpirun >/dev/null || usage "mpirun is missing: install openmpi-bin"

# OpenMP threads that spin on shared cores slow every step down.
export OMP_WAIT_POLICY=passive
if [ "$(id -u)" -eq 0 ]; then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
# Left to itself mpirun kills its ranks one second after SIGTERM, before their checkpoints are safe; and it
# would bind the ranks of every group to the same first cores.
mpirun_options=(--mca odls_base_sigkill_timeout 10 --bind-to none --oversubscribe -n "$group_size")

longest_pause_s=60

# Asks a child to end. mpirun that is asked itself waits for its whole kill timeout and then fails; when its ranks
# are asked, it ends with them.
ask_to_end() {
  local ranks
  ranks=$(cat "/proc/$1/task/$1/children" 2>/dev/null)
  # shellcheck disable=SC2086
  kill -TERM ${ranks:-$1} 2>/dev/null
}

# The body of one group's supervisor.
keep_group() {
  local group=$1 pause_s=1 child= stopping= status
  shift
  trap 'stopping=1; [ -z "$child" ] || ask_to_end "$child"' TERM
  while [ -z "$stopping" ]; do
    local started_s=$SECONDS
    mpirun "${mpirun_options[@]}" "$worker" --coordinator "$coordinator" --store "$store" \
      --group-size "$group_size" "$@" &
    child=$!
    wait "$child"
    status=$?
    while kill -0 "$child" 2>/dev/null; do  # a signal ended the wait, not the child
      wait "$child"
      status=$?
    done
    child=
    [ -z "$stopping" ] || return 0
    case $status in
      0) return 0 ;;
      2 | 4)
        echo "run_groups: group $group was refused (exit $status); not restarted" >&2
        return "$status"
        ;;
    esac
    if [ $((SECONDS - started_s)) -gt $longest_pause_s ]; then pause_s=1; fi
    echo "run_groups: group $group ended with exit $status; restart in $pause_s s" >&2
    sleep "$pause_s" &
    child=$!
    wait "$child"
    child=
    pause_s=$((pause_s * 2 < longest_pause_s ? pause_s * 2 : longest_pause_s))
  done
}

supervisors=()
for ((group = 1; group <= groups; ++group)); do
  keep_group "$group" "$@" &
  supervisors+=($!)
done

stop_all() { kill -TERM "${supervisors[@]}" 2>/dev/null; }
trap stop_all TERM INT

result=0
for supervisor in "${supervisors[@]}"; do
  wait "$supervisor"
  status=$?
  while kill -0 "$supervisor" 2>/dev/null; do
    wait "$supervisor"
    status=$?
  done
  [ "$status" -eq 0 ] || result=$status
done
exit "$result"
