"""Every event becomes a row that the store takes, or a clear error; times, values and names as wire.md says."""

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrone.errors import MetroneError
from metrone.events.event import COLUMNS
from metrone.events.incoming import IncomingEvent
from metrone.intake import pipeline
from metrone.intake.pipeline import AHEAD_SEC, PAST_SEC
from metrone.intake.url import split_page
from tests.embedded import fresh_project, open_store
from tests.intake.senders import NOON, Way, make_project

NUMBERS = [
    0,
    -1,
    1,
    2**31,
    2**31 + 1,
    2**53,
    2**63,
    2**64,
    10**400,
    -(10**400),
    1e300,
    -1e300,
    5e-324,
    0.1 + 0.2,
    1e9,
    1e12,
]
TEXTS = ["", " ", "\0", "\x1b[31m", "NaN", "inf", "-1", "1e400", "99,5", "' or 1=1 --", "<script>alert(1)</script>", "\\", '"',
         "\u202e\u2066", "é" * 200, "\U0001f600" * 70, "__proto__", "a" * 3000, "ses_ffffffffffffffff", "2026-09-21",
         "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "http://[::1", "javascript:alert(1)", "//", "\t\n"]  # fmt: skip
values = st.one_of(st.none(), st.booleans(), st.sampled_from(NUMBERS), st.sampled_from(TEXTS), st.text(max_size=40))
nested = st.recursive(
    values, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3)
)
KEYS = ["value", "currency", "screen", "metrone_session", "conversion_type", "message_count", "outcome", "intent", "resolved",
        "interactive", "click_type"]  # fmt: skip
properties = st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=70), nested, max_size=8)
FIELDS = [field.name for field in msgspec.structs.fields(IncomingEvent) if field.name not in {"properties", "metadata"}]
events = st.fixed_dictionaries(
    {
        "event_type": st.sampled_from(["pageview", "custom", "conversion", "click", "ai_call", "ai_query", "x", "\0"])
        | values
    },
    optional={
        **{name: values for name in FIELDS if name != "event_type"},
        "properties": properties,
        "metadata": properties,
    },
)


@settings(max_examples=150, deadline=None)
@given(st.lists(events, min_size=1, max_size=20))
def test_any_event_becomes_a_row_that_the_store_takes_or_a_clear_error(batch: list[dict[str, Any]]) -> None:
    way = Way(make_project(fresh_project()))
    rows, refusals = [], set()
    for event in batch:
        try:
            rows.append(way.send(json.dumps(event).encode()))
        except MetroneError as error:
            refusals.add(error.code)
    assert refusals <= {"INVALID_PAYLOAD", "INVALID_JSON"}
    if not rows:
        return
    store = open_store()
    store.load(b"\n".join(msgspec.json.encode(row) for row in rows), f"any-{way.project.project_no}")
    kept = store.query(
        f"select {', '.join(COLUMNS)} from events where project_no = {{no:UInt32}} order by event_id",
        {"no": way.project.project_no},
    ).dicts()
    assert len(kept) == len(rows)
    for row, found in zip(rows, kept, strict=True):
        assert found["properties"] == row.properties
        assert found["event_name"] == row.event_name
        assert found["session_key"] == row.session_key
        assert abs(row.timestamp - NOON) <= PAST_SEC


LARGEST = {
    "ai_duration_sec": 1e9, "ai_cost_usd": 1e9, "ai_messages": 2**31, "ai_tokens_in": 2**53, "ai_tokens_out": 2**53,
    "ai_latency_ms": 1e12,
}  # fmt: skip


def test_largest_numbers_that_are_taken_fit_the_columns() -> None:
    way = Way(make_project(fresh_project()))
    row = way.send({"event_type": "ai_call", "properties": {"value": 9.9e12}, **LARGEST})
    open_store().load(msgspec.json.encode(row), f"largest-{way.project.project_no}")
    found = open_store().query(
        f"select value, {', '.join(LARGEST)} from events where project_no = {{no:UInt32}}",
        {"no": way.project.project_no},
    )
    assert found.dicts() == [{"value": 9.9e12, **LARGEST}]
    for name, largest in LARGEST.items():
        with pytest.raises(MetroneError):
            way.send({"event_type": "ai_call", name: largest + max(1, largest / 1000)})


TIMES = [
    (None, 0.0, 0),
    ((NOON - 60) * 1000, -60.0, 0),
    (NOON - 60, -60.0, 0),
    ("2026-09-21T11:59:00Z", -60.0, 0),
    ("2026-09-21T11:59:00", -60.0, 0),
    ("2026-09-21T13:59:00.5+02:00", -59.5, 0),
    ((NOON - PAST_SEC) * 1000, -float(PAST_SEC), 0),
    ((NOON - PAST_SEC - 1) * 1000, 0.0, 1),
    ((NOON + AHEAD_SEC) * 1000, float(AHEAD_SEC), 0),
    ((NOON + AHEAD_SEC + 1) * 1000, 0.0, 1),
    ("9999-12-31T23:59:59Z", 0.0, 1),
    ("0001-01-01T00:00:00+14:00", 0.0, 1),
    ("yesterday", 0.0, 1),
    ("", 0.0, 1),
    (-5, 0.0, 1),
    (0, 0.0, 1),
    (10**400, 0.0, 1),
    (-(10**400), 0.0, 1),
]


