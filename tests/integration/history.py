"""What clients were told, and whether it can all be true.

Each call of a client is one Call: what it asked, when it began and ended (seconds of one clock), and what it was told.
`outcome` is "ok" (acknowledged), "refused" (an error that is an answer), or "unknown" (nobody answered).
"""
import dataclasses


@dataclasses.dataclass
class Call:
    kind: str  # submit, limit, cancel or read
    sweep: str
    begin: float
    end: float
    outcome: str
    state: str = ""  # of a read: the sweep's state, empty if there is no such sweep
    changes: int = 0  # of a read: how often a limit of the sweep was changed


def contradictions(calls):
    """In words; empty if the history is one that a coordinator which keeps its word can have."""
    return [text for sweep in sorted({call.sweep for call in calls})
            for text in _of_sweep(sweep, [call for call in calls if call.sweep == sweep])]


def _of_sweep(sweep, calls):
    found = []
    reads = sorted((call for call in calls if call.kind == "read" and call.outcome == "ok"), key=lambda call: call.begin)
    for read in reads:
        before = [call for call in calls if call.end < read.begin and call.outcome == "ok"]
        begun = [call for call in calls if call.begin < read.end and call.outcome != "refused"]

        def told(kind, of):
            return sum(call.kind == kind for call in of)

        if not read.state and told("submit", before):
            found.append(f"{sweep}: its submission was acknowledged, and at {read.begin:.3f} it was not there")
        if read.state and not told("submit", begun):
            found.append(f"{sweep}: nobody had submitted it, and at {read.begin:.3f} it was there")
        if read.state and read.state != "CANCELLED" and told("cancel", before):
            found.append(f"{sweep}: it was cancelled, and at {read.begin:.3f} it was {read.state}")
        if read.state == "CANCELLED" and not told("cancel", begun):
            found.append(f"{sweep}: nobody had cancelled it, and at {read.begin:.3f} it was")
        if read.state and not told("limit", before) <= read.changes <= told("limit", begun):
            found.append(f"{sweep}: {told('limit', before)} changes were acknowledged and {told('limit', begun)} "
                         f"asked for, and at {read.begin:.3f} it had {read.changes}")
    for earlier, later in zip(reads, reads[1:]):
        if earlier.end < later.begin and earlier.state not in ("", "RUNNING", later.state):
            found.append(f"{sweep}: it was {earlier.state}, and at {later.begin:.3f} {later.state}")
        if earlier.end < later.begin and later.changes < earlier.changes:
            found.append(f"{sweep}: it had {earlier.changes} changes, and at {later.begin:.3f} {later.changes}")
    return found
