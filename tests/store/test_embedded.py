"""The embedded store: a token's rows are there once, refusals are told apart, and what a caller sends is data."""

import os
import threading
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrone.store import embedded
from metrone.store.base import QueryFailed, StoreRejected, StoreUnavailable
from metrone.store.embedded import NICENESS, EmbeddedStore
from tests.embedded import fresh_project, open_store
from tests.intake.senders import NOON, Way, make_project


def rows_of(number: int, *offsets: float) -> bytes:
    way = Way(make_project(number))
    return b"\n".join(msgspec.json.encode(way.send(timestamp=(NOON - offset) * 1000)) for offset in offsets)


def counts(number: int) -> tuple[object, ...]:
    found = open_store().query(
        "select (select count() from events where project_no = {n:UInt32}), "
        "(select sum(events) from hourly where project_no = {n:UInt32})",
        {"n": number},
    )
    return tuple(found.data[0])


def test_load_adds_nothing_when_the_token_comes_again_on_any_table() -> None:
    number, month = fresh_project(), 25 * 86_400
    rows = rows_of(number, 0, 60, month)  # two months: two partitions, two parts
    for _ in range(3):
        open_store().load(rows, f"again-{number}")
    assert counts(number) == (3, 3)
    open_store().load(rows, f"another-{number}")
    assert counts(number) == (6, 6)


@pytest.mark.parametrize("bad", [b'["one"]', b"nonsense", b"[1,", b'{"a": 1}'])
def test_load_takes_all_or_nothing_when_one_row_is_bad(bad: bytes) -> None:
    number = fresh_project()
    good = rows_of(number, 0, 60)
    with pytest.raises(StoreRejected):
        open_store().load(good + b"\n" + bad, f"bad-{number}")
    assert counts(number) == (0, 0)
    open_store().load(good, f"good-{number}")
    assert counts(number) == (2, 2)


@settings(max_examples=60, deadline=None)
@given(st.text(), st.lists(st.text(), max_size=4))
def test_query_gives_back_any_text_that_was_bound(text: str, texts: list[str]) -> None:
    answer = open_store().query("select {a:String} as a, {b:Array(String)} as b", {"a": text, "b": texts})
    assert answer.dicts() == [{"a": text, "b": texts}]


def test_query_cannot_write_and_has_limits() -> None:
    number = fresh_project()
    open_store().load(rows_of(number, 0), f"read-only-{number}")
    for statement in (
        "alter table events delete where 1",
        "insert into migrations (name) values ('x')",
        "drop table events",
        "select number from numbers(1000000)",
    ):
        with pytest.raises(QueryFailed) as caught:
            open_store().query(statement, {})
        assert statement not in str(caught.value)  # a query holds what a caller sent
    assert counts(number) == (1, 1)


def test_query_gives_nothing_of_an_answer_that_failed_before_it() -> None:
    """A failed answer may be half written: it must not come out before the next one, which may be another project's."""
    for _ in range(4):  # each connection fails at least once
        with pytest.raises(QueryFailed):
            open_store().query("select number from numbers(1000000)", {})
        for _ in range(4):
            assert open_store().query("select 7 as seven", {}).dicts() == [{"seven": 7}]


def test_engine_steps_back_when_it_loads_and_reads() -> None:
    store, number = open_store(), fresh_project()
    store.load(rows_of(number, 0), f"nice-{number}")
    asked = threading.Thread(
        target=store.query, args=("select count(), uniqExact(number) from numbers_mt(3000000)", {})
    )
    asked.start()
    seen, asking = set(), set()
    while asked.is_alive():
        seen |= engine_priorities()
        with suppress(ProcessLookupError):
            asking.add(os.getpriority(os.PRIO_PROCESS, asked.native_id or -1))
    asked.join()
    assert NICENESS in seen
    assert not seen & set(range(NICENESS))
    assert asking == {0}  # it holds the interpreter at times, and must not wait for a core then


def test_no_thread_of_python_steps_back_with_the_engine_while_it_starts() -> None:
    seen: list[int] = []
    stepped = threading.Condition()
    steps = 0

    def note() -> None:
        with stepped:
            until = steps + 2  # the next to end may have begun before this thread did
            stepped.wait_for(lambda: steps >= until, 10)
        seen.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    def start_many() -> None:
        for _ in range(60):
            begun = [threading.Thread(target=note) for _ in range(20)]
            for thread in begun:
                thread.start()
            for thread in begun:
                thread.join()

    starting = threading.Thread(target=start_many)
    starting.start()
    while starting.is_alive():
        embedded._step_engine_back()
        with stepped:
            steps += 1
            stepped.notify_all()
    assert seen == [0] * 1200


def engine_priorities() -> set[int]:
    """The priorities of this process's threads that Python did not make."""
    ours = {thread.native_id for thread in threading.enumerate()}
    found = set()
    for name in os.listdir("/proc/self/task"):
        with suppress(ProcessLookupError):
            found |= {os.getpriority(os.PRIO_PROCESS, int(name))} if int(name) not in ours else set()
    return found


def test_migrate_changes_nothing_when_it_was_done() -> None:
    before = open_store().query("select name, at from migrations order by name", {}).data
    open_store().migrate()
    assert open_store().query("select name, at from migrations order by name", {}).data == before
    assert len(before) >= 1


def test_open_says_what_to_do_when_another_process_has_the_folder() -> None:
    with pytest.raises(StoreUnavailable, match="--data-dir"):
        EmbeddedStore(Path(open_store()._folder), slots=1, timeout_sec=1, memory_mb=100)


@pytest.mark.parametrize(
    "broken",
    [
        "select number, repeat('secret', 20) from numbers(1000000)",  # over the most rows
        "select throwIf(number = 90000), repeat('secret', 3) from numbers(99000) settings max_block_size = 1000",
    ],
)
def test_query_answers_with_its_own_rows_alone_after_one_broke_off(broken: str) -> None:
    for _ in range(3):  # every slot
        with pytest.raises(QueryFailed):
            open_store().query(broken, {})
        assert open_store().query("select 1 as x", {}).data == [[1]]
