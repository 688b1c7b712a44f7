"""The spool's log: groups of rows, appended to a file and synced, found again after a crash. Knows no keys and no books.

Places in the log are bytes from its very beginning and never come back. A file is named by the place where it begins, so
what the store has can be let go by deleting whole files. Several processes may append (`metrone demo` beside a server);
each takes the lock for a group.
"""

import fcntl
import os
import struct
import time
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

FILE_BYTES = 64 * 1024 * 1024  # a file that is longer is followed by a new one
EMPTIED_BYTES = 1024 * 1024  # one that holds only what the store has is let go from this length on
LOCK_SEC = 10.0
# A folder's time moves in steps of the kernel's clock (4 ms at 250 Hz): within them a second change cannot be told.
_TICK_NS = 20_000_000
_HEAD = struct.Struct("<4sIIIId")
_MARK = b"MtG1"


@dataclass(frozen=True, slots=True)
class Head:
    """Where one group lies (`at` to `end`), the bytes of its parts, its events, and when it was written."""

    at: int
    note_bytes: int
    rows_bytes: int
    events: int
    written_at: float
    checksum: int

    @property
    def size_bytes(self) -> int:
        """What it takes on disk."""
        return _HEAD.size + self.note_bytes + self.rows_bytes

    @property
    def end(self) -> int:
        """The place behind it."""
        return self.at + self.size_bytes


