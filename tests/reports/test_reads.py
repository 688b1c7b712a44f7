"""Each read as wire.md describes it, on tiny worlds: compare, interval, cursor, sources, live, batches and errors."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from metrone.errors import MetroneError
from metrone.reports.reads import READS, answer, answer_batch
from tests.reports.worlds import NOW, World

DAY: dict[str, Any] = {"since": "2026-03-02", "to": "2026-03-02"}


def test_stats_compares_with_the_days_before_and_the_year_before(world: World) -> None:
    for at, count in (("2026-03-02", 3), ("2026-03-01", 2), ("2025-03-02", 1)):
        for number in range(count):
            world.event(f"{at}T10:00:00", int(at.replace("-", "")) * 10 + number, path="/")
    world.load()
    for compare, pageviews, day in (("previous", 2, "2026-03-01"), ("year", 1, "2025-03-02")):
        answer = world.ask("stats", compare=compare, interval="day", **DAY)
        assert answer["pageviews"] == 3
        assert answer["previous"]["pageviews"] == pageviews
        assert answer["previous"]["period"]["from"] == f"{day}T00:00:00+00:00"
        assert set(answer["previous"]) == set(answer) - {"previous"}
        assert [row["pageviews"] for row in answer["previous"]["timeseries"]] == [pageviews]


def test_stats_compares_with_any_days_and_with_the_same_weekday(world: World) -> None:
    for at, count in (("2026-03-02", 5), ("2026-03-01", 4), ("2026-02-23", 3), ("2026-02-11", 2), ("2026-02-12", 1)):
        for number in range(count):
            world.event(f"{at}T10:00:00", int(at.replace("-", "")) * 10 + number, path="/")
    world.load()
    asked: dict[str, Any] = {
        "compare": "custom",
        "compare_from": "2026-02-11",
        "compare_to": "2026-02-12",
        "interval": "day",
    }
    custom = world.ask("stats", **asked, **DAY)["previous"]
    assert [row["pageviews"] for row in custom["timeseries"]] == [2, 1]
    monday = world.ask("stats", compare="previous", compare_weekday=True, **DAY)["previous"]
    assert (monday["pageviews"], monday["period"]["from"]) == (3, "2026-02-23T00:00:00+00:00")


def test_stats_compares_a_running_day_with_the_same_hours_of_the_other(world: World) -> None:
    # It is 12:00 on the 10th.
    for at in ("2026-03-10T09:00:00", "2026-03-09T11:59:59", "2026-03-09T12:00:00", "2026-03-09T18:00:00"):
        world.event(at, len(world.rows) + 1, path="/")
    world.load()
    before = world.ask("stats", compare="previous", compare_so_far=True, days=1)["previous"]
    assert (before["pageviews"], before["so_far"]["pageviews"]) == (3, 1)
    assert before["so_far"]["period"]["to"] == "2026-03-09T12:00:00+00:00"
    assert "so_far" not in world.ask("stats", compare="previous", compare_so_far=True, **DAY)["previous"]


def test_events_of_one_session_are_found_by_its_own_id_or_by_ours(world: World) -> None:
    for session in (1, 2, 3):
        world.event("2026-03-02T10:00:00", session, path=f"/{session}")
    world.rows[0] = msgspec.structs.replace(world.rows[0], session_id="")
    world.load()
    asked = {"ses_0000000000000001": ["/1"], "s2": ["/2"], "ses_0000000000000002": [], "ses_1": []}
    for name, pages in asked.items():
        assert [row["page_path"] for row in world.ask("events", session_id=name, **DAY)["data"]] == pages


def test_timeseries_by_minute_has_every_minute_of_the_half_hour(world: World) -> None:
    for at in ("2026-03-10T11:30:00", "2026-03-10T11:30:59", "2026-03-10T11:59:30"):
        world.event(at, len(world.rows) + 1, path="/")
    world.load()
    asked: dict[str, Any] = {"since": "2026-03-10T11:30", "to": "2026-03-10T12:00", "interval": "minute"}
    rows = world.ask("timeseries", metrics="pageviews,unique_visitors", **asked)["data"]
    assert [row["pageviews"] for row in rows] == [2, *[0] * 28, 1]
    assert rows[29]["start"] == "2026-03-10T11:59:00+00:00"


def test_stats_with_an_interval_has_the_totals_of_stats_and_the_buckets_of_timeseries(world: World) -> None:
    world.event("2026-03-02T10:00:00", 1, path="/", visitor_key=9)
    world.event("2026-03-02T11:00:00", 1, "conversion", value="3", currency="EUR")
    world.event("2026-03-03T10:00:00", 2, path="/", visitor_key=9)
    world.load()
    asked: dict[str, Any] = {"since": "2026-03-01", "to": "2026-03-03"}
    both, alone = world.ask("stats", interval="day", **asked), world.ask("stats", **asked)
    series = both.pop("timeseries")
    assert both == alone
    metrics = [name for name in series[0] if name != "start"]
    assert series == world.ask("timeseries", metrics=metrics, interval="day", **asked)["data"]
    assert [row["unique_visitors"] for row in series] == [0, 1, 1]
    assert [row["revenue"] for row in series] == [{}, {"EUR": 3.0}, {}]
    assert both["unique_visitors"] == 1


@pytest.mark.parametrize(
    ("day", "tz", "hours", "events"),
    [
        # At 01:30 UTC Berlin has left 02:00–03:00 out, or shows it for the second time.
        ("2026-03-29", "Europe/Berlin", 23, {"2026-03-29T00:30:00": "01:00:00+01:00", "2026-03-29T01:30:00": "03:00:00+02:00"}),
        ("2026-10-25", "Europe/Berlin", 25, {"2026-10-25T00:30:00": "02:00:00+02:00", "2026-10-25T01:30:00": "02:00:00+01:00"}),
        ("2026-03-02", "Asia/Kolkata", 24, {"2026-03-01T18:29:59": None, "2026-03-01T18:30:00": "00:00:00+05:30"}),
        ("2026-03-02", "Asia/Kolkata", 24, {"2026-03-02T18:29:59.999": "23:00:00+05:30", "2026-03-02T18:30:00": None}),
    ],
)  # fmt: skip
def test_hours_of_a_day_are_those_of_its_time_zone(
    world: World, day: str, tz: str, hours: int, events: dict[str, str | None]
) -> None:
    for number, at in enumerate(events):
        world.event(at, number, path="/")
    world.load()
    now = datetime(2026, 11, 1, tzinfo=UTC)
    data = world.ask("timeseries", tz=tz, now=now, since=day, to=day, interval="hour", metrics="pageviews,entries")[
        "data"
    ]
    assert len(data) == hours
    expected = {f"{day}T{start}" for start in events.values() if start}
    for name in ("pageviews", "entries"):
        assert {row["start"] for row in data if row[name] == 1} == expected
        assert sum(row[name] for row in data) == len(expected)


def test_a_session_across_midnight_is_in_both_days_and_started_in_one(world: World) -> None:
    world.event("2026-03-02T23:59:00", 1, path="/")
    world.event("2026-03-03T00:01:00", 1, path="/b")
    world.load()
    metrics = "unique_sessions,entries,avg_session_duration_sec,pageviews"
    data = world.ask("timeseries", since="2026-03-02", to="2026-03-03", metrics=metrics)["data"]
    assert [list(row.values())[1:] for row in data] == [[1, 1, 120.0, 1], [1, 0, 0.0, 1]]
    assert world.ask("stats", since="2026-03-02", to="2026-03-03")["unique_sessions"] == 1


def test_a_late_event_moves_the_start_of_its_session_and_loses_it_in_no_period(world: World) -> None:
    world.event("2026-03-03T00:00:30", 1, path="/")
    world.event("2026-03-02T23:59:30", 1, path="/b")
    world.load()
    entries = world.ask("timeseries", since="2026-03-02", to="2026-03-03", metrics="entries")["data"]
    assert [row["entries"] for row in entries] == [1, 0]


def test_events_are_rows_as_the_wire_format_has_them(world: World) -> None:
    world.event(
        "2026-03-02T10:00:00.123", 1, "conversion", "/pay", page_title="Pay", event_name="buy", value="9.5", currency="EUR",
        country_code="DE", properties='{"plan":"pro","n":{"a":[1]}}', ai_duration_sec=4.5, ai_resolved=1, event_id=2**63 + 5,
    )  # fmt: skip
    world.load()
    row = world.ask("events", **DAY)["data"][0]
    expected = {
        "event_id": str(2**63 + 5), "timestamp": "2026-03-02T10:00:00.123Z", "event_type": "conversion", "event_name": "buy",
        "source": "web", "page_url": "https://example.com/pay", "page_path": "/pay", "page_title": "Pay", "referrer": None,
        "referrer_domain": None, "country_code": "DE", "country": "Germany", "region": None, "city": None, "browser": None,
        "os": None, "device_type": None, "utm_source": None, "utm_medium": None, "utm_campaign": None, "utm_term": None,
        "utm_content": None, "session_id": "s1", "visitor_type": "human", "value": 9.5, "currency": "EUR",
        "ai_provider": None, "ai_duration_sec": 4.5, "ai_cost_usd": None, "ai_resolved": True,
        "properties": {"plan": "pro", "n": {"a": [1]}},
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected
    assert not {"project_no", "visitor_key", "session_key"} & set(row)


def test_events_pages_by_cursor_have_no_gap_and_no_repeat_while_events_arrive(world: World) -> None:
    times = [
        "2026-03-09T10:00:00",
        "2026-03-09T10:00:00",
        "2026-03-09T09:59:59.500",
        "2026-03-08T01:00:00",
        "2026-02-10T00:00:00",
    ]
    for number, at in enumerate(times):
        world.event(at, number, path="/", event_id=100 + number, visitor_type="bot" if number == 1 else "human")
    world.load()
    seen, cursor = [], None
    for _ in range(3):
        answer = world.ask("events", limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [row["event_id"] for row in answer["data"]]
        cursor = answer["meta"]["next_cursor"]
        world.event("2026-03-10T11:00:00", 50, path="/new", event_id=1000 + len(seen))
        world.load()
    assert seen == ["101", "100", "102", "103", "104"]
    assert cursor is None
    newest = world.ask("events", limit=4, offset=2)
    assert [row["event_id"] for row in newest["data"]] == ["1002", "101", "100", "102"]
    assert newest["meta"] | {"period": 0, "next_cursor": 0} == {
        "limit": 4,
        "offset": 2,
        "count": 4,
        "period": 0,
        "next_cursor": 0,
    }
    assert newest["meta"]["next_cursor"]


@pytest.mark.parametrize(
    "cursor",
    ["x", "é", "bnVsbA", "WzEsMl0x", "Wy0xLDVd", "WzEuNSwyXQ", "WzEsMl0=====", "W" * 200, "WzFlMzAwLDFd"],
)
def test_events_refuses_a_cursor_that_is_not_ours(world: World, cursor: str) -> None:
    with pytest.raises(MetroneError) as caught:
        world.ask("events", cursor=cursor)
    assert (caught.value.code, caught.value.message[:7]) == ("INVALID_PAYLOAD", "cursor:")


def test_sources_split_by_source_traffic_referrer_and_campaign(world: World) -> None:
    google = {"traffic_source": "organic", "traffic_channel": "organic_search", "referrer_domain": "google.com"}
    world.event("2026-03-02T10:00:00", 1, path="/", **google)
    world.event("2026-03-02T10:01:00", 1, "conversion")
    mail = {"utm_source": "news", "utm_medium": "email", "traffic_source": "campaign", "traffic_channel": "email"}
    world.event("2026-03-02T10:00:00", 2, path="/", **mail)
    world.event(
        "2026-03-02T10:00:00", 3, "ai_call", source_class="voice", traffic_source="direct", traffic_channel="direct"
    )
    world.load()
    answer = world.ask("sources", **DAY)
    assert answer["channels"] == [
        {"source": "web", "events": 3, "conversions": 1, "unique_sessions": 2, "share": 75.0},
        {"source": "voice", "events": 1, "conversions": 0, "unique_sessions": 1, "share": 25.0},
    ]
    assert [(row["source"], row["sessions"], row["conversions"]) for row in answer["traffic"]] == [
        ("campaign", 1, 0),
        ("direct", 1, 0),
        ("organic", 1, 1),
    ]
    assert [row["channel"] for row in answer["traffic_channels"]] == ["direct", "email", "organic_search"]
    assert answer["referrers"] == [
        {"referrer_domain": "google.com", "events": 2, "conversions": 1, "unique_sessions": 1}
    ]
    campaign = {"utm_source": "news", "utm_medium": "email", "utm_campaign": None}
    assert answer["campaigns"] == [{**campaign, "sessions": 1, "pageviews": 1, "conversions": 0}]
    assert world.ask("sources", since="2026-03-05", to="2026-03-05")["channels"] == []


@pytest.mark.parametrize("name", ["stats", "timeseries", "pages", "sources", "events", "live", "breakdown"])
def test_every_read_answers_for_a_project_without_events(world: World, name: str) -> None:
    params: dict[str, Any] = {"stats": {"interval": "week", "compare": "year"}, "breakdown": {"dimension": "page"}}.get(
        name, {}
    )
    result = world.ask(name, **params)
    if name == "stats":
        assert [row["pageviews"] for row in result["timeseries"]] == [0] * 5
        assert result["previous"]["unique_visitors"] == result["unique_visitors"] == 0
    elif name == "live":
        assert set(result.values()) == {0}
    else:
        assert all(not row or name == "timeseries" for row in result.get("data", []))


def test_parameters_have_schemas_with_a_description_for_every_field() -> None:
    for read in READS.values():
        schema = msgspec.json.schema(read.params)
        struct = next(iter(schema["$defs"].values()))
        for field, described in struct["properties"].items():
            inner = [described, *described.get("anyOf", [])]
            assert any("description" in part for part in inner), (read.title, field)


def test_live_counts_five_minutes_and_the_day_of_the_project(world: World) -> None:
    now = datetime(2026, 3, 2, 22, 2, tzinfo=UTC)  # 00:02 of the 3rd in Helsinki
    world.event("2026-03-02T21:56:59", 1, path="/")
    world.event("2026-03-02T21:57:00", 2, path="/")
    world.event("2026-03-02T21:58:00", 3, path="/", visitor_type="bot")
    world.event("2026-03-02T22:01:00", 4, path="/")
    world.event("2026-03-02T22:01:30", 4, "conversion")
    world.load()
    assert world.ask("live", tz="Europe/Helsinki", now=now) == {
        "active_visitors": 2,
        "today_events": 2,
        "today_pageviews": 1,
        "today_sessions": 1,
        "today_conversions": 1,
    }
    assert world.ask("live", now=now)["today_events"] == 4


def test_batch_answers_as_single_questions_do_and_one_failure_is_alone(world: World) -> None:
    for number, country in enumerate(["DE", "DE", "FR", ""]):
        own = {"country_code": country, "browser": "Firefox", "utm_source": "x" * (number % 2)}
        world.event("2026-03-02T10:00:00", number, path=f"/{number % 2}", **own)
    world.load()
    days = {"from": "2026-03-02", "to": "2026-03-02"}
    names = ("country", "browser", "utm_source", "entry_page", "page", "event_type", "country", "exit_page", "nonsense")
    metrics = ("pageviews", "unique_visitors", "bounce_rate")
    asked: list[tuple[str, dict[str, object]]] = [
        ("breakdown", {"dimension": name, "metrics": list(metrics[:count]), "limit": 1, **days})
        for name in names
        for count in (2, 3)
    ]
    others: list[dict[str, Any]] = [
        {"filters": [["is", "country", ["DE"]]]},
        {"test": "only"},
        {"offset": 1},
        {"order_by": "value"},
        {"from": "2026-03-01"},
    ]
    for other in others:
        plain = {**days, "dimension": "country", "metrics": ["pageviews", "unique_visitors"], "limit": 1}
        asked += [("breakdown", {**plain, "dimension": "browser"} | other), ("breakdown", plain | other)]
    asked += [("stats", {**days}), ("live", {}), ("nothing", {}), ("pages", {"limit": 0})]
    asked += [("breakdown", {"dimension": "page", "days": "x"})]
    results = answer_batch(world.context(), asked)
    failed = 0
    for (name, params), result in zip(asked, results, strict=True):
        if isinstance(result, MetroneError):
            failed += 1
            with pytest.raises(MetroneError) as caught:
                answer(world.context(), name, params)
            assert (caught.value.code, caught.value.message) == (result.code, result.message)
        else:
            assert result == answer(world.context(), name, params)
    assert failed == 5


def test_parameters_may_be_texts_of_a_query_string(world: World) -> None:
    world.event("2026-03-10T10:00:00", 1, path="/", country_code="DE")
    world.load()
    params: dict[str, Any] = {
        "days": "7",
        "limit": "5",
        "offset": "0",
        "filters": '[["is","country",["DE"]]]',
        "unknown": "ignored",
    }
    assert world.ask("pages", **params)["data"][0]["pageviews"] == 1


@pytest.mark.parametrize(
    ("name", "params", "start"),
    [
        ("stats", {"days": "0"}, "days:"),
        ("stats", {"days": "3661"}, "days:"),
        ("stats", {"days": "ten"}, "days:"),
        ("stats", {"compare": "week"}, "compare:"),
        ("stats", {"interval": "second"}, "interval:"),
        ("stats", {"compare": "custom"}, "compare_from:"),
        ("stats", {"compare": "custom", "compare_from": "2026-03-01", "compare_weekday": "true"}, "compare_from:"),
        ("stats", {"compare": "year", "compare_from": "2026-03-01"}, "compare_from:"),
        ("stats", {"compare": "custom", "compare_from": "2026-03-02", "compare_to": "2026-03-01"}, "compare_from:"),
        ("stats", {"visitor_type": "robot"}, "visitor_type:"),
        ("stats", {"tz": "x"}, "tz:"),
        ("pages", {"limit": 1001}, "limit:"),
        ("pages", {"order_by": "page_path; drop"}, "order_by:"),
        ("pages", {"order_by": "pageviews:up"}, "order_by:"),
        ("breakdown", {}, "Object missing required field `dimension`"),
        ("breakdown", {"dimension": "page", "metrics": "x"}, "metrics:"),
        ("timeseries", {"metrics": 5}, "metrics:"),
        ("timeseries", {"from": "2000-01-01", "to": "2009-01-01", "interval": "hour"}, "interval:"),
        ("everything", {}, "type:"),
    ],
)
def test_bad_parameters_are_refused_with_their_name(
    world: World, name: str, params: dict[str, object], start: str
) -> None:
    with pytest.raises(MetroneError) as caught:
        answer(world.context(), name, params)
    assert (caught.value.code, caught.value.message[: len(start)]) == ("INVALID_PAYLOAD", start)


def test_reads_are_those_of_the_wire_format() -> None:
    assert set(READS) == {
        *("stats", "events", "pages", "sources", "live", "breakdown", "timeseries"),
        *("ai", "interactions", "interaction", "deliveries", "goals"),
    }
    assert NOW.tzinfo is UTC
