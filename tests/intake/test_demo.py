"""The demo's data: the same for a seed, believable in its shares, and taken through the real steps."""

import statistics
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from metrone.control.projects import Project
from metrone.control.salts import Salts
from metrone.events.beside import DeliveryRow, InteractionRow
from metrone.events.event import Event
from metrone.events.vocabulary import EVENT_TYPES, SOURCE_CLASSES
from metrone.intake.demo.filling import ids_of_run, lay_rows
from metrone.intake.demo.moments import Moment
from metrone.intake.demo.month import LAUNCH_DAYS_AGO, Month, Plan
from metrone.intake.demo.scenery import NEXT_PAGE, TITLES, WALKS
from metrone.intake.draft import Desk
from metrone.intake.geo import Atlas
from metrone.intake.ids import EventIds
from metrone.intake.sessions import Sessions

ZONE = ZoneInfo("Europe/Berlin")
END = datetime(2026, 11, 23, 16, 0, tzinfo=ZONE)  # a Monday; the clocks changed within the 30 days before it
PLAN = Plan(END, 30, 20_000, 7)
PROJECT = Project("prj_demo", 9, "Demo", "", "Europe/Berlin", 1, None, END, b"s" * 32)


def _moments(plan: Plan = PLAN) -> list[Moment]:
    return [each for hour in Month(plan).hours() for each in hour]


@pytest.fixture(scope="module")
def rows() -> list[Event]:
    desk = Desk(Atlas(), Sessions(), Salts(END.date(), b"t" * 32, b"y" * 32))
    entries, _ = lay_rows(desk, PROJECT, _moments(), ids_of_run(PROJECT, PLAN))
    decoder = msgspec.json.Decoder(Event)
    return [decoder.decode(entry.row) for entry in entries]


def test_hours_give_the_same_when_seed_and_end_are_the_same() -> None:
    plan = Plan(END, 2, 500, 3)
    first, again = _moments(plan), _moments(plan)
    assert [(each.at, each.person, each.event) for each in first] == [(a.at, a.person, a.event) for a in again]
    other = _moments(Plan(END, 2, 500, 4))
    assert [each.at for each in first] != [each.at for each in other]


def test_hours_stay_within_the_period_in_order_when_clocks_change() -> None:
    times = [each.at for each in _moments()]
    assert times == sorted(times)
    assert 0 <= times[0] - (END.timestamp() - 30 * 86400) < 3600
    assert END.timestamp() - 300 < times[-1] < END.timestamp()


@pytest.mark.parametrize(("days", "events"), [(30, 20_000), (7, 5_000), (60, 40_000)])
def test_hours_give_about_as_many_events_as_asked(days: int, events: int) -> None:
    assert len(_moments(Plan(END, days, events, 1))) == pytest.approx(events, rel=0.15)


def test_days_have_a_weekly_rhythm_growth_and_one_peak(rows: list[Event]) -> None:
    visits: Counter[date] = Counter()
    for row in rows:
        if row.event_type == "pageview" and row.visitor_type == "human":
            visits[datetime.fromtimestamp(row.timestamp, ZONE).date()] += 1
    full = sorted(visits)[1:-1]
    by_weekday: defaultdict[int, list[int]] = defaultdict(list)
    for day in full:
        by_weekday[day.weekday()].append(visits[day])
    weekend = statistics.mean(by_weekday[5] + by_weekday[6])
    assert weekend < 0.75 * statistics.mean(by_weekday[1] + by_weekday[2])
    assert sum(visits[day] for day in full[-7:]) > 1.15 * sum(visits[day] for day in full[:7])
    peak = full[-LAUNCH_DAYS_AGO]  # today is not among the full days
    same_weekday = [visits[day] for day in full if day.weekday() == peak.weekday() and day != peak]
    assert visits[peak] > 1.2 * max(same_weekday)


