"""Private files of the data folder: made once, whole, and readable by their owner alone. No database here."""

import os
from pathlib import Path

from metrone.control.errors import Unavailable

FOLDER_MODE = 0o700
FILE_MODE = 0o600


def make_folder(folder: Path) -> None:
    """Make the folder with mode 700 where it is missing; one that exists keeps its mode. Raises Unavailable."""
    try:
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(
            f"The folder {folder} cannot be made ({error.strerror}); choose another with --data-dir."
        ) from error


def publish(draft: Path, target: Path) -> bool:
    """Give the finished file `draft` the name `target`, unless that name is taken; the draft's name is gone afterwards.

    A hard link appears whole or not at all and never replaces, so two processes that start at once agree on one file
    (link(2)). True when our draft won; the name is on disk then.
    """
    try:
        os.link(draft, target)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    sync_folder(target.parent)
    return True


def replace(source: Path, target: Path) -> None:
    """Give `source` the name `target`, over the file that had it (rename(2): whole, at once); on disk afterwards."""
    source.replace(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Names that were given or taken in the folder outlive a loss of power (fsync(2), NOTES)."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_draft(target: Path, content: bytes, suffix: str) -> Path:
    """A new file of mode 600 beside `target` that holds `content`, on disk before this returns. Gives its path."""
    draft = target.with_name(f".{target.name}.{suffix}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return draft
