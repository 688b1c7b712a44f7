"""The one embedded store of a test process: the engine allows a single folder in each, so every room shares this one."""

import atexit
import shutil
import tempfile
from functools import lru_cache
from itertools import count
from pathlib import Path

from metrone.store.embedded import EmbeddedStore

_PROJECTS = count(100_000)


@lru_cache(maxsize=1)
def open_store() -> EmbeddedStore:
    """A migrated store in a temporary folder that goes when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="metrone-store-"))
    store = EmbeddedStore(folder, slots=2, timeout_sec=30, memory_mb=1000)
    store.migrate()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(store.close)
    return store


def fresh_project() -> int:
    """The number of a project that nobody in this process has used."""
    return next(_PROJECTS)
