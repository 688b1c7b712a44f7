"""The spool's SQLite file: its tables and every statement over them. A function runs inside its caller's transaction.

A commit group is one statement, an insert into the view `inbox` whose trigger fills the tables: sqlite3 gives the GIL away
at every step, and a busy event loop gives it back late (measured at 64 connections: 3.6 ms a group of eight statements,
of which SQLite itself took 0.4 ms).
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import msgspec

from metrone.spool.base import Misfit, Plan, Seen

_SCHEMA = """
create table if not exists meta (name text primary key, value text not null) without rowid;
create table if not exists segments (
    id integer primary key autoincrement, written_at real not null, events integer not null,
    counts text not null, body blob not null
);
create table if not exists seen (
    id integer primary key autoincrement, key text not null unique, digest text not null,
    event_id integer not null, request_id text not null, used_at real not null
);
create table if not exists plan (
    only_one integer primary key check (only_one = 1), first integer, last integer, token text
);
create table if not exists books (
    project_no integer, month text, outcome text, events integer not null, primary key (project_no, month, outcome)
) without rowid;
create table if not exists quarantine (
    id integer primary key, put_at real not null, project_no integer not null, reason text not null, body blob not null
);
create view if not exists inbox as select null as note, null as body where false;
create trigger if not exists take_in instead of insert on inbox begin
    insert or replace into seen (key, digest, event_id, request_id, used_at)
    select substr(value, 1, 20), substr(value, 21, 20), cast(substr(value, 41, 19) as integer), substr(value, 60),
        new.note ->> '$.now'
    from json_each(new.note, '$.seen');
    insert into segments (written_at, events, counts, body)
    select new.note ->> '$.now', new.note ->> '$.events', new.note ->> '$.counts', new.body where new.body is not null;
    insert into books select value ->> 0, new.note ->> '$.month', value ->> 1, value ->> 2
    from json_each(new.note, '$.books') where true
    on conflict do update set events = events + excluded.events;
end;
"""


class Note(msgspec.Struct):
    """What a commit group says beside its rows. `counts` are the events by project, `books` project_no, outcome, events.

    `seen` is a text each: key (20 characters), digest (20), event id (19 digits), request id. Taking it apart by place is
    three times as fast as by JSON (measured: 2 µs a key).
    """

    now: float
    month: str
    events: int
    counts: list[tuple[int, int]]
    seen: list[str]
    books: list[tuple[int, str, int]]


_ENCODE = msgspec.json.Encoder().encode


def connect(path: Path) -> sqlite3.Connection:
    """An open connection; a commit returns after fdatasync. May be used from any one thread at a time."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600, exist_ok=True)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    connection.execute("pragma wal_autocheckpoint = 0")  # see checkpoint: a commit shall not wait for one
    connection.execute("pragma cache_size = -16000")
    return connection


def checkpoint(connection: sqlite3.Connection) -> None:
    """Move what the write-ahead log holds into the file, as far as nobody is in the way. Writers go on meanwhile."""
    connection.execute("pragma wal_checkpoint(passive)").fetchall()


def log_size(path: Path) -> int:
    """Bytes of the write-ahead log, which begins anew at the first write after a checkpoint that caught up with it."""
    log = path.with_name(f"{path.name}-wal")
    return log.stat().st_size if log.exists() else 0


def create(connection: sqlite3.Connection, identity: str) -> str:
    """Make the tables that are missing. Gives the spool's own identity, which stays what it first was."""
    connection.executescript(_SCHEMA)
    connection.execute("insert into meta values ('identity', ?) on conflict do nothing", (identity,))
    kept: str = connection.execute("select value from meta where name = 'identity'").fetchone()[0]
    return kept


def find_seen(connection: sqlite3.Connection, keys: list[str], since: float) -> dict[str, Seen]:
    """Those of `keys` that were used since the given time."""
    rows = connection.execute(
        "select s.key, s.event_id, s.request_id, s.digest from json_each(?) j join seen s on s.key = j.value "
        "where s.used_at >= ?",
        (json.dumps(keys), since),
    )
    return {key: Seen(event_id, request_id, digest) for key, event_id, request_id, digest in rows.fetchall()}


