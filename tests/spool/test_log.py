"""The log keeps whole groups in order, whatever ends a writer, and lets files go when their rows are stored."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from metrone.spool import log as log_module
from metrone.spool.log import Log

START = 1_000  # the ledger's mark: places go on from where an earlier log ended


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def log(folder: Path) -> Iterator[Log]:
    with closing(Log(folder, START)) as made:
        yield made


def write(log: Log, *texts: str) -> None:
    """A group of these rows."""
    with log.lock():
        log.catch_up()
        log.append(b"note " + texts[0].encode(), [text.encode() for text in texts], 7.5)


def read(log: Log, first: int = START) -> list[bytes]:
    """The rows of every group."""
    return [log.rows(head) for head in log.heads(first, log.end)]


def newest(folder: Path) -> Path:
    return max(folder.glob("*.log"))


def test_append_keeps_groups_in_order_when_opened_again(log: Log, folder: Path) -> None:
    write(log, "a", "b")
    write(log, "c")
    heads = list(log.heads(START, log.end))
    assert [(head.events, head.written_at, log.note(head)) for head in heads] == [
        (2, 7.5, b"note a"),
        (1, 7.5, b"note c"),
    ]
    with closing(Log(folder, START)) as again:
        assert read(again) == [b"a\nb", b"c"]
        assert again.end == log.end == heads[-1].end


def cut_short(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 1)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def pad(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"\0" * 100)


@pytest.mark.parametrize(
    ("damage", "left"), [(cut_short, [b"a"]), (flip, [b"a"]), (pad, [b"a", b"b"])], ids=["cut short", "a bit", "zeros"]
)
def test_open_cuts_off_what_a_crash_left_unfinished(
    folder: Path, damage: Callable[[Path], None], left: list[bytes]
) -> None:
    with closing(Log(folder, START)) as log:
        write(log, "a")
        write(log, "b")
    damage(newest(folder))
    with closing(Log(folder, START)) as log:
        assert read(log) == left
        write(log, "next")
        assert read(log) == [*left, b"next"]
    with closing(Log(folder, START)) as log:
        assert read(log) == [*left, b"next"]


def test_catch_up_finds_what_another_writer_appended_and_skips_what_it_left_unfinished(log: Log, folder: Path) -> None:
    with closing(Log(folder, START)) as other:
        write(other, "theirs")
    cut = newest(folder)
    with cut.open("ab") as file:
        file.write(b"MtG1 and then it died")
    write(log, "ours")
    assert read(log) == [b"theirs", b"ours"]
    with closing(Log(folder, START)) as again:
        assert read(again) == [b"theirs", b"ours"]


def test_forget_lets_go_of_whole_files_and_no_other(log: Log, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_module, "FILE_BYTES", 200)
    with closing(Log(folder, START)) as other:
        for number in range(6):
            write(log, f"{number}" * 60)
        assert len(list(folder.glob("*.log"))) == 3
        heads = list(log.heads(START, log.end))
        log.forget(heads[2].end)
        assert len(list(folder.glob("*.log"))) == 2
        assert read(log, heads[2].end) == [f"{number}".encode() * 60 for number in (3, 4, 5)]
        write(other, "theirs")  # it notices which files are gone and which are new
    assert read(log, heads[4].end)[0] == b"5" * 60
    with log.lock():
        assert len(log.catch_up()) == 1


def test_writers_notice_each_others_files_when_the_folders_time_has_not_moved(
    log: Log, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_module, "FILE_BYTES", 1)
    with closing(Log(folder, START)) as other:
        write(log, "a")
        write(log, "b")
        listed_at = folder.stat().st_mtime_ns
        write(other, "c")
        os.utime(folder, ns=(listed_at, listed_at))  # as if it all had been one tick of the kernel's clock
        write(log, "d")
    with closing(Log(folder, START)) as again:
        assert read(again) == [b"a", b"b", b"c", b"d"]


def test_forget_begins_a_new_file_when_a_long_one_is_all_stored(
    log: Log, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_module, "EMPTIED_BYTES", 100)
    write(log, "x" * 200)
    log.forget(log.end)
    assert [path.stat().st_size for path in folder.glob("*.log")] == [0]
    end = log.end
    write(log, "y")
    with closing(Log(folder, end)) as again:
        assert read(again, end) == [b"y"]


@pytest.mark.parametrize("broken", ["pwrite", "fdatasync"])
def test_append_leaves_nothing_behind_when_the_disk_fails(
    log: Log, folder: Path, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(log, "a")

    def fail(*arguments: object) -> int:
        if broken == "fdatasync":
            raise OSError(errno.EIO, "input/output error")
        file, data, at = arguments
        original(file, data[: len(data) // 2], at)  # type: ignore[arg-type, index]
        raise OSError(errno.ENOSPC, "no space left on device")

    original = os.pwrite
    monkeypatch.setattr(os, broken, fail)
    with pytest.raises(OSError, match=r"space|input"):
        write(log, "lost")
    monkeypatch.undo()
    write(log, "b")
    assert read(log) == [b"a", b"b"]
    with closing(Log(folder, START)) as again:
        assert read(again) == [b"a", b"b"]


def test_files_are_the_owners_alone(log: Log, folder: Path) -> None:
    assert folder.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())


@pytest.mark.parametrize("file_bytes", [10**9, 1], ids=["into the same file", "into a file of its own"])
def test_forget_keeps_what_another_writer_appended_since_our_last_look(
    log: Log, folder: Path, monkeypatch: pytest.MonkeyPatch, file_bytes: int
) -> None:
    monkeypatch.setattr(log_module, "EMPTIED_BYTES", 100)
    with closing(Log(folder, START)) as other:
        write(log, "x" * 200)
        monkeypatch.setattr(log_module, "FILE_BYTES", file_bytes)
        write(other, "theirs")
        monkeypatch.setattr(log_module, "FILE_BYTES", 10**9)
        log.forget(log.end)  # all that we know of is stored
        write(log, "ours")
        assert read(log)[-2:] == [b"theirs", b"ours"]
    with closing(Log(folder, START)) as again:
        assert read(again)[-2:] == [b"theirs", b"ours"]
