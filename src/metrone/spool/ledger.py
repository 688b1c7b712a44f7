"""The spool's SQLite file: what outlives the log. Keys of a day, texts kept by name, books, the load under way, rows put
aside, and how far the log was taken in and loaded. A function runs inside its caller's transaction.
"""

import json
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from metrone.spool.base import Beside, Erase, Misfit, Plan, Seen

_SCHEMA = """
create table if not exists meta (name text primary key, value text not null) without rowid;
create table if not exists marks (
    only_one integer primary key check (only_one = 1), absorbed integer not null, settled integer not null
);
insert into marks values (1, 0, 0) on conflict do nothing;
create table if not exists seen (
    id integer primary key autoincrement, key text not null unique, digest text not null,
    event_id integer not null, request_id text not null, used_at real not null
);
create table if not exists kept (name text primary key, text text not null, kept_at real not null) without rowid;
create table if not exists plan (
    only_one integer primary key check (only_one = 1), first integer, last integer, token text
);
create table if not exists books (
    project_no integer, month text, outcome text, events integer not null, primary key (project_no, month, outcome)
) without rowid;
create table if not exists quarantine (
    id integer primary key, put_at real not null, project_no integer not null, reason text not null, body blob not null
);
"""


class Note(msgspec.Struct, array_like=True):
    """What a group of the log says beside its rows. `counts` are its events by project; `books` are project_no, outcome,
    events. `seen` are the keys that it used, a text each as `key_text` makes them. `beside` are rows of other tables, `kept`
    texts by name.
    """

    month: str
    counts: list[tuple[int, int]]
    books: list[tuple[int, str, int]]
    seen: list[str]
    beside: list[Beside] = []
    kept: list[tuple[str, str]] = []


encode_note = msgspec.json.Encoder().encode
decode_note = msgspec.json.Decoder(Note).decode


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a plan: when, in which month, how many events by project and outcome, and the rows put aside."""

    at: float
    month: str
    counts: Counter[tuple[int, str]]
    bad: list[Misfit]


def key_text(key: str, digest: str, event_id: int, used_at: float, request_id: str) -> str:
    """A used key as one text: key (20 characters), digest (20), event id (19 digits), epoch seconds (10), request id.

    Taking it apart by place is three times as fast in SQLite as by JSON (measured: 2 µs a key).
    """
    return f"{key}{digest:20}{event_id:019}{int(used_at):010}{request_id}"


def seen_in(text: str, since: float) -> Seen | None:
    """The use that such a text tells of, unless it was before `since`."""
    if int(text[59:69]) < since:
        return None
    return Seen(int(text[40:59]), text[69:], text[20:40].rstrip())


def connect(path: Path) -> sqlite3.Connection:
    """An open connection; a commit returns after fdatasync. May be used from any one thread at a time."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600, exist_ok=True)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    connection.execute("pragma cache_size = -16000")
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing of what is done inside."""
    connection.execute("begin immediate")
    try:
        yield
        connection.execute("commit")
    except BaseException:
        if connection.in_transaction:
            connection.execute("rollback")
        raise


def create(connection: sqlite3.Connection, identity: str) -> str:
    """Make the tables that are missing. Gives the spool's own identity, which stays what it first was."""
    connection.executescript(_SCHEMA)
    if "kept_at" not in {row[1] for row in connection.execute("pragma table_info(kept)")}:
        # Of a version that kept them for ever: their time begins now.
        connection.execute("alter table kept add column kept_at real not null default 0")
        connection.execute("update kept set kept_at = ?", (time.time(),))
    connection.execute("create index if not exists kept_by_age on kept (kept_at)")
    connection.execute("insert into meta values ('identity', ?) on conflict do nothing", (identity,))
    kept: str = connection.execute("select value from meta where name = 'identity'").fetchone()[0]
    return kept


def marks(connection: sqlite3.Connection) -> tuple[int, int]:
    """How far the log was taken in here, and how far the store has it: places between two groups."""
    absorbed, settled = connection.execute("select absorbed, settled from marks").fetchone()
    return absorbed, settled


