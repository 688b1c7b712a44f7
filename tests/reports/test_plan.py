"""The planner: both sources of a count agree, no FROM is without its project, and only our own tables are asked."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any

import pytest
import sqlglot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from metrone.errors import MetroneError
from metrone.events.goal import Criteria, Goal
from metrone.reports.context import Context
from metrone.reports.dimensions import DIMENSIONS
from metrone.reports.filters import OPERATORS, read_filters
from metrone.reports.metrics import METRICS, STATS
from metrone.reports.period import Asked, read_period
from metrone.reports.plan import choose_sources
from metrone.reports.question import Cut, Order, Part, Question
from metrone.reports.reads import READS, answer
from metrone.reports.scope import Scope
from metrone.store.base import Param, Rows
from metrone.store.embedded import EmbeddedStore
from tests.reports.worlds import NOW, World

NAMES = (*DIMENSIONS, "props:k")
TABLES = ("events", "hourly", "interactions", "deliveries", "talks")
NEEDED: dict[str, dict[str, object]] = {"interaction": {"id": "int_0000000000000001"}}
DAY: dict[str, Any] = {"since": "2026-03-02", "to": "2026-03-02"}
_START = datetime(2026, 3, 2)
_EVENT = st.tuples(
    st.integers(0, 24 * 3600 - 1),
    st.integers(1, 4),
    st.sampled_from(["pageview", "custom", "conversion", "engagement", "ai_call"]),
    st.sampled_from(["web", "voice"]),
    st.sampled_from(["/", "/a"]),
)
_SESSION = st.tuples(st.integers(1, 3), st.sampled_from(["", "DE", "FR"]), st.sampled_from(["human", "bot"]))


class Recorder:
    """The real store, which also keeps what it was asked."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store
        self.asked: list[str] = []

    def query(self, sql: str, params: Mapping[str, Param]) -> Rows:
        self.asked.append(sql)
        return self._store.query(sql, params)

    def migrate(self) -> None:
        self._store.migrate()

    def load(self, rows: bytes, token: str) -> None:
        self._store.load(rows, token)

    def load_beside(self, table: str, rows: bytes, token: str) -> None:
        self._store.load_beside(table, rows, token)

    def erase(self, project_no: int, before: datetime | None = None) -> None:
        self._store.erase(project_no, before)

    def close(self) -> None:
        self._store.close()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_EVENT, min_size=1, max_size=15), st.lists(_SESSION, min_size=4, max_size=4))
def test_the_roll_up_answers_as_the_events_do(
    store: EmbeddedStore, events: list[tuple[int, int, str, str, str]], sessions: list[tuple[int, str, str]]
) -> None:
    world = World(store)
    for second, session, kind, source, path in sorted(events):
        visitor, country, visitor_type = sessions[session - 1]
        own = {"visitor_key": visitor, "country_code": country, "visitor_type": visitor_type}
        money = {"value": f"{second}.25", "currency": "USD"} if kind == "conversion" else {}
        call = session if kind == "ai_call" else 0
        at = (_START + timedelta(seconds=second)).isoformat()
        world.event(at, session, kind, path, source_class=source, interaction_key=call, **own, **money)
    world.load()
    asked: list[dict[str, Any]] = [
        {"metrics": list(METRICS), "interval": "hour"},
        {"metrics": list(METRICS), "interval": "day", "filters": [["is", "country", ["DE"]]]},
        {
            "metrics": list(METRICS),
            "interval": "week",
            "visitor_type": "all",
            "filters": [["is_not", "entry_page", ["/"]]],
        },
        {"metrics": list(METRICS), "dimension": "country"},
        {"metrics": list(METRICS), "dimension": "source", "order_by": "value"},
        {"metrics": list(METRICS), "dimension": "exit_page", "visitor_type": "bot"},
    ]
    for params in asked:
        read = "breakdown" if "dimension" in params else "timeseries"
        from_roll_up, from_events = (
            world.ask(read, since="2026-03-02T00:00:00Z", to=to, **params)["data"]
            for to in ("2026-03-03T00:00:00Z", "2026-03-02T23:59:59.999Z")
        )
        assert from_roll_up == from_events


@pytest.mark.parametrize(
    ("tz", "start", "parts", "filters", "table"),
    [
        ("UTC", "2026-03-02", (Part(),), [], "hourly"),
        ("Europe/Berlin", "2026-03-02", (Part(interval="hour"),), [], "hourly"),
        ("Asia/Kolkata", "2026-03-02", (Part(),), [], "events"),
        ("UTC", "2026-03-02T10:30", (Part(),), [], "events"),
        ("Asia/Kolkata", "2026-03-02T00:00:00Z", (Part(),), [], "hourly"),
        ("Asia/Kolkata", "2026-03-02T00:00:00Z", (Part(interval="hour"),), [], "events"),
        ("UTC", "2026-03-02", (Part(("country",)), Part(("source",))), [["is", "browser", ["x"]]], "hourly"),
        ("UTC", "2026-03-02", (Part(("page",)),), [], "events"),
        ("UTC", "2026-03-02", (Part(),), [["is", "event_name", ["x"]]], "events"),
    ],
)
def test_counts_come_from_the_smallest_table_that_is_exact(
    tz: str, start: str, parts: tuple[Part, ...], filters: list[object], table: str
) -> None:
    period = read_period(Asked(30, start, "2026-03-09T00:00:00Z" if "Z" in start else None), tz, NOW)
    scope = Scope(1, period, read_filters(filters))
    question = Question(scope, ("pageviews",), parts, Cut(Order("pageviews"), 10))
    assert [source.table for source in choose_sources(question)] == [table]


