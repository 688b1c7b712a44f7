"""OPERATIONS: every public endpoint, what it needs, what it answers and which errors it can give. A table, no behaviour.

openapi turns it into the document; the fuzzer holds the server to it.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

from metrone.control.keys import Scope
from metrone.errors import ERRORS, Code
from metrone.reports.params import ReadParams
from metrone.reports.reads import READS
from metrone.web.figures import ANSWERS
from metrone.web.read import GET_PATHS, PREFIX
from metrone.web.shapes import Accepted, Health, QueryResults

Failure = tuple[int, Code]
Body = Literal["", "event", "batch", "queries"]


@dataclass(frozen=True, slots=True)
class Operation:
    """One endpoint. `title` says what it does, `text` (Markdown) what else there is to know.

    `sample` is what an example sends: the text after `?` of a GET, the JSON value of a POST. `places` is what stands in the
    example's path instead of each `{name}`.
    """

    name: str
    method: str
    path: str
    group: str
    title: str
    text: str
    scope: Scope | None
    failures: tuple[Failure, ...]
    answer: Any = None
    status: int = 200
    media: str = "application/json"
    params: type[ReadParams] | None = None
    body: Body = ""
    sample: Any = ""
    places: dict[str, str] = field(default_factory=dict)

    @property
    def sample_path(self) -> str:
        """The path of the example."""
        return self.path.format_map(self.places)


def _failures(*codes: Code) -> tuple[Failure, ...]:
    return tuple((ERRORS[code].status, code) for code in codes)


_KEY = _failures("MISSING_API_KEY", "INVALID_API_KEY", "FORBIDDEN")
_WRITE = _failures(
    "INVALID_PAYLOAD", "INVALID_JSON", "BATCH_EMPTY", "BATCH_TOO_LARGE", "BATCH_MIXED_KEYS", "MISSING_API_KEY",
    "INVALID_API_KEY", "FORBIDDEN", "DUPLICATE_EVENT", "BODY_TOO_LARGE", "RATE_LIMITED", "QUOTA_EXCEEDED",
    "WRITE_FAILED", "INTERNAL_ERROR",
)  # fmt: skip
# The store or the control database does not answer: 503, and worth another try.
_AWAY: Failure = (503, "INTERNAL_ERROR")
_READ = (*_failures("INVALID_PAYLOAD"), *_KEY, *_failures("RATE_LIMITED", "INTERNAL_ERROR"), _AWAY)
_QUERY = (*_READ, *_failures("INVALID_JSON", "BODY_TOO_LARGE"))

_PAGEVIEW = {"event_type": "pageview", "page_url": "https://example.com/pricing", "page_title": "Pricing"}
_PURCHASE = {"event_type": "conversion", "event_name": "purchase", "properties": {"value": 69, "currency": "USD"}}
_CALL = {
    "event_type": "ai_call",
    "ai_provider": "vapi",
    "ai_call_id": "call_abc123",
    "ai_intent": "book_appointment",
    "ai_outcome": "completed",
    "ai_duration_sec": 47,
}
_SAMPLES = {
    "stats": "days=7&compare=previous",
    "events": "event_type=conversion&limit=10",
    "pages": "days=30&limit=10",
    "sources": "days=30",
    "live": "",
    "breakdown": "dimension=country&metrics=unique_visitors,pageviews",
    "timeseries": "metrics=pageviews&interval=day&days=7",
    "goals": "days=30",
    "ai": "days=30",
    "interactions": "kind=call&limit=10",
    "interaction": "",
    "deliveries": "limit=10",
}
_PLACES = {"interaction": {"id": "int_5f3a9c0172b4e8d6"}}
_ABOUT = {
    "stats": "`compare` adds `previous`, the same numbers of another period; `interval` adds `timeseries`.",
    "events": "Every type of visitor unless you ask otherwise. Go on with `cursor`, which is the `meta.next_cursor` of "
    "the page before: it misses and repeats nothing while new events arrive.",
    "pages": "Most pageviews first, or as `order_by` says.",
    "sources": "Events by reporting source, sessions by traffic source and channel, referrers and campaigns.",
    "live": "The numbers of today begin at midnight in the time zone of the project.",
    "breakdown": "Rows by a dimension (`page`, `country`, `utm_campaign`, `props:plan` …), the largest first.",
    "timeseries": "A row for every bucket of the period, zeros included.",
    "goals": "Those that nobody reached as well. `conversion_rate` is of all visitors that the filters leave, those by `goal` "
    "apart. A conversion is an event that reaches any of them; before the project has a goal, an event of that type.",
    "ai": "Each call, chat and query counts once, however many events and webhooks told of it; messages, and a carrier's half "
    "of a call that another platform held, do not. The numbers are metrics: `breakdown` and `timeseries` give them, too.",
    "interactions": "Every type of visitor unless you ask otherwise; messages and carriers' halves (`linked_to`) as well. Go "
    "on with `cursor`, as in the log of events.",
    "interaction": "Also a carrier's half. `summary` and `transcript` are null unless the project keeps them.",
    "deliveries": "Of the last 30 days, refused ones included; `reason` says what was wrong. Test keys' as well.",
}


def _write(name: str, path: str, title: str, text: str, sample: object) -> Operation:
    body: Body = "batch" if isinstance(sample, list) else "event"
    return Operation(name, "post", path, "Write", title, text, "write", _WRITE, Accepted, 202, body=body, sample=sample)


def _read(name: str) -> Operation:
    read, path, places = READS[name], f"{PREFIX}{GET_PATHS[name]}", _PLACES.get(name, {})
    failures = (*_READ, *_failures("NOT_FOUND")) if places else _READ
    return Operation(
        f"read_{name}", "get", path, "Read", read.title, _ABOUT[name], "read", failures, ANSWERS[name],
        params=read.params, sample=_SAMPLES[name], places=places,
    )  # fmt: skip


OPERATIONS: tuple[Operation, ...] = (
    _write(
        "write_event",
        "/v1/events",
        "Write one event.",
        "The answer comes once the event is on disk. For browsers: any origin may call, a body sent as `text/plain` "
        "or without a type is read as JSON, and a batch is taken here, too.",
        _PAGEVIEW,
    ),
    _write(
        "write_batch",
        "/v1/events/batch",
        "Write 1 to 100 events.",
        'A bare array, or `{"events": […]}`. All or nothing: one bad event refuses the batch, and the error names its '
        "`index` and `field`. Fresh events and ones sent before may mix: those whose `idempotency_key` was seen are "
        "skipped and counted in `duplicates`.",
        [_PAGEVIEW, _PURCHASE],
    ),
    _write(
        "write_event_as_agent",
        "/v1/api/events",
        "Write one event from a server or an agent.",
        "The same as `POST /v1/events`, beside the reads.",
        _CALL,
    ),
    *(_read(name) for name in ANSWERS),
    Operation(
        "query",
        "post",
        "/v1/api/query",
        "Read",
        "Ask up to 20 reads at once.",
        "Results come in the order of the queries; one that fails does not fail the others. `data` is what the GET "
        "of that name answers. Parameters may be JSON values.",
        "read",
        _QUERY,
        QueryResults,
        body="queries",
        sample={
            "queries": [
                {"type": "stats", "params": {"days": 7}},
                {"type": "breakdown", "params": {"dimension": "page", "filters": [["is", "country", ["DE", "FR"]]]}},
                {"type": "live"},
            ]
        },
    ),
    Operation(
        "stream",
        "get",
        "/v1/api/stream",
        "Read",
        "Events as they happen (server-sent events).",
        "Each message has an `id:` and, as `data:`, the JSON of one event, as in the log. A comment every 15 seconds "
        "keeps proxies from closing it. It ends after 5 minutes; reconnect with `Last-Event-ID`, as browsers do, to "
        "resume. One key may hold 5 streams.",
        "read",
        (*_KEY, *_failures("RATE_LIMITED", "INTERNAL_ERROR")),
        media="text/event-stream",
    ),
    Operation(
        "health",
        "get",
        "/v1/health",
        "System",
        "How the server is.",
        "Needs no key. With one that may read, `books` says what became of every event that its project sent.",
        None,
        (*_KEY[1:], *_failures("INTERNAL_ERROR")),
        Health,
    ),
    Operation(
        "metrics",
        "get",
        "/v1/metrics",
        "System",
        "Counters in the text format of Prometheus.",
        "The server's own, and the books of the key's project. Needs the scope `admin`.",
        "admin",
        (*_KEY, *_failures("INTERNAL_ERROR")),
        media="text/plain",
    ),
    Operation(
        "openapi",
        "get",
        "/v1/openapi.json",
        "System",
        "This description as OpenAPI 3.1.",
        "For code generators and API clients.",
        None,
        _failures("INTERNAL_ERROR"),
    ),
    Operation(
        "tracker",
        "get",
        "/m.js",
        "System",
        "The browser tracker.",
        "For the `src` of a script tag, whose `data-key` is a write key. With `?v=` and its version it may be cached "
        "for ever.",
        None,
        _failures("NOT_FOUND", "INTERNAL_ERROR"),
        media="text/javascript",
    ),
)
