"""`AsyncMetrone`: the client for code that must not wait. The same client on threads, so that it behaves the same in everything."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

from metrone_client.answers import (
    Event,
    Events,
    EventsParams,
    Goals,
    GoalsParams,
    Live,
    LiveParams,
    Pages,
    PagesParams,
    Question,
    Result,
    Sources,
    SourcesParams,
    Stats,
    StatsParams,
)
from metrone_client.client import FLUSH_SEC, SHUTDOWN_SEC, Metrone
from metrone_client.config import Options
from metrone_client.interactions import (
    AI,
    Deliveries,
    DeliveriesParams,
    InteractionDetail,
    Interactions,
    InteractionsParams,
)
from metrone_client.report import FlushResult
from metrone_client.stream import Stream
from metrone_client.tracking import Tracking

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

T = TypeVar("T")


class AsyncMetrone(Tracking):
    """As `Metrone`, where reads, `flush` and `shutdown` are awaited. Tracking is not: it never waits."""

    def __init__(self, api_key: str, **options: Unpack[Options]) -> None:
        self._client = Metrone(api_key, **options)
        self._delivery = self._client._delivery

    async def get_stats(self, **params: Unpack[StatsParams]) -> Stats:
        """The numbers of a period."""
        return await in_thread(lambda: self._client.get_stats(**params))

    async def get_events(self, **params: Unpack[EventsParams]) -> Events:
        """The log, newest first. `cursor` is `meta.next_cursor` of the page before."""
        return await in_thread(lambda: self._client.get_events(**params))

    async def get_pages(self, **params: Unpack[PagesParams]) -> Pages:
        """The pages of the site."""
        return await in_thread(lambda: self._client.get_pages(**params))

    async def get_sources(self, **params: Unpack[SourcesParams]) -> Sources:
        """Where people came from."""
        return await in_thread(lambda: self._client.get_sources(**params))

    async def get_live(self, **params: Unpack[LiveParams]) -> Live:
        """Who is here now."""
        return await in_thread(lambda: self._client.get_live(**params))

    async def get_goals(self, **params: Unpack[GoalsParams]) -> Goals:
        """How often each goal was reached."""
        return await in_thread(lambda: self._client.get_goals(**params))

    async def get_ai(self, **params: Unpack[SourcesParams]) -> AI:
        """The numbers of AI interactions."""
        return await in_thread(lambda: self._client.get_ai(**params))

    async def get_interactions(self, **params: Unpack[InteractionsParams]) -> Interactions:
        """Calls, chats, assistant sessions and messages, newest first."""
        return await in_thread(lambda: self._client.get_interactions(**params))

    async def get_interaction(self, id: str) -> InteractionDetail:
        """One of them, with the deliveries that told of it."""
        return await in_thread(lambda: self._client.get_interaction(id))

    async def get_deliveries(self, **params: Unpack[DeliveriesParams]) -> Deliveries:
        """What platforms delivered to webhooks, newest first."""
        return await in_thread(lambda: self._client.get_deliveries(**params))

    async def query(self, questions: list[Question]) -> list[Result]:
        """Up to 20 reads at once, in order; one that fails does not fail the others."""
        return await in_thread(lambda: self._client.query(questions))

    def stream(self, last_event_id: str = "") -> AsyncStream:
        """Events as they happen."""
        return AsyncStream(self._client.stream(last_event_id))

    async def flush(self, timeout_sec: float = FLUSH_SEC) -> FlushResult:
        """Send what waits. The report says what became of all events since the last one.

        Where not every event arrived, the last MetroneError is raised with this report as its `report`.
        """
        return await in_thread(lambda: self._client.flush(timeout_sec))

    async def shutdown(self, timeout_sec: float = SHUTDOWN_SEC) -> FlushResult:
        """Send what waits and take nothing more. Never raises: the report says what is lost."""
        return await in_thread(lambda: self._client.shutdown(timeout_sec))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.shutdown()


class AsyncStream:
    """As `Stream`, for `async for` and `async with`."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._coming: asyncio.Future[Event | None] | None = None

    @property
    def last_event_id(self) -> str:
        """The id of the last event that was read."""
        return self._stream.last_event_id

    def __aiter__(self) -> AsyncStream:
        return self

    async def __anext__(self) -> Event:
        # What a cancelled call waited for is the next call's: no event is lost to a time-out.
        self._coming = self._coming or in_thread(lambda: next(self._stream, None))
        event = await asyncio.shield(self._coming)
        self._coming = None
        if event is None:
            raise StopAsyncIteration
        return event

    async def __aenter__(self) -> AsyncStream:
        await in_thread(self._stream.connect)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End it; an iteration that waits ends too."""
        await in_thread(self._stream.close)


def in_thread(work: Callable[[], T]) -> asyncio.Future[T]:
    """What `work` gives, done in a thread of its own.

    Not in the loop's pool: that is the application's, has few places, and is waited for when the interpreter ends.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def tell(say: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop was closed meanwhile
            loop.call_soon_threadsafe(lambda: None if done.done() else say())

    def run() -> None:
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 (whoever awaits it gets it)
            failure = error
            tell(lambda: done.set_exception(failure))
        else:
            tell(lambda: done.set_result(result))

    threading.Thread(target=run, name="metrone-call", daemon=True).start()
    return done