def test_rows_hold_everything_that_a_dashboard_shows(rows: list[Event]) -> None:
    human = [row for row in rows if row.visitor_type == "human"]
    assert {row.event_type for row in rows} <= EVENT_TYPES
    assert {row.source_class for row in human} == SOURCE_CLASSES - {"server"}
    assert {row.traffic_source for row in human} >= {"direct", "organic", "social", "referral", "campaign"}
    assert "ai_assistants" in {row.traffic_channel for row in human}
    assert any(
        row.utm_source and row.utm_medium and row.utm_campaign and row.utm_term and row.utm_content for row in human
    )
    assert {row.currency for row in human if row.event_type == "conversion"} == {"USD", "EUR", "GBP"}
    assert all(float(row.value or 0) > 0 for row in human if row.event_type == "conversion")
    assert {row.device_type for row in human} >= {"desktop", "mobile", "tablet"}
    assert len({row.country_code for row in human}) > 10
    assert all(row.is_clock_adjusted == 0 for row in rows)
    assert len({row.event_id for row in rows}) == len(rows)
    assert [row.event_id for row in rows] == sorted(row.event_id for row in rows)


def test_ids_are_no_servers_and_no_other_runs_when_events_have_one_time() -> None:
    at = END.timestamp()
    server = EventIds(lambda: at).take(1_000)
    again = replace(PLAN, end=END + timedelta(seconds=1))
    runs = [[take_id(at) for _ in range(100)] for take_id in (ids_of_run(PROJECT, plan) for plan in (PLAN, again))]
    assert len({*runs[0], *runs[1], *range(server, server + 1_000)}) == 1_200


def test_agents_and_bots_are_told_from_people(rows: list[Event]) -> None:
    agents = {row.agent_name for row in rows if row.visitor_type == "ai_agent"}
    assert {"GPTBot", "ClaudeBot", "PerplexityBot", "ChatGPT-User"} <= agents
    assert any(row.visitor_type == "bot" for row in rows)
    assert all('"agent_capture":"server"' in row.properties for row in rows if row.visitor_type != "human")
    assert all(row.event_type == "pageview" for row in rows if row.visitor_type != "human")


def test_calls_are_told_whole_and_some_helped_a_sale(rows: list[Event]) -> None:
    calls = [row for row in rows if row.event_type == "ai_call"]
    assert {row.ai_outcome for row in calls} == {"completed", "not_answered", "failed", "unknown"}
    assert len({row.ai_provider for row in calls}) >= 4
    assert len({row.interaction_key for row in calls}) == len(calls)
    assert all(row.ai_cost_usd is not None and row.ai_duration_sec is not None for row in calls)
    web = {row.session_key for row in rows if row.event_type == "pageview"}
    assert 0.1 < sum(row.session_key in web for row in calls) / len(calls) < 0.6
    talked = {row.session_key for row in rows if row.interaction_key}
    sold = [row for row in rows if row.event_type == "conversion"]
    assert 0.05 < sum(row.session_key in talked for row in sold) / len(sold) < 0.8


def test_platforms_told_more_of_calls_and_chats() -> None:
    desk = Desk(Atlas(), Sessions(), Salts(END.date(), b"t" * 32, b"y" * 32))
    entries, beside = lay_rows(desk, PROJECT, _moments(), ids_of_run(PROJECT, PLAN))
    rows = [msgspec.json.decode(entry.row, type=Event) for entry in entries]
    told = [msgspec.json.decode(each.row, type=InteractionRow) for each in beside if each.table == InteractionRow.TABLE]
    by_key = {row.interaction_key: row for row in rows if row.event_type in {"ai_call", "ai_chat"}}
    assert [row.interaction_key for row in told] == list(by_key)
    assert {row.direction for row in told} == {"inbound", "outbound"}
    assert len({row.endpoint for row in told}) >= 4
    assert len({row.end_reason for row in told}) >= 8
    assert {row.csat for row in told} >= {1.0, 5.0, None}
    handed = [row for row in told if row.handoff and row.medium == "phone"]
    assert handed
    assert {(row.resolution, by_key[row.interaction_key].ai_resolved) for row in handed} == {("escalated", None)}
    assert sum(each.table == DeliveryRow.TABLE for each in beside) == len(told)
    assert lay_rows(Desk(Atlas(), Sessions(), desk.salts), PROJECT, _moments(), ids_of_run(PROJECT, PLAN))[1] == beside


def test_visits_walk_from_page_to_page_that_exist(rows: list[Event]) -> None:
    pages = Counter(row.session_key for row in rows if row.event_type == "pageview" and row.visitor_type == "human")
    assert max(pages.values()) <= 12
    assert 0.35 < sum(count == 1 for count in pages.values()) / len(pages) < 0.65
    assert set(WALKS) == set(TITLES) == set(NEXT_PAGE)
    assert {page for following in WALKS.values() for page in following} <= set(TITLES)
    assert all(sum(following.values()) < 1 for following in WALKS.values())
