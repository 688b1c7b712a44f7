"""Publish and subscribe for what happens now: events just accepted, by project, with a short memory to resume from."""

import asyncio
from collections import deque
from collections.abc import Iterable

from metrone.events.event import Event

REMEMBERED = 1_000  # events a project, for Last-Event-ID
PROJECTS_REMEMBERED = 1_000
WAITING_MAX = 10_000  # events a slow reader may lag behind before the oldest are let go


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
        """Hand events of one project to its readers. Test events and nobody listening cost nothing more than memory."""
        if not events:
            return
        project_no = events[0].project_no
        memory = self._memory.get(project_no)
        if memory is None:
            while len(self._memory) >= PROJECTS_REMEMBERED:
                del self._memory[next(iter(self._memory))]
            memory = self._memory[project_no] = deque(maxlen=REMEMBERED)
        shown = [event for event in events if not event.is_test]
        memory.extend(shown)
        for reader in self._readers.get(project_no, ()):
            reader.put(shown)

    def subscribe(self, project_no: int, after_event_id: int | None) -> Subscription:
        """A new reader; with `after_event_id` it first gets what is remembered since that event."""
        reader = Subscription(project_no)
        if after_event_id is not None:
            reader.put(event for event in self._memory.get(project_no, ()) if event.event_id > after_event_id)
        self._readers.setdefault(project_no, set()).add(reader)
        return reader

    def unsubscribe(self, reader: Subscription) -> None:
        """The reader has gone."""
        readers = self._readers.get(reader.project_no, set())
        readers.discard(reader)
        if not readers:
            self._readers.pop(reader.project_no, None)
