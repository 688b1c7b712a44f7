"""The column store in this process: ClickHouse through chDB. One process a data folder; the engine locks it.

A connection answers one query at a time, so loading has its own and reads share a few, all made on first use.
"""

import os
import queue
import re
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from metrone.events.beside import BESIDE
from metrone.store import lock
from metrone.store.base import Param, QueryFailed, Rows, StoreRejected, StoreUnavailable
from metrone.store.erasing import ERASED
from metrone.store.migrate import DATABASE, pending

# chDB imports these at once if they are there, for data frames that we never ask for: 50 MB resident (measured).
for _unused in ("pyarrow", "pandas", "numpy"):
    sys.modules.setdefault(_unused, None)  # type: ignore[arg-type]
import chdb  # noqa: E402

for _unused in ("pyarrow", "pandas", "numpy"):
    if sys.modules.get(_unused, chdb) is None:
        del sys.modules[_unused]  # whoever else wants them may have them

NICENESS = 10  # of the engine's threads (measured: decision 5)
_CODE = re.compile(r"Code: (\d+)\.")
# Parse and type errors of ClickHouse (src/Common/ErrorCodes.cpp): these rows will never be taken.
_REJECTED = {6, 26, 32, 27, 38, 41, 53, 69, 70, 72, 117, 130, 131, 321, 349, 407}

# Every insert, the first included: without the second setting a repeated block is dropped from the table but not from
# the materialized views. One thread and one block, so that the same rows are cut into the same blocks on a retry.
_LOAD = (
    "insert_deduplicate = 1, deduplicate_blocks_in_dependent_materialized_views = 1, max_insert_threads = 1, "
    "max_threads = 1, input_format_parallel_parsing = 0, max_insert_block_size = 1048576, fsync_metadata = 1, "
    "optimize_on_insert = 1, input_format_null_as_default = 1, "
    "input_format_json_compact_allow_variable_number_of_columns = 1"
)


class _Answer(msgspec.Struct):
    meta: list[dict[str, str]]
    data: list[list[object]]


class EmbeddedStore:
    """chDB over one folder. `slots` reads at a time; a read over its time or memory limit raises QueryFailed."""

    def __init__(self, folder: Path, slots: int, timeout_sec: int, memory_mb: int) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock_file = lock.take(folder)
        if lock_file is None:
            raise StoreUnavailable(f"{folder} is open in another process. Stop that one, or choose another --data-dir.")
        self._lock_file = lock_file
        self._folder = folder
        self._load_lock = threading.Lock()
        self._writer = self._connect("")
        self._readers: queue.SimpleQueue[Any] = queue.SimpleQueue()
        # merge_tree_min_…: pieces small enough for both cores to end together (measured: 34 against 62 ms, of a column in ZSTD).
        # compile_…: machine code for a question is made when it is asked for the third time, which then takes 0.2 s longer, and is
        # 5 % faster from then on (measured); the first question of a process is 0.06 s faster without.
        limits = (
            f"set max_execution_time = {timeout_sec}, max_memory_usage = {memory_mb * 1024 * 1024}, "
            "max_result_rows = 100000, result_overflow_mode = 'throw', output_format_json_quote_64bit_integers = 0, "
            "output_format_json_quote_decimals = 0, date_time_output_format = 'iso', join_use_nulls = 0, "
            "max_query_size = 1048576, merge_tree_min_rows_for_concurrent_read = 16384, "
            "merge_tree_min_bytes_for_concurrent_read = 262144, compile_expressions = 0, "
            "compile_aggregate_expressions = 0, compile_sort_description = 0, readonly = 2"
        )
        self._limits = limits
        for _ in range(slots):
            self._readers.put(None)

    def _connect(self, setup: str) -> Any:
        try:
            connection = chdb.connect(str(self._folder / "clickhouse"))
            connection.query(f"create database if not exists {DATABASE}")
            connection.query(f"use {DATABASE}")
            if setup:
                connection.query(setup)
        except chdb.ChdbError as error:
            raise StoreUnavailable(str(error)) from error
        _step_engine_back()
        return connection

    def migrate(self) -> None:
        """Apply the migrations that this folder has not seen. Raises StoreUnavailable."""
        with self._load_lock:
            self._run("create table if not exists migrations (name String, at DateTime default now()) "
                      "engine = MergeTree order by name")  # fmt: skip
            done = {str(row[0]) for row in self._ask(self._writer, "select name from migrations", {}).data}
            for name, statements in pending(done):
                for statement in statements:
                    self._run(statement)
                self._run(f"insert into migrations (name) values ('{name}')")  # noqa: S608 - a file name of ours
        _step_engine_back()  # it starts some more of its own with its first tables

    def load(self, rows: bytes, token: str) -> None:
        """See Store.load. The token is ours, never a caller's, and has only [A-Za-z0-9:-]."""
        self._insert("events", rows, token)

    def load_beside(self, table: str, rows: bytes, token: str) -> None:
        """See Store.load_beside."""
        self._insert(f"{table} ({', '.join(BESIDE[table])})", rows, token)

    def _insert(self, into: str, rows: bytes, token: str) -> None:
        head = (
            f"insert into {into} settings {_LOAD}, insert_deduplication_token = '{token}' format JSONCompactEachRow\n"
        )
        _leave_core()
        with self._load_lock:
            self._run(head.encode() + rows)

    def erase(self, project_no: int, before: datetime | None = None) -> None:
        """See Store.erase. Rows go from the disk, not only from the answers: mutations rewrite the parts that hold them."""
        _leave_core()
        with self._load_lock:
            if before is not None and self._holds(ERASED["interactions"].rows(project_no, before), "interactions"):
                self._run("optimize table interactions final")
            for name, table in ERASED.items():
                if self._holds(condition := table.rows(project_no, before), name):
                    self._run(f"alter table {name} delete where {condition} settings mutations_sync = 1")

    def _holds(self, condition: str, table: str) -> bool:
        sql = f"select 1 from {table} where {condition} limit 1"  # noqa: S608 - numbers and words of ours
        try:
            return bool(self._ask(self._writer, sql, {}).data)
        except QueryFailed as error:
            raise StoreUnavailable(str(error)) from error

    def query(self, sql: str, params: Mapping[str, Param]) -> Rows:
        """See Store.query."""
        _leave_core()
        with self._reader() as connection:
            return self._ask(connection, sql, {name: bind(value) for name, value in params.items()})

    def close(self) -> None:
        """Close every connection and release the folder."""
        with self._load_lock:
            while not self._readers.empty():
                reader = self._readers.get()
                if reader is not None:
                    reader.close()
            self._writer.close()
            self._lock_file.close()

    @contextmanager
    def _reader(self) -> Iterator[Any]:
        connection = self._readers.get()
        try:
            if connection is None:
                connection = self._connect(self._limits)
            yield connection
        except QueryFailed:
            # What the engine had written of a failed answer stays in its connection and comes out before the next
            # answer, which may be another project's (seen with a result over its limit of rows).
            connection.close()
            connection = None
            raise
        finally:
            self._readers.put(connection)

    def _ask(self, connection: Any, sql: str, params: dict[str, str]) -> Rows:
        try:
            raw = connection.query(sql, "JSONCompact", params=params).bytes()
        except chdb.ChdbError as error:
            raise QueryFailed(_sentence(error)) from error
        answer = msgspec.json.decode(raw, type=_Answer) if raw else _Answer([], [])
        return Rows([column["name"] for column in answer.meta], answer.data)

    def _run(self, statement: str | bytes) -> None:
        try:
            self._writer.query(statement)
        except chdb.ChdbError as error:
            code = _CODE.search(str(error))
            kind = StoreRejected if code and int(code[1]) in _REJECTED else StoreUnavailable
            raise kind(_sentence(error)) from error