def forget_seen(connection: sqlite3.Connection, before: float, limit: int) -> int:
    """Drop at most `limit` keys last used before the given time, oldest first; how many went."""
    return connection.execute(
        "delete from seen where id in (select id from seen order by id limit ?) and used_at < ?", (limit, before)
    ).rowcount


def take_in(connection: sqlite3.Connection, note: Note, rows: list[bytes]) -> None:
    """Write a commit group and sync it: its rows, keys and counters, all or nothing."""
    connection.execute(
        "insert into inbox (note, body) values (?, ?)", (_ENCODE(note).decode(), b"\n".join(rows) if rows else None)
    )


def add_to_books(connection: sqlite3.Connection, month: str, counts: Mapping[tuple[int, str], int]) -> None:
    """Raise the counters by (project, outcome)."""
    connection.executemany(
        "insert into books values (?, ?, ?, ?) on conflict do update set events = events + excluded.events",
        [(project_no, month, outcome, events) for (project_no, outcome), events in counts.items()],
    )


def read_books(connection: sqlite3.Connection) -> list[tuple[int, str, str, int]]:
    """Every counter: (project_no, month, outcome, events)."""
    return connection.execute("select project_no, month, outcome, events from books").fetchall()


def choose_plan(connection: sqlite3.Connection, identity: str, max_bytes: int) -> Plan | None:
    """The load under way, or a new one of the oldest segments up to `max_bytes` (at least one); None when empty."""
    row = connection.execute("select first, last, token from plan").fetchone()
    if row:
        return Plan(*row)
    first = last = total = 0
    for number, size in connection.execute("select id, length(body) from segments order by id"):
        if first and total + size > max_bytes:
            break
        first, last, total = first or number, number, total + size
    if not first:
        return None
    plan = Plan(first, last, f"{identity}:{first}-{last}")
    connection.execute("insert into plan values (1, ?, ?, ?)", (plan.first, plan.last, plan.token))
    return plan


def read_segments(connection: sqlite3.Connection, plan: Plan) -> list[bytes]:
    """The rows of a plan, a segment each."""
    rows = connection.execute("select body from segments where id between ? and ? order by id", (plan.first, plan.last))
    return [body for (body,) in rows]


def settle(connection: sqlite3.Connection, plan: Plan, bad: list[Misfit], now: float, month: str) -> Counter[int]:
    """The store has the plan's rows but the `bad` ones: let them go, and say so in the books. Events by project."""
    stored: Counter[int] = Counter()
    for (text,) in connection.execute("select counts from segments where id between ? and ?", (plan.first, plan.last)):
        stored.update(dict(json.loads(text)))
    connection.execute("delete from segments where id between ? and ?", (plan.first, plan.last))
    connection.execute("delete from plan")
    connection.executemany(
        "insert into quarantine (put_at, project_no, reason, body) values (?, ?, ?, ?)",
        [(now, misfit.project_no, misfit.reason, misfit.row) for misfit in bad],
    )
    unstorable = Counter(misfit.project_no for misfit in bad)
    stored.subtract(unstorable)
    counts = {(project_no, "stored"): events for project_no, events in stored.items()}
    counts |= {(project_no, "unstorable"): events for project_no, events in unstorable.items()}
    add_to_books(connection, month, counts)
    return stored


def oldest(connection: sqlite3.Connection) -> float | None:
    """When the oldest of what waits was written."""
    row = connection.execute("select written_at from segments order by id limit 1").fetchone()
    return row[0] if row else None


def version(connection: sqlite3.Connection) -> int:
    """A number that differs from the last one when another connection has committed since.

    https://sqlite.org/pragma.html#pragma_data_version
    """
    number: int = connection.execute("pragma data_version").fetchone()[0]
    return number


def measure(connection: sqlite3.Connection) -> tuple[int, int, float | None]:
    """What waits: events, bytes and the time of the oldest."""
    row = connection.execute(
        "select coalesce(sum(events), 0), coalesce(sum(length(body)), 0), min(written_at) from segments"
    )
    events, size, oldest = row.fetchone()
    return events, size, oldest
