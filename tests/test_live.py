"""Publish and subscribe: who hears what, and how little is kept."""

import asyncio

from metrone import live as module
from metrone.events.event import Event
from metrone.live import Live
from tests.intake.senders import Way, make_project

NOW_SEC = 0.001


def events(*ids: int, project_no: int = 1, is_test: bool = False) -> list[Event]:
    made = []
    for number in ids:
        row = Way(make_project(project_no)).send()
        row.event_id, row.is_test = number, int(is_test)
        made.append(row)
    return made


def heard(reader: module.Subscription) -> list[int]:
    return [event.event_id for event in asyncio.run(reader.get(NOW_SEC))]


def test_publish_reaches_the_readers_of_the_project_alone() -> None:
    live = Live()
    one, other, foreign = live.subscribe(1, None), live.subscribe(1, None), live.subscribe(2, None)
    live.publish(events(1, 2))
    assert (heard(one), heard(other), heard(foreign)) == ([1, 2], [1, 2], [])
    live.unsubscribe(one)
    live.publish(events(3))
    assert (heard(one), heard(other)) == ([], [3])


def test_publish_shows_no_test_events() -> None:
    live = Live()
    reader = live.subscribe(1, None)
    live.publish(events(1, is_test=True))
    live.publish(events(2))
    assert heard(reader) == [2]
    assert heard(live.subscribe(1, 0)) == [2]


def test_get_wakes_when_something_comes() -> None:
    async def wait() -> list[Event]:
        live = Live()
        reader = live.subscribe(1, None)
        asyncio.get_running_loop().call_soon(live.publish, events(7))
        return await reader.get(30)

    assert [event.event_id for event in asyncio.run(wait())] == [7]


def test_subscribe_resumes_after_an_event_in_the_order_of_arrival() -> None:
    live = Live()
    live.subscribe(1, None)
    live.publish(events(10, 12))
    live.publish(events(11))  # taken before 12, on disk after it
    assert heard(live.subscribe(1, 10)) == [12, 11]
    assert heard(live.subscribe(1, 12)) == [11]
    assert heard(live.subscribe(1, 11)) == []
    assert heard(live.subscribe(1, 9)) == [10, 12, 11]
    assert heard(live.subscribe(1, None)) == []
    assert heard(live.subscribe(2, 1)) == []


def test_memory_is_of_projects_that_were_read_and_bounded() -> None:
    live = Live()
    live.publish(events(1))
    assert heard(live.subscribe(1, 0)) == []  # nobody was there to resume
    for project_no in range(2, 2 + 3 * module.PROJECTS_REMEMBERED):
        live.unsubscribe(live.subscribe(project_no, None))
    assert len(live._memory) == module.PROJECTS_REMEMBERED
    live.publish(events(2))
    assert heard(live.subscribe(1, 0)) == [2]  # a project that is read now is never forgotten
    live.publish(events(*range(3, 10 + module.REMEMBERED)))
    assert len(live._memory[1]) == module.REMEMBERED


def test_slow_reader_loses_the_oldest_and_is_told_how_many() -> None:
    live = Live()
    reader = live.subscribe(1, None)
    (row,) = events(1)
    for _ in range(module.WAITING_MAX // 1000 + 1):
        live.publish([row] * 1000)
    assert reader.lost == 1000
    assert len(asyncio.run(reader.get(NOW_SEC))) == module.WAITING_MAX