_ALL_CORES = os.sched_getaffinity(0) if sys.platform == "linux" else set()
_moved = threading.local()


def _leave_core() -> None:
    """Let this thread, unless it is the main one, run on any core from now on, whichever the one that started it is bound to.
    Its priority stays as it is: it holds the interpreter at times, and must not wait for a core then. Linux only.
    """
    if sys.platform == "linux" and not getattr(_moved, "is_done", False):
        _moved.is_done = True
        if threading.current_thread() is not threading.main_thread():
            os.sched_setaffinity(threading.get_native_id(), _ALL_CORES)


def _step_engine_back() -> None:
    """Let whoever takes events go first: every thread that Python did not make runs at a lower priority, and so all that those
    make later. They do not inherit it from who asks. Linux only.
    """
    if sys.platform != "linux":
        return
    # In this order: a thread of Python's that starts meanwhile is not listed, or is known once it has its number.
    found = [int(name) for name in os.listdir("/proc/self/task")]
    while None in (ours := {thread.native_id for thread in threading.enumerate()}):
        time.sleep(0.001)
    for thread_id in set(found) - ours:
        with suppress(ProcessLookupError):
            if os.getpriority(os.PRIO_PROCESS, thread_id) < NICENESS:
                os.setpriority(os.PRIO_PROCESS, thread_id, NICENESS)


def bind(value: Param) -> str:
    """A parameter as the text that ClickHouse parses for its declared type: the TSV-escaped form for strings.

    chDB substitutes the text as it stands, so arrays are written here with each element quoted.
    """
    if isinstance(value, list):
        return "[" + ",".join(f"'{_escape(item)}'" if isinstance(item, str) else str(item) for item in value) + "]"
    return _escape(value) if isinstance(value, str) else str(value)


_ESCAPES = str.maketrans({"\\": "\\\\", "'": "\\'", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": "\\0", "\b": "\\b"})


def _escape(text: str) -> str:
    return text.translate(_ESCAPES)


def _sentence(error: Exception) -> str:
    # The engine's text repeats the query and its values: keep the code and the reason, not the data.
    text = str(error)
    code = _CODE.search(text)
    name = re.search(r"\(([A-Z_]{4,})\)\s*$", text.strip())
    return f"engine error {code[1] if code else '?'} {name[1] if name else ''}".strip()