@pytest.mark.parametrize(("given_time", "offset", "is_adjusted"), TIMES, ids=[str(case[0])[:30] for case in TIMES])
def test_set_time_believes_a_month_back_and_five_minutes_ahead(
    given_time: object, offset: float, is_adjusted: int
) -> None:
    row = Way().send(json.dumps({"event_type": "pageview", "timestamp": given_time}).encode())
    assert (row.timestamp, row.is_clock_adjusted) == (NOON + offset, is_adjusted)


VALUES = [
    (99, "99.0000"), (69.5, "69.5000"), ("12.34", "12.3400"), (-5, "-5.0000"), (0.1 + 0.2, "0.3000"), (1e12, "1000000000000.0000"),
    ("NaN", "0"), ("inf", "0"), ("-inf", "0"), (1e13, "0"), (10**400, "0"), ("1e400", "0"), (True, "0"), (None, "0"),
    ([1], "0"), ({"a": 1}, "0"), ("€5", "0"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "kept"), VALUES, ids=[str(case[0])[:20] for case in VALUES])
def test_read_value_keeps_decimals_exactly_and_nothing_else(value: object, kept: str) -> None:
    body = json.dumps({"event_type": "conversion", "properties": {"value": value, "currency": "eur"}}).encode()
    row = Way().send(body)
    assert (row.value, row.currency) == ((kept, "EUR") if kept != "0" else (None, ""))


NAMES = [
    ({"event_type": "signup"}, ("custom", "signup")),
    ({"event_type": "custom", "event_name": "signup"}, ("custom", "signup")),
    ({"event_type": "pageview"}, ("pageview", "")),
    ({"event_type": "conversion", "event_name": "signup"}, ("conversion", "signup")),
    ({"event_type": "conversion", "properties": {"conversion_type": "buy"}}, ("conversion", "buy")),
    ({"event_type": "click", "event_name": "phone"}, ("click", "phone")),
]


@pytest.mark.parametrize(("event", "named"), NAMES)
def test_name_event_makes_one_of_two_spellings(event: dict[str, Any], named: tuple[str, str]) -> None:
    row = Way().send(event)
    assert (row.event_type, row.event_name) == named


SOURCES = [
    ({"event_type": "ai_call"}, "voice", "voice"),
    ({"event_type": "ai_chat"}, "chat", "chat"),
    ({"event_type": "ai_intent"}, "assistant", "assistant"),
    ({"event_type": "custom", "page_url": "https://a.test/"}, "web", "web"),
    ({"event_type": "custom"}, "server", "server"),
    ({"event_type": "custom", "source": "SMS"}, "sms", "server"),
    ({"event_type": "ai_call", "source": "web"}, "web", "web"),
]


@pytest.mark.parametrize(("event", "source", "source_class"), SOURCES)
def test_set_source_gives_one_of_five_classes(event: dict[str, Any], source: str, source_class: str) -> None:
    row = Way().send(event)
    assert (row.source, row.source_class) == (source, source_class)


def test_interaction_is_one_however_many_events_tell_of_it() -> None:
    way = Way()
    calls = [way.send(event_type="ai_call", ai_provider="vapi", ai_call_id="c") for _ in range(3)]
    others = [
        way.send(event_type="ai_call", ai_provider="retell", ai_call_id="c"),
        way.send(event_type="ai_call", ai_provider="vapi", ai_call_id="d"),
        way.send(event_type="ai_call", ai_provider="vapi"),
        way.send(event_type="ai_call", ai_provider="vapi"),
    ]
    assert len({row.interaction_key for row in calls}) == 1
    assert len({row.interaction_key for row in [*calls, *others]}) == 5
    assert way.send(event_type="pageview").interaction_key == 0


def test_page_keeps_no_query_and_no_credentials() -> None:
    row = Way().send(
        page_url="https://user:secret@a.test/x?token=secret#secret", referrer="https://u:secret@b.test/y?q=secret"
    )
    assert (row.page_origin, row.page_path, row.referrer) == ("https://a.test", "/x", "https://b.test/y")
    assert b"secret" not in msgspec.json.encode(row)


class Remembering:
    """A function with its cache, and how long the longest text was that it was given."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.longest = 0

    def __call__(self, *texts: object) -> Any:
        self.longest = max(self.longest, *(len(str(text)) for text in texts))
        return self.function(*texts)


def test_caches_hold_little_when_every_event_brings_a_huge_address() -> None:
    """A body may be one address of 500 KB; what is remembered of it is cut before."""
    pages, origins = Remembering(split_page), Remembering(pipeline._attribution)
    page, referrer, tag = "https://a.test/" + "p" * 400_000, "https://b.test/" + "r" * 400_000, "t" * 400_000
    tags = {f"utm_{name}": tag for name in ("source", "medium", "campaign", "term", "content")}
    incoming = IncomingEvent(event_type="pageview", page_url=page, page_path=page, referrer=referrer, **tags)  # type: ignore[arg-type]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "split_page", pages)
        patch.setattr(pipeline, "_attribution", origins)
        Way().take(incoming, Way().sender())
    assert 0 < pages.longest < 10_000
    assert 0 < origins.longest < 10_000
