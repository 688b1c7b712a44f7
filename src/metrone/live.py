"""Publish and subscribe for what happens now: events just accepted, by project, with a short memory to resume from."""

import asyncio
from collections import deque
from collections.abc import Iterable

from metrone.events.event import Event

REMEMBERED = 1_000  # events a project, for Last-Event-ID
PROJECTS_REMEMBERED = 200  # of those that had a reader: an event may take 20 KB, and nobody else can resume
WAITING_MAX = 2_000  # events a slow reader may lag behind before the oldest are let go


class Subscription:
    """One reader's queue. `lost` counts events that it was too slow for."""

    def __init__(self, project_no: int) -> None:
        self.project_no = project_no
        self.lost = 0
        self._events: deque[Event] = deque()
        self._ready = asyncio.Event()

    def put(self, events: Iterable[Event]) -> None:
        """Add events; the oldest go when the reader is too far behind."""
        self._events.extend(events)
        while len(self._events) > WAITING_MAX:
            self._events.popleft()
            self.lost += 1
        self._ready.set()

    async def get(self, timeout_sec: float) -> list[Event]:
        """What has come since the last call, at once or as soon as there is some; [] after `timeout_sec`."""
        if not self._events:
            self._ready.clear()
            try:
                await asyncio.wait_for(self._ready.wait(), timeout_sec)
            except TimeoutError:
                return []
        taken = list(self._events)
        self._events.clear()
        return taken


class Live:
    """All subscriptions of this process. Use from the event loop only."""

    def __init__(self) -> None:
        self._readers: dict[int, set[Subscription]] = {}
        self._memory: dict[int, deque[Event]] = {}

    def publish(self, events: list[Event]) -> None:
        """Hand events of one project to its readers. Costs nothing where there never was one; test events are not shown."""
        memory = self._memory.get(events[0].project_no) if events else None
        if memory is None:
            return
        shown = [event for event in events if not event.is_test]
        memory.extend(shown)
        for reader in self._readers.get(events[0].project_no, ()):
            reader.put(shown)

    def newest(self, project_no: int) -> Event | None:
        """The last event that a project with a reader got; None where there is none, or never was a reader."""
        memory = self._memory.get(project_no)
        return memory[-1] if memory else None

    def subscribe(self, project_no: int, after_event_id: int | None) -> Subscription:
        """A new reader; with `after_event_id` it first gets what is remembered since that event."""
        reader = Subscription(project_no)
        memory = self._remember(project_no)
        if after_event_id is not None:
            reader.put(_since(memory, after_event_id))
        self._readers.setdefault(project_no, set()).add(reader)
        return reader

    def unsubscribe(self, reader: Subscription) -> None:
        """The reader has gone."""
        readers = self._readers.get(reader.project_no, set())
        readers.discard(reader)
        if not readers:
            self._readers.pop(reader.project_no, None)

    def forget(self, project_no: int) -> None:
        """What is remembered of the project was erased; whoever reads it now goes on with what comes."""
        if memory := self._memory.get(project_no):
            memory.clear()

    def _remember(self, project_no: int) -> deque[Event]:
        """The memory of a project that is read now; the one that was read the longest ago makes room for it."""
        memory = self._memory.pop(project_no, None)
        while memory is None and len(self._memory) >= PROJECTS_REMEMBERED:
            del self._memory[next((number for number in self._memory if number not in self._readers), project_no)]
        self._memory[project_no] = deque(maxlen=REMEMBERED) if memory is None else memory
        return self._memory[project_no]


def _since(memory: deque[Event], event_id: int) -> list[Event]:
    """What came after an event; ids and arrival may be in different order, since requests overtake each other."""
    known = list(memory)
    for index, event in enumerate(known):
        if event.event_id == event_id:
            return known[index + 1 :]
    return [event for event in known if event.event_id > event_id]
