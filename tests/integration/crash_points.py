"""The crash points of the sources (common/base/failpoint.h), as the matrix of crash_points_test.py passes them.

`name@n`: at its n-th visit, where the first is of no interest or that of another cell. A point of store/ is in every
program that writes, so it stands under each of them.
"""
import pathlib
import re

_STORE_WRITES = ("before_temporary", "before_sync", "before_rename", "before_folder_sync")

POINTS = {
    # Passed by pleat-coordinator between its start, the removal of the sweep's files, and all that lies between.
    "coordinator": [
        "coordinator.start.after_lock",
        "coordinator.start.before_tables",
        "coordinator.start.before_replay",
        "coordinator.start.during_replay@3",
        "coordinator.start.snapshot_is_loaded",
        "coordinator.start.after_replay",
        "coordinator.start.before_listen",
        "coordinator.start.before_address",
        "coordinator.commit.before_begin",
        "coordinator.commit.before_begin@7",
        "coordinator.commit.after_begin@2",
        "coordinator.commit.before_end",
        "coordinator.commit.before_end@8",
        "coordinator.commit.after_end",
        "coordinator.commit.after_end@9",
        "coordinator.reply.before",
        "coordinator.reply.before@6",
        "coordinator.turn.before_replies@4",
        "coordinator.effect.before_result",
        "coordinator.effect.before_result@2",
        "coordinator.assign_folds.before_file",
        "coordinator.assign_folds.end",
        "coordinator.suggest_trial.begin",
        "coordinator.select_members.begin",
        "coordinator.select_members.end",
        "coordinator.build_ensemble.begin",
        "coordinator.build_ensemble.before_splits",
        "coordinator.build_ensemble.before_file@3",
        "coordinator.build_ensemble.before_member@2",
        "coordinator.build_ensemble.before_manifest",
        "coordinator.build_ensemble.end",
        "coordinator.collect_garbage.begin",
        "coordinator.collect_garbage.before_removal",
        "coordinator.collect_garbage.end",
        "coordinator.send_ensemble.before_chunk@2",
        "coordinator.remove_files.end",
        "coordinator.snapshot.before_file",
        "coordinator.snapshot.after_file",
        "coordinator.snapshot.before_removal",
        "coordinator.backup.before_page",
        *(f"store.write.{moment}" for moment in _STORE_WRITES),
        *(f"store.write.{moment}@{4 + i}" for i, moment in enumerate(_STORE_WRITES)),
        "store.write.before_sync@24",  # of a member's files
        "store.make_folder.before_sync",
        "store.read.before@2",
        "store.remove.before_entry@9",
    ],
    # Passed by pleat-worker, a group of one rank.
    "worker": [
        "worker.start.store_is_open",
        "worker.register.before",
        "worker.register.after",
        "worker.acquire.after_answer",
        "worker.acquire.after_answer@2",
        "worker.heartbeat.before",
        "worker.heartbeat.after",
        "worker.prepare.data_are_read",
        "worker.prepare.before_dataset@2",
        "worker.train.data_are_read",
        "worker.report_epoch.before",
        "worker.report_epoch.after",
        "worker.checkpoint.after_weights",
        "worker.checkpoint.after_optimizer",
        "worker.checkpoint.complete",
        "worker.checkpoint.before_removal",
        "worker.publish_checkpoint.before",
        "worker.publish_checkpoint.after",
        "worker.resume.state_is_read",
        "worker.fold.before_predictions",
        "worker.fold.after_predictions",
        "worker.fold.complete",
        "worker.complete.before",
        "worker.complete.before@2",
        "worker.complete.after",
        "worker.complete.after@2",
        "worker.predict.weights_are_read",
        "worker.predict.after_file",
        "worker.predict.after_file@2",
        *(f"store.write.{moment}" for moment in _STORE_WRITES),
        *(f"store.write.{moment}@{5 + i}" for i, moment in enumerate(_STORE_WRITES)),
        "store.make_folder.before_sync@2",
        "store.read.before@2",
        "store.remove.before_entry",
    ],
    # Passed by `pleat submit`, `pleat backup` and `pleat pull`.
    "client": [
        "client.submit.before",
        "client.submit.after",
        "client.backup.before_sync",
        "client.backup.before_name",
        "client.backup.after_name",
        "client.pull.before_chunk@3",
        "client.pull.before_file_sync@2",
        "client.pull.before_check",
        "client.pull.before_rename",
        "client.pull.after_rename",
    ],
    # Passed by `pleat run`, which starts the others.
    "run": [
        "client.supervisor.before_start",
        "client.supervisor.after_start",
        "client.supervisor.before_start@2",
        "client.supervisor.after_start@2",
        "client.run.coordinator_began",
        "client.run.before_submit",
        "client.submit.before",
        "client.submit.after",
        "client.run.before_workers",
        "client.run.workers_began",
        "client.run.sweep_ended",
        "client.run.before_stop",
    ],
}

# What must happen first, so that a calm run comes to the point at all.
NEEDS = {
    "coordinator.start.snapshot_is_loaded": "coordinator.snapshot.before_removal=kill",
    "coordinator.start.during_replay@3": "coordinator.commit.after_end@6=kill",
    "worker.resume.state_is_read": "worker.publish_checkpoint.after=kill",
}


def name_of_point(point):
    return point.split("@")[0]


def names_in_sources(source):
    """Every name that a program passes."""
    names = []
    for top in ("common", "coordinator", "worker", "client"):
        for path in sorted((pathlib.Path(source) / top).rglob("*.cc")):
            names += re.findall(r'\bFailPoint\(\s*"([^"]*)"', path.read_text())
    return names
