"""Who has the embedded store's folder: one process at a time. Loads no engine, so commands may ask cheaply."""

import fcntl
from pathlib import Path
from typing import IO

FILE_NAME = "lock"


def take(folder: Path) -> IO[str] | None:
    """The lock on an existing folder, held until the file is closed or the process ends; None when another has it."""
    file = (folder / FILE_NAME).open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def is_taken(folder: Path) -> bool:
    """Whether a running server has the store in this folder open. Raises OSError when the folder cannot be read."""
    if not (folder / FILE_NAME).exists():
        return False
    file = take(folder)
    if file is not None:
        file.close()
    return file is None
