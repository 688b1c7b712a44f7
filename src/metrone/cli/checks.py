"""What `metrone doctor` looks at on the machine and in the data folder. Changes nothing; a check never raises for trouble."""

import http.client
import json
import shutil
import sqlite3
import stat
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from metrone.cli.finding import Finding, note, ok, wrong
from metrone.config import Config
from metrone.control import secret, state
from metrone.control.engine import FILE_NAME
from metrone.control.errors import ControlError
from metrone.intake.geo import COUNTRY_FILE, Atlas
from metrone.spool.state import read_state
from metrone.store.base import QueryFailed, StoreUnavailable
from metrone.store.lock import is_taken

PYTHON_MIN = (3, 11)
SQLITE_MIN = (3, 38, 0)  # json_each and ->> without a compile option: https://sqlite.org/releaselog/3_38_0.html
FREE_MIN = 1024**3
WAITS_TOO_LONG_SEC = 60.0
CLOCK_SLACK_SEC = 300.0
COUNTRIES_OLD_DAYS = 400
HEALTH_SEC = 5.0
FIRST = "is made at the first start"


def check_versions() -> Iterator[Finding]:
    """Python and SQLite."""
    found = sys.version_info[:3]
    text = ".".join(map(str, found))
    yield ok("Python", text) if found >= PYTHON_MIN else wrong("Python", text, "Install Python 3.11 or newer.")
    sqlite = sqlite3.sqlite_version
    is_new = sqlite3.sqlite_version_info >= SQLITE_MIN
    yield ok("SQLite", sqlite) if is_new else wrong("SQLite", sqlite, "Use a Python built with SQLite 3.38 or newer.")


def check_folder(config: Config) -> Iterator[Finding]:
    """The data folder, its permissions, the room on its disk."""
    root = config.root
    if root.exists():
        mode = stat.S_IMODE(root.stat().st_mode)
        if mode & stat.S_IRWXO:
            yield wrong("data folder", f"{root} is open to every user ({mode:03o})", f"Run: chmod 700 {root}")
        else:
            yield ok("data folder", f"{root} ({mode:03o})")
    else:
        yield ok("data folder", f"{root} {FIRST}")
    there = next(folder for folder in (root.absolute(), *root.absolute().parents) if folder.exists())
    yield judge_disk(shutil.disk_usage(there).free, config.spool_max_mb)


def judge_disk(free: int, spool_max_mb: int) -> Finding:
    """Whether so many free bytes are enough."""
    text = f"{free / 1024**3:.1f} GB free"
    if free < FREE_MIN:
        return wrong("disk", text, "Make room: on a full disk events are refused with WRITE_FAILED.")
    if free < spool_max_mb * 1024**2:
        mend = "Make room, or lower METRONE_SPOOL_MAX_MB, which is what waiting events may take."
        return note("disk", text, mend)
    return ok("disk", text)


def check_secret(config: Config) -> Iterator[Finding]:
    """secret.key: whole, and nobody else's to read."""
    path = config.root / secret.FILE_NAME
    if not path.exists():
        yield ok("secret.key", FIRST)
        return
    try:
        secret.load_secret(config)
    except ControlError as error:
        yield wrong("secret.key", "cannot be used", str(error))
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    fine = ok("secret.key", f"{mode:03o}")
    yield fine if mode == 0o600 else note("secret.key", f"its group may read it ({mode:03o})", f"Run: chmod 600 {path}")


def check_control(config: Config) -> Iterator[Finding]:
    """The control database: reachable, and of the shape that we know."""
    if not state.is_made(config):
        yield ok("control database", FIRST)
        return
    try:
        shape, newest = state.shape(config)
    except ControlError as error:
        yield wrong("control database", "cannot be asked", str(error))
        return
    if shape == newest:
        yield ok("control database", f"at {shape}")
    elif not shape or shape < newest:
        yield note(
            "control database", f"at {shape or 'nothing'}, the newest is {newest}", "The next start brings it there."
        )
    else:
        yield wrong("control database", f"made by a newer Metrone ({shape})", "Run that version, or restore a backup.")


def check_signing(config: Config) -> Iterator[Finding]:
    """The signing secrets of webhooks: whether they can be read. Silent where the database has another shape than ours."""
    try:
        shape, newest = state.shape(config) if state.is_made(config) else ("", "-")
        if shape != newest:
            return
        found = state.sealed(config)
    except ControlError:
        return  # check_control has said so
    for trouble in found.troubles:
        yield wrong("signing secrets", "some cannot be read, and an endpoint with no other refuses everything", trouble)
    if not found.troubles:
        yield ok("signing secrets", f"{found.count} can be read" if found.count else "none is set")
    if found.is_changing:
        yield note("signing secrets", "a change of the key was interrupted", "Run: metrone webhooks rotate-key")