class Log:
    """The files in one folder. `append` belongs to one thread; reading is free to others. OSError where the disk fails."""

    def __init__(self, folder: Path, start: int) -> None:
        """Open it; what a crash left unfinished behind `start`, a place between two groups, is cut off."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder
        self._lock_file = open(os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600), "rb")  # noqa: SIM115 - closed by close
        self._files: dict[int, int] = {}  # descriptors by where each file begins
        self._starts: list[int] = []
        self._listed_ns = 0
        self.end = start
        with self.lock():
            self._list()
            if not self._starts:
                self._begin_file(start)
            self.end = max(start, self._starts[0])
            if self.end > self._size_end():
                self._begin_file(self.end)
            for head in self.heads(self.end):
                if not self._is_whole(head):
                    break
                self.end = head.end
            self._cut()

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other processes from appending. Raises OSError when one of them holds on for ten seconds."""
        until = time.monotonic() + LOCK_SEC
        while True:
            try:
                fcntl.flock(self._lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise OSError("the log is locked by another process") from None
                time.sleep(0.001)
        try:
            yield
        finally:
            fcntl.flock(self._lock_file, fcntl.LOCK_UN)

    def catch_up(self) -> list[Head]:
        """The groups that other processes have appended since our last look; under the lock."""
        self._look()
        if self._size_end() == self.end:
            return []
        found = [head for head in self.heads(self.end) if self._is_whole(head)]
        self.end = found[-1].end if found else self.end
        self._cut()
        return found

    def append(self, note: bytes, rows: list[bytes], written_at: float) -> Head:
        """Write a group behind the others and sync it. Under the lock, caught up. All or nothing."""
        start = self._starts[-1]
        if self.end - start > FILE_BYTES:
            start = self._begin_file(self.end)
        body = b"\n".join(rows)
        sizes = len(note), len(body), len(rows), written_at
        checksum = zlib.crc32(body, zlib.crc32(note, _seed(*sizes)))
        group = b"".join((_HEAD.pack(_MARK, checksum, *sizes), note, body))
        file = self._files[start]
        try:
            _write(file, group, self.end - start)
        except OSError:
            with suppress(OSError):
                os.ftruncate(file, self.end - start)
            raise
        try:
            os.fdatasync(file)
        except OSError:
            # Nobody knows what is on disk now, and a second sync would say yes to nothing
            # (https://wiki.postgresql.org/wiki/Fsync_Errors): what comes next goes into a new file.
            with suppress(OSError):
                os.ftruncate(file, self.end - start)
                self._begin_file(self.end)
            raise
        head = Head(self.end, *sizes, checksum)
        self.end = head.end
        return head

    def heads(self, first: int, last: int | None = None) -> Iterator[Head]:
        """The groups from one place on, as far as they look like groups; those that begin before `last`."""
        return walk(self._read, max(first, self._starts[0]), last)

    def note(self, head: Head) -> bytes:
        """What a group says beside its rows."""
        return self._read(head.at + _HEAD.size, head.note_bytes)

    def rows(self, head: Head) -> bytes:
        """The rows of a group, a line each."""
        return self._read(head.end - head.rows_bytes, head.rows_bytes)

    def forget(self, before: int) -> None:
        """Let go of the files that hold nothing behind this place. Belongs to the thread that appends."""
        with self.lock():
            self._look()
            # What another process has appended since our last look lies behind our end: then the file is not empty.
            is_empty = before == self.end == self._size_end()
            if is_empty and self.end - self._starts[-1] > EMPTIED_BYTES:
                self._begin_file(self.end)
            while len(self._starts) > 1 and self._starts[1] <= before:
                start = self._starts.pop(0)
                os.close(self._files.pop(start))
                self._path(start).unlink(missing_ok=True)
            self._listed_ns = os.stat(self._folder).st_mtime_ns

    def turn_page(self) -> None:
        """Go on in a new file, unless the last one is empty. Under the lock, caught up."""
        if self.end > self._starts[-1]:
            self._begin_file(self.end)

    def close(self) -> None:
        """Let go of the files. Idempotent."""
        for file in self._files.values():
            os.close(file)
        self._files.clear()
        self._lock_file.close()

    def _look(self) -> None:
        """List the files anew where others may have begun or deleted some; under the lock."""
        changed_ns = os.stat(self._folder).st_mtime_ns
        if changed_ns != self._listed_ns or time.time_ns() - changed_ns < _TICK_NS:
            self._list()

    def _list(self) -> None:
        """Open the files that others have begun, let go of those that they have deleted."""
        self._listed_ns = os.stat(self._folder).st_mtime_ns
        starts = list(files_of(self._folder))
        for start in set(self._files) - set(starts):
            os.close(self._files.pop(start))
        for start in starts:
            if start not in self._files:
                self._files[start] = os.open(self._path(start), os.O_RDWR)
        self._starts = starts

    def _begin_file(self, start: int) -> int:
        file = os.open(self._path(start), os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        if start in self._files:
            os.close(self._files[start])
        else:
            self._starts.append(start)
        self._files[start] = file
        self._listed_ns = os.stat(self._folder).st_mtime_ns
        return start

    def _cut(self) -> None:
        """Cut off what a process that ended while writing has left: nobody was told that it is kept."""
        os.ftruncate(self._files[self._starts[-1]], self.end - self._starts[-1])

    def _path(self, start: int) -> Path:
        return self._folder / f"{start:020}.log"

    def _size_end(self) -> int:
        """Where the last file ends."""
        start = self._starts[-1]
        return start + os.fstat(self._files[start]).st_size

    def _read(self, at: int, size: int) -> bytes:
        index = bisect_right(self._starts, at) - 1
        if index < 0:
            return b""
        start = self._starts[index]
        return os.pread(self._files[start], size, at - start)

    def _is_whole(self, head: Head) -> bool:
        seed = _seed(head.note_bytes, head.rows_bytes, head.events, head.written_at)
        note, rows = self.note(head), self.rows(head)
        return len(rows) == head.rows_bytes and zlib.crc32(rows, zlib.crc32(note, seed)) == head.checksum


def walk(read: Callable[[int, int], bytes], first: int, last: int | None = None) -> Iterator[Head]:
    """The groups in what `read(place, bytes)` gives, from one place on; see Log.heads."""
    at = first
    while last is None or at < last:
        raw = read(at, _HEAD.size)
        if len(raw) < _HEAD.size or not raw.startswith(_MARK):
            return
        _, checksum, note_bytes, rows_bytes, events, written_at = _HEAD.unpack(raw)
        head = Head(at, note_bytes, rows_bytes, events, written_at, checksum)
        yield head
        at = head.end


def files_of(folder: Path) -> dict[int, Path]:
    """The files of a log by the place where each begins, in order."""
    return {int(path.stem): path for path in sorted(folder.glob("*.log"))}


def _seed(note_bytes: int, rows_bytes: int, events: int, written_at: float) -> int:
    """The checksum begins with the head's own numbers."""
    return zlib.crc32(_HEAD.pack(_MARK, 0, note_bytes, rows_bytes, events, written_at))


def _write(file: int, data: bytes, at: int) -> None:
    written = os.pwrite(file, data, at)
    while written < len(data):  # a disk that is nearly full, or a signal
        written += os.pwrite(file, data[written:], at + written)
