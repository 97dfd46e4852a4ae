"""An ensemble's files, streamed into a folder that is complete or absent."""
import hashlib
import os
import pathlib
import shutil
import tempfile

from pleat.errors import DamagedFile


def save_ensemble(chunks, manifest_sha256, folder):
    """Writes the chunks of GetEnsemble below `folder`, which must be absent or empty; returns its path."""
    folder = pathlib.Path(folder).absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"{folder} exists and is not empty: choose another folder, or move it away")
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = pathlib.Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        digests = _write(chunks, partial)
        if digests.get("manifest.json") != manifest_sha256:
            raise DamagedFile("the manifest arrived damaged; pull again")
        os.chmod(partial, 0o755)
        if folder.exists():
            folder.rmdir()
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return folder


def _write(chunks, folder):
    """SHA-256 of each file by its path; all are checked."""
    digests, written = {}, {}
    for chunk in chunks:
        path = pathlib.PurePosixPath(chunk.path)
        if path.is_absolute() or ".." in path.parts or not path.parts:
            raise DamagedFile(f"'{chunk.path}' is no path inside an ensemble")
        if chunk.offset != written.get(chunk.path, 0):
            raise DamagedFile(f"{chunk.path} arrived with a gap at byte {written.get(chunk.path, 0)}; pull again")
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(target, "ab") as file:
            file.write(chunk.data)
        written[chunk.path] = chunk.offset + len(chunk.data)
        if written[chunk.path] == chunk.size:
            digests[chunk.path] = hashlib.sha256(target.read_bytes()).hexdigest()
            if digests[chunk.path] != chunk.sha256:
                raise DamagedFile(f"{chunk.path} arrived damaged; pull again")
    for path, size in written.items():
        if path not in digests:
            raise DamagedFile(f"{path} ended after {size} bytes; pull again")
    return digests
