#!/usr/bin/env bash
# From a fresh clone to an ensemble: installs what is missing, builds Pleat, and runs configs/quickstart.yaml.
# Arguments go to `pleat run`: launch/quickstart.sh --workers 4. Standard output is its alone, so that --json is JSON.
set -euo pipefail
cd "$(dirname "$0")/.."

launch/setup.sh >&2

if [ ! -e build/release/build.ninja ]; then
  log=$(cmake --preset release 2>&1) || {
    echo "$log" >&2
    exit 1
  }
fi
echo "quickstart: building Pleat (many minutes the first time, seconds later)" >&2
cmake --build build/release -j "$(launch/build_jobs.sh)" --target pleat pleat-coordinator pleat-worker >&2

bin=build/release/bin
echo "quickstart: $bin/pleat run configs/quickstart.yaml $*" >&2
status=0
"$bin/pleat" run configs/quickstart.yaml "$@" || status=$?
if [ "$status" -ne 0 ] && [ "$status" -ne 5 ]; then
  exit "$status"
fi

cat >&2 <<END

Next, try

  $bin/pleat validate configs/quickstart.yaml             what the sweep says, checked
  $bin/pleat run configs/quickstart.yaml --dir more \\
      --set training.epochs=32                            the same sweep, trained longer
  $bin/pleat schema > sweep.schema.json                   every key, for your editor
  less launch/README.md                                   coordinator, mpirun workers, submit, watch, pull
END
exit "$status"
