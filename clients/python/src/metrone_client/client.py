"""`Metrone`: the client for code that may wait. Each method is one line over the modules that do the work."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import quote

from metrone_client.answers import (
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
from metrone_client.config import Options, read_config
from metrone_client.delivery import Delivery
from metrone_client.errors import MetroneTimeoutError
from metrone_client.interactions import (
    AI,
    Deliveries,
    DeliveriesParams,
    InteractionDetail,
    Interactions,
    InteractionsParams,
)
from metrone_client.reads import ask, build_query, build_read
from metrone_client.report import FlushResult
from metrone_client.stream import Stream
from metrone_client.tracking import Tracking
from metrone_client.wire import Request, Wire

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

FLUSH_SEC: Final = 30.0
SHUTDOWN_SEC: Final = 10.0


class Metrone(Tracking):
    """A client of one project. Raises MetroneValidationError where the key or an option cannot be right.

    Tracking never raises and never waits; reads and `flush` raise a MetroneError. Safe to share between threads.
    """

    def __init__(self, api_key: str, **options: Unpack[Options]) -> None:
        self._config = read_config(api_key, options)
        self._wire = Wire(self._config)
        self._delivery = Delivery(self._wire, self._config)

    def get_stats(self, **params: Unpack[StatsParams]) -> Stats:
        """The numbers of a period."""
        return cast(Stats, self._ask(build_read("stats", params)))

    def get_events(self, **params: Unpack[EventsParams]) -> Events:
        """The log, newest first. `cursor` is `meta.next_cursor` of the page before."""
        return cast(Events, self._ask(build_read("events", params)))

    def get_pages(self, **params: Unpack[PagesParams]) -> Pages:
        """The pages of the site."""
        return cast(Pages, self._ask(build_read("pages", params)))

    def get_sources(self, **params: Unpack[SourcesParams]) -> Sources:
        """Where people came from."""
        return cast(Sources, self._ask(build_read("sources", params)))

    def get_live(self, **params: Unpack[LiveParams]) -> Live:
        """Who is here now."""
        return cast(Live, self._ask(build_read("live", params)))

    def get_goals(self, **params: Unpack[GoalsParams]) -> Goals:
        """How often each goal was reached."""
        return cast(Goals, self._ask(build_read("goals", params)))

    def get_ai(self, **params: Unpack[SourcesParams]) -> AI:
        """The numbers of AI interactions."""
        return cast(AI, self._ask(build_read("ai", params)))

    def get_interactions(self, **params: Unpack[InteractionsParams]) -> Interactions:
        """Calls, chats, assistant sessions and messages, newest first."""
        return cast(Interactions, self._ask(build_read("interactions", params)))

    def get_interaction(self, id: str) -> InteractionDetail:
        """One of them, with the deliveries that told of it."""
        return cast(InteractionDetail, self._ask(build_read(f"interactions/{quote(id, safe='')}", {})))

    def get_deliveries(self, **params: Unpack[DeliveriesParams]) -> Deliveries:
        """What platforms delivered to webhooks, newest first."""
        return cast(Deliveries, self._ask(build_read("deliveries", params)))

    def query(self, questions: list[Question]) -> list[Result]:
        """Up to 20 reads at once, in order; one that fails does not fail the others."""
        return cast("list[Result]", self._ask(build_query(questions))["results"])

    def stream(self, last_event_id: str = "") -> Stream:
        """Events as they happen."""
        return Stream(self._wire, self._config, last_event_id)

    def flush(self, timeout_sec: float = FLUSH_SEC) -> FlushResult:
        """Send what waits. The report says what became of all events since the last one.

        Where not every event arrived, the last MetroneError is raised with this report as its `report`.
        """
        return checked(self._delivery.flush(timeout_sec))

    def shutdown(self, timeout_sec: float = SHUTDOWN_SEC) -> FlushResult:
        """Send what waits and take nothing more. Never raises: the report says what is lost."""
        report = self._delivery.close(timeout_sec)
        self._wire.close()
        return report

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.shutdown()

    def _ask(self, request: Request) -> dict[str, Any]:
        return ask(self._wire, self._config, request)


def checked(report: FlushResult) -> FlushResult:
    """The report where every event arrived; else raises the last error, or MetroneTimeoutError where time ran out first."""
    if report.ok:
        return report
    late = MetroneTimeoutError(f"{report.waiting} events still wait: the time was up.")
    error = report.errors[-1] if report.errors else late
    error.result = report
    raise error