def check_spool(config: Config, now: float) -> Iterator[Finding]:
    """What waits for the store, and what the store will never take."""
    path = config.root / "spool" / "spool.sqlite"
    if not path.exists():
        yield ok("spool", FIRST)
        return
    try:
        found = read_state(path)
    except (sqlite3.Error, OSError) as error:
        yield wrong(
            "spool", f"cannot be read ({error})", f"Check that {path} is ours and whole; restore it from a backup."
        )
        return
    age = max(0.0, now - found.oldest_at) if found.oldest_at else 0.0
    text = f"{found.events:,} events wait, {found.size_bytes / 1024**2:.1f} MB" + (f", {age:.0f} s" if age else "")
    if age > WAITS_TOO_LONG_SEC and is_taken(config.root / "store"):
        yield wrong("spool", text, "The store does not take events; see the server's log and the line of the store.")
    elif age > WAITS_TOO_LONG_SEC:
        yield note("spool", text, "They enter the store at the next start: metrone serve")
    else:
        yield ok("spool", text)
    if found.quarantined:
        text = f"{found.quarantined:,} rows were put aside: {found.last_reason}"
        yield note("spool", text, f"The store will never take them; they are in the table quarantine of {path}.")


def check_store(config: Config) -> Iterator[Finding]:
    """The column store: opens, or the server that has it open is well."""
    folder = config.root / "store"
    if not folder.exists():
        yield ok("store", FIRST)
    elif is_taken(folder):
        yield from ask_server(config)
    else:
        yield _open_store(config, folder)


def _open_store(config: Config, folder: Path) -> Finding:
    from metrone.store.embedded import EmbeddedStore  # takes a second to load, which not every check-up needs

    try:
        store = EmbeddedStore(folder, 1, config.query_timeout, config.query_memory_mb)
        try:
            events = store.query("select count() from events", {}).data[0][0]
        finally:
            store.close()
    except (StoreUnavailable, QueryFailed, OSError) as error:
        return wrong("store", f"cannot be opened ({error})", "Restore it from a backup; the spool keeps what waits.")
    return ok("store", f"opens, {events:,} events")


def ask_server(config: Config) -> Iterator[Finding]:
    """How the running server says it is, on the configured host and port."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(config.host, config.host)  # noqa: S104 - compared, not bound
    where = f"{host}:{config.port}"
    connection = http.client.HTTPConnection(host, config.port, timeout=HEALTH_SEC)
    try:
        connection.request("GET", "/v1/health")
        answer = json.loads(connection.getresponse().read())
        status, parts = answer["status"], [f"{k}: {v['problem']}" for k, v in answer.items() if _fails(v)]
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError, AttributeError) as error:
        text = f"in use by another process, but nobody answers on {where} ({error})"
        yield note("store", text, "Give METRONE_HOST and METRONE_PORT of the running server, or stop that process.")
        return
    finally:
        connection.close()
    if status == "ok":
        yield ok("store", f"in use by the server on {where}, which is well")
    else:
        text = f"the server on {where} is {status}: {'; '.join(parts) or 'background work fails'}"
        yield wrong("store", text, "See the server's log.")


def _fails(part: object) -> bool:
    return isinstance(part, dict) and part.get("state") == "failing"


def check_countries(config: Config, now: float) -> Iterator[Finding]:
    """The files that tell countries and cities."""
    atlas = Atlas(config.geo_country_file or COUNTRY_FILE, config.geo_city_file or None)
    for each in atlas.state:
        built = f"{datetime.fromtimestamp(each.built_at, UTC):%Y-%m-%d}"
        what = f"{each.role} file"
        if not each.is_loaded:
            mend = "Run: make build" if each.path == str(COUNTRY_FILE) else "Correct METRONE_GEO_*_FILE."
            yield wrong(what, f"{each.path}: {each.problem}; places stay empty", mend)
        elif now - each.built_at > COUNTRIES_OLD_DAYS * 86400:
            yield note(what, f"of {built}", "Addresses move; take a newer file.")
        else:
            yield ok(what, f"of {built}")


def check_built() -> Iterator[Finding]:
    """The tracker and the dashboard, which are built into the package."""
    static = files("metrone.web") / "static"
    for what, path in (("tracker", "m.js"), ("dashboard", "app/index.html")):
        yield ok(what, "built") if (static / path).is_file() else wrong(what, "not built", "Run: make build")


def check_clock(config: Config, now: float) -> Iterator[Finding]:
    """Whether time went on since our own files were written: sessions and salts go by the clock."""
    ours = (config.root / name for name in (FILE_NAME, secret.FILE_NAME, "spool/spool.sqlite"))
    newest = max((path.stat().st_mtime for path in ours if path.exists()), default=0.0)
    shown = f"{datetime.fromtimestamp(now, UTC):%Y-%m-%d %H:%M} UTC"
    if now + CLOCK_SLACK_SEC < newest:
        later = f"{datetime.fromtimestamp(newest, UTC):%Y-%m-%d %H:%M}"
        yield wrong("clock", f"{shown}, but our files are of {later}", "Set the clock, and keep it by NTP.")
    else:
        yield ok("clock", shown)