def absorb(connection: sqlite3.Connection, groups: list[tuple[float, Note]], last: int) -> None:
    """Take in what the groups of the log up to `last` say, each with its time: keys, texts, what they add to the books."""
    notes = [note for _, note in groups]
    texts = [text for note in notes for text in note.seen]
    connection.execute(
        "insert or replace into seen (key, digest, event_id, request_id, used_at) select substr(value, 1, 20), "
        "rtrim(substr(value, 21, 20)), cast(substr(value, 41, 19) as integer), substr(value, 70), "
        "cast(substr(value, 60, 10) as integer) from json_each(?)",
        (msgspec.json.encode(texts).decode(),),
    )
    kept = [(name, text, at) for at, note in groups for name, text in note.kept]
    connection.executemany("insert or replace into kept values (?, ?, ?)", kept)
    sums: dict[str, Counter[tuple[int, str]]] = {}
    for note in notes:
        sums.setdefault(note.month, Counter()).update({(no, outcome): events for no, outcome, events in note.books})
    for month, counts in sums.items():
        add_to_books(connection, month, counts)
    connection.execute("update marks set absorbed = ?", (last,))


def find_seen(connection: sqlite3.Connection, keys: list[str], since: float) -> dict[str, Seen]:
    """Those of `keys` that were used since the given time."""
    rows = connection.execute(
        "select s.key, s.event_id, s.request_id, s.digest from json_each(?) j join seen s on s.key = j.value "
        "where s.used_at >= ?",
        (json.dumps(keys), since),
    )
    return {key: Seen(event_id, request_id, digest) for key, event_id, request_id, digest in rows.fetchall()}


def find_kept(connection: sqlite3.Connection, name: str) -> str | None:
    """The text that was last kept under the name."""
    row = connection.execute("select text from kept where name = ?", (name,)).fetchone()
    return str(row[0]) if row else None


def forget_seen(connection: sqlite3.Connection, before: float, limit: int) -> int:
    """Drop at most `limit` keys last used before the given time, oldest first; how many went."""
    return connection.execute(
        "delete from seen where id in (select id from seen order by id limit ?) and used_at < ?", (limit, before)
    ).rowcount


def forget_kept(connection: sqlite3.Connection, before: float, limit: int) -> int:
    """Drop at most `limit` texts that were last kept before the given time, oldest first; how many went."""
    return connection.execute(
        "delete from kept where name in (select name from kept where kept_at < ? order by kept_at limit ?)",
        (before, limit),
    ).rowcount


def erase(connection: sqlite3.Connection, wanted: Erase) -> None:
    """Drop a project's texts, and its rows that were put aside. Its keys are digests that go within a day."""
    connection.executemany(
        "delete from kept where name glob ? and kept_at < ?", [(name, wanted.before) for name in wanted.names]
    )
    connection.execute(
        "delete from quarantine where project_no = ? and (? or put_at < ?)",
        (wanted.project_no, wanted.is_all, wanted.before),
    )


def add_to_books(connection: sqlite3.Connection, month: str, counts: Mapping[tuple[int, str], int]) -> None:
    """Raise the counters by (project, outcome)."""
    connection.executemany(
        "insert into books values (?, ?, ?, ?) on conflict do update set events = events + excluded.events",
        [(project_no, month, outcome, events) for (project_no, outcome), events in counts.items()],
    )


def read_books(connection: sqlite3.Connection) -> list[tuple[int, str, str, int]]:
    """Every counter: project_no, month, outcome, events."""
    return connection.execute("select project_no, month, outcome, events from books").fetchall()


def read_plan(connection: sqlite3.Connection) -> Plan | None:
    """The load under way."""
    row = connection.execute("select first, last, token from plan").fetchone()
    return Plan(*row) if row else None


def write_plan(connection: sqlite3.Connection, plan: Plan) -> None:
    """Write down what is about to be loaded."""
    connection.execute("insert into plan values (1, ?, ?, ?)", (plan.first, plan.last, plan.token))


def settle(connection: sqlite3.Connection, plan: Plan, settled: Settled) -> None:
    """The store has a plan's rows but the bad ones: say so in the books, keep those aside, and go on behind it."""
    connection.executemany(
        "insert into quarantine (put_at, project_no, reason, body) values (?, ?, ?, ?)",
        [(settled.at, misfit.project_no, misfit.reason, misfit.row) for misfit in settled.bad],
    )
    add_to_books(connection, settled.month, settled.counts)
    connection.execute("update marks set settled = ?", (plan.last,))
    connection.execute("delete from plan")
