"""A coordinator, reached over gRPC."""
import dataclasses
import itertools
import os
import pathlib
import time
import uuid

import grpc

from pleat.contract import Stub, enum_name, message
from pleat.ensemble import save_ensemble
from pleat.errors import PleatError
from pleat.values import assignments, parameters_of, search_spec

AWAY = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED}
CHANNEL = [("grpc.enable_http_proxy", 0), ("grpc.max_receive_message_length", -1),
           ("grpc.keepalive_time_ms", 20_000), ("grpc.keepalive_timeout_ms", 10_000),
           ("grpc.http2.max_pings_without_data", 0), ("grpc.initial_reconnect_backoff_ms", 50),
           ("grpc.max_reconnect_backoff_ms", 500), ("grpc.min_reconnect_backoff_ms", 1_000)]
REMOVE_TIMEOUT_S = 120


@dataclasses.dataclass
class AskedTrial:
    """A trial of a study: its number, the value of each parameter, and why this point."""
    number: int
    parameters: dict
    reason: str


class Client:
    """Calls one coordinator. Calls are tried again for `patience` seconds while it does not answer, with the same
    request id, so that nothing happens twice. What it refuses is a PleatError. Threads may share a client.

    `address`: "host:port"; otherwise PLEAT_COORDINATOR, or 127.0.0.1:7070.
    """

    def __init__(self, address=None, patience=30.0):
        self.address = address or os.environ.get("PLEAT_COORDINATOR", "127.0.0.1:7070")
        self.patience = patience
        self._channel = grpc.insecure_channel(self.address, CHANNEL)
        self._sweeps = Stub(self._channel, "SweepService")
        self._studies = Stub(self._channel, "SearchService")
        self._session = uuid.uuid4().hex
        self._numbers = itertools.count(1)

    def close(self):
        self._channel.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # ------------------------------------------------------------------------------------- sweeps

    def submit(self, file, overrides=()):
        """Submits a sweep's YAML file, with overrides such as "training.epochs=3"; returns the sweep's name. The same
        sweep again is no error. Relative paths in it start from its folder."""
        file = pathlib.Path(file)
        return self.submit_text(file.read_text(encoding="utf-8"), file.absolute().parent, str(file), overrides)

    def submit_text(self, source, folder=".", file="sweep.yaml", overrides=()):
        """The same of a text. `file`: its name in messages."""
        resolved = self._call(self._sweeps.Resolve, message("ResolveRequest")(
            source=source, file=file, folder=str(pathlib.Path(folder).absolute()), overrides=overrides))
        return self._change(self._sweeps.Submit, "SubmitRequest", source=source, spec=resolved.spec).name

    def get(self, name):
        """The whole state of a sweep: a GetResponse of proto/coordinator.proto."""
        return self._call(self._sweeps.Get, message("GetRequest")(name=name))

    def list(self):
        """All sweeps, newest first: SweepSummary messages."""
        return list(self._call(self._sweeps.List, message("ListRequest")()).sweeps)

    def trials(self, name):
        """The trials of a sweep as plain dicts: number, state, score (the mean over its folds), standard_error, folds
        that are done, and the value of each parameter by its path."""
        return [self._describe(trial) for trial in self.get(name).trials]

    def watch(self, name, from_sequence=0):
        """Yields the sweep's events, JournalRecord messages of proto/journal.proto, from a sequence number on, and
        then live until it has ended. Goes on after a lost connection without missing any. Progress inside epochs is
        not among them."""
        deadline = None
        while True:
            stream = self._sweeps.Watch(message("WatchRequest")(name=name, from_sequence=from_sequence))
            try:
                for response in stream:
                    deadline = None
                    if response.WhichOneof("event") != "record":
                        continue
                    from_sequence = response.record.sequence + 1
                    yield response.record
                return
            except grpc.RpcError as error:
                deadline = deadline or time.monotonic() + self.patience
                self._raise_unless_away(error, deadline)
                time.sleep(0.25)
            finally:
                stream.cancel()

    def add_trial(self, name, parameters):
        """Gives a trial, {path: value}, to a sweep with `search.method: external`; returns its number."""
        return self._change(self._sweeps.AddTrial, "AddTrialRequest", name=name,
                            parameters=assignments(parameters)).trial

    def finish_search(self, name):
        """Says that no more trials come; returns how many there are."""
        return self._change(self._sweeps.FinishSearch, "FinishSearchRequest", name=name).trials

    def cancel(self, name, trial=None):
        """Cancels a sweep, or one of its trials."""
        self._change(self._sweeps.Cancel, "CancelRequest", name=name, trial=trial)

    def extend(self, name, trials=0, repeats=0):
        """Adds trials, or repeats of the cross-validation, to a sweep; one that has ended goes on and makes its next
        ensemble. Returns how many it has then."""
        extended = self._change(self._sweeps.Extend, "ExtendRequest", name=name, trials=trials, repeats=repeats)
        return extended.repeats if repeats else extended.trials

    def retry(self, name, trial, fold=None, fresh=False):
        """Trains a fold again that a trial lacks, or all of them, from their last checkpoints or afresh; returns their
        numbers."""
        return list(self._change(self._sweeps.Retry, "RetryRequest", name=name, trial=trial, fold=fold,
                                 fresh=fresh).folds)

    def change_limits(self, name, *limits):
        """Changes limits of a sweep, each as "search.max_trials=12"."""
        self._change(self._sweeps.ChangeLimits, "ChangeLimitsRequest", name=name, limits=limits)

    def remove(self, name):
        """Removes an ended sweep with its files."""
        self._change(self._sweeps.Remove, "RemoveRequest", REMOVE_TIMEOUT_S, name=name)

    def pull(self, name, folder):
        """Copies the sweep's ensemble into a new folder, every file checked by its SHA-256; returns its path."""
        sweep = self.get(name)
        if not sweep.HasField("ensemble"):
            raise PleatError(grpc.StatusCode.FAILED_PRECONDITION, f"sweep '{name}' has no ensemble yet")
        try:
            chunks = self._sweeps.GetEnsemble(message("GetEnsembleRequest")(name=name))
            return save_ensemble(chunks, sweep.ensemble.manifest.sha256, folder)
        except grpc.RpcError as error:
            raise self._error(error) from None

    # ------------------------------------------------------------------------------------ studies

    def create_study(self, name, parameters, method="tpe", goal="minimize", max_trials=1000, seed=0):
        """Creates a study, whose trials Pleat suggests and the caller evaluates. The same study again is no error.

        `parameters`: {name: distribution} as under search.parameters in a sweep: {"lr": {"log_uniform": {"min": 1e-4,
        "max": 0.1}}, "kind": {"values": ["a", "b"]}, "momentum": {"uniform": {…}, "when": {"kind": "b"}}}.
        `method`: "tpe", "gp", "random", "sobol" or "grid", or with settings: {"tpe": {"startup_trials": 20}}."""
        self._change(self._studies.CreateStudy, "CreateStudyRequest", name=name,
                     search=search_spec(parameters, method, goal, max_trials, seed))

    def ask(self, study):
        """The next trial, an AskedTrial; None if all have been suggested."""
        asked = self._change(self._studies.Ask, "AskRequest", study=study)
        if not asked.HasField("trial"):
            return None
        return AskedTrial(asked.trial, parameters_of(asked.parameters), asked.reason)

    def report(self, study, trial, step, value):
        """Keeps a value inside a running trial."""
        self._change(self._studies.Report, "ReportRequest", study=study, trial=trial, step=step, value=value)

    def tell(self, study, trial, value=None, failure=""):
        """Ends a trial with its value, or as failed if there is none. A value that is no number counts as a failure;
        returns whether it counts."""
        outcome = {"failure": failure} if value is None else {"value": value}
        return not self._change(self._studies.Tell, "TellRequest", study=study, trial=trial, **outcome).failed

    def get_study(self, name):
        """The whole state of a study: a GetStudyResponse of proto/study.proto."""
        return self._call(self._studies.GetStudy, message("GetStudyRequest")(name=name))

    def studies(self):
        """All studies by name: StudySummary messages."""
        return list(self._call(self._studies.ListStudies, message("ListStudiesRequest")()).studies)

    def remove_study(self, name):
        """Removes a study."""
        self._change(self._studies.RemoveStudy, "RemoveStudyRequest", name=name)

    # -------------------------------------------------------------------------------------- calls

    def _change(self, rpc, request, timeout=0, **fields):
        request_id = f"{self._session}/{next(self._numbers)}"
        return self._call(rpc, message(request)(request_id=request_id, **fields), timeout)

    def _call(self, rpc, request, timeout=0):
        deadline = time.monotonic() + self.patience
        while True:
            try:
                return rpc(request, timeout=max(self.patience, timeout))
            except grpc.RpcError as error:
                self._raise_unless_away(error, deadline)
                time.sleep(0.25)

    def _raise_unless_away(self, error, deadline):
        if error.code() not in AWAY or time.monotonic() >= deadline:
            raise self._error(error) from None

    def _error(self, error):
        if error.code() == grpc.StatusCode.UNIMPLEMENTED:
            return PleatError(error.code(), f"what answers at {self.address} is no pleat-coordinator of this version")
        if error.code() in AWAY:
            return PleatError(error.code(), f"no coordinator answers at {self.address}: {error.details()}")
        return PleatError(error.code(), error.details())

    @staticmethod
    def _describe(trial):
        states = [enum_name("FoldState", fold.state).removeprefix("FOLD_STATE_").lower() for fold in trial.folds]
        finished = trial.HasField("finished")
        state = "cancelled" if trial.HasField("cancelled") else "running"
        if finished:
            state = "finished" if trial.finished.folds else "failed"
        scored = finished and len(trial.finished.folds) > 0
        return {"trial": trial.trial, "state": state, "score": trial.finished.mean if scored else None,
                "standard_error": trial.finished.standard_error if scored else None,
                "folds_done": states.count("done"), **parameters_of(trial.parameters)}
