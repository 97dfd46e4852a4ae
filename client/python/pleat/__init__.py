"""Pleat from Python: submit sweeps, watch them, give them trials, ask for suggestions. See Client."""
from pleat.client import AskedTrial, Client
from pleat.errors import DamagedFile, PleatError

__all__ = ["AskedTrial", "Client", "DamagedFile", "PleatError"]