def test_only_what_the_roll_up_lacks_is_read_from_events() -> None:
    scope = Scope(1, read_period(Asked(30, None, None), "UTC", NOW))
    by_table = {source.table: set(source.measures) for source in choose_sources(Question(scope, STATS, (Part(),)))}
    assert set(by_table) == {"hourly", "sessions", "interactions"}
    costs = choose_sources(Question(scope, ("pageviews", "ai_cost_usd"), (Part(),)))
    assert [(source.table, source.measures) for source in costs] == [
        ("hourly", ("view_count",)),
        ("interactions", ("cost_sum", "costed_count")),
    ]


def test_goals_are_read_from_events_and_the_rest_from_the_roll_up() -> None:
    scope = Scope(1, read_period(Asked(30, None, None), "UTC", NOW), goals=(Goal("g", "g", Criteria(page="/")),))
    by_table = {source.table: set(source.measures) for source in choose_sources(Question(scope, STATS, (Part(),)))}
    assert by_table["events"] == {"conversion_count", "converter_count", "revenue_sums"}
    assert by_table["hourly"] == {"event_count", "view_count", "visitor_count", "session_count"}


def test_every_from_of_every_query_names_the_project(store: EmbeddedStore) -> None:
    recorder = Recorder(store)
    context = Context(recorder, 77, "UTC", NOW, str)
    filtered = [[[operator, name, ["x"]]] for operator, name in zip(cycle(OPERATORS), NAMES, strict=False)]
    for filters in ([], *filtered):
        for read in READS.keys() - {"breakdown", "timeseries"}:
            with suppress(MetroneError):  # there is no such interaction
                answer(context, read, {"filters": filters, **NEEDED.get(read, {})})
    everything = Criteria(event_type="ai_call", page="/**", outcome="completed", min_value=1)
    for own in (context, replace(context, goals=(Goal("g1", "x", everything), Goal("g2", "y", Criteria(page="/"))))):
        for name in NAMES:
            for filters in ([], [["is", "page", ["/"]], ["is", "exit_page", ["/"]], ["is", "country", ["DE"]]]):
                answer(own, "breakdown", {"dimension": name, "metrics": list(METRICS), "filters": filters})
        answer(own, "timeseries", {"metrics": list(METRICS), "interval": "hour", "tz": "Asia/Kolkata"})
        answer(own, "goals", {"filters": [["matches", "goal", ["x"]]]})
    for sql in set(recorder.asked):
        _check_project(sql)


def _check_project(sql: str) -> None:
    tree = sqlglot.parse_one(sql, dialect="clickhouse")
    tables = 0
    for select in tree.find_all(exp.Select):
        source = select.args.get("from") or select.args.get("from_")
        table = source.this if source is not None else None
        if isinstance(table, exp.Final):
            table = table.this
        if not isinstance(table, exp.Table):
            continue
        tables += 1
        assert table.name in TABLES, sql
        condition = select.args["where"].this
        parts = condition.flatten() if isinstance(condition, exp.And) else [condition]
        assert any(part.sql("clickhouse") == "project_no = {project_no: UInt32}" for part in parts), sql
    named = len([table for table in tree.find_all(exp.Table) if table.name in TABLES])
    assert tables == named, sql
    assert tables or "from" not in sql, sql


@pytest.mark.parametrize(
    "sql",
    [
        "select 1 from events",
        "select 1 from events where project_no = {project_no:UInt32} or 1",
        "select 1 from events where project_no = {project_no:UInt32} and session_key in (select session_key from hourly)",
        "select 1 from events as a inner join hourly as b using (session_key) where project_no = {project_no:UInt32}",
        "select 1 from system.users where project_no = {project_no:UInt32}",
    ],
)
def test_the_check_of_projects_bites(sql: str) -> None:
    with pytest.raises((AssertionError, KeyError)):
        _check_project(sql)


def test_two_projects_with_the_same_content_never_mix(store: EmbeddedStore) -> None:
    first, second = World(store), World(store)
    for world, count in ((first, 1), (second, 3)):
        for number in range(count):
            world.event("2026-03-02T10:00:00", number, path="/", country_code="DE", utm_source="x")
        world.load()
    for world, count in ((first, 1), (second, 3)):
        assert world.ask("stats", **DAY)["unique_sessions"] == count
        assert world.ask("stats", filters=[["is", "page", ["/"]]], **DAY)["bounce_rate"] == 100.0
        assert world.ask("events", **DAY)["meta"]["count"] == count
        assert world.ask("pages", **DAY)["data"][0]["entries"] == count
        assert world.ask("sources", **DAY)["campaigns"][0]["sessions"] == count
        assert world.ask("breakdown", dimension="exit_page", **DAY)["data"][0]["unique_visitors"] == count
