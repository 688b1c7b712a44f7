"""What reads answer fits its types, and what is asked arrives as it was meant."""

import json
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints, is_typeddict

import pytest

from metrone_client import (
    MetroneError,
    MetroneRateLimitError,
    MetroneServerError,
    MetroneTimeoutError,
    answers,
    interactions,
)
from metrone_client.reads import build_query, build_read
from tests import contract
from tests.clients.python.conftest import Connect
from tests.flaky import Fault, Flaky
from tests.running import RunningServer, TestProject

KINDS: dict[str, Any] = {
    "ai": interactions.AI,
    "deliveries": interactions.Deliveries,
    "events-page": answers.Events,
    "events": answers.Events,
    "filtered": answers.Stats,
    "goals": answers.Goals,
    "interaction": interactions.InteractionDetail,
    "interactions": interactions.Interactions,
    "live": answers.Live,
    "pages": answers.Pages,
    "sources": answers.Sources,
    "stats-compare": answers.Stats,
    "stats-interval": answers.Stats,
    "stats": answers.Stats,
}
NOT_ASKED = {"health-books", "health"}  # of the operator, not of a client
BY_QUERY = {"breakdown", "timeseries", "query"}


def misfits(value: Any, kind: Any, where: str = "answer") -> list[str]:
    """Where a value differs from its type: a field too much or too few, or of another type."""
    if is_typeddict(kind):
        hints = get_type_hints(kind)
        odd = [f"{where}: {name}" for name in (value.keys() ^ kind.__required_keys__) - kind.__optional_keys__]
        return odd + [
            odd for name in value.keys() & hints.keys() for odd in misfits(value[name], hints[name], f"{where}.{name}")
        ]
    if get_origin(kind) is list:
        return [odd for item in value for odd in misfits(item, get_args(kind)[0], f"{where}[]")]
    if kind is Any:
        return []
    options = get_args(kind) if get_origin(kind) is not dict else (dict,)
    options = tuple(word for option in options for word in (get_args(option) or (option,)))  # `Literal[…] | None`
    allowed = [float if option is int else option for option in options or (kind,)]
    shown = float(value) if isinstance(value, int) and not isinstance(value, bool) else value
    fits = any(shown == option or (isinstance(option, type) and isinstance(shown, option)) for option in allowed)
    return [] if fits else [f"{where}: {value!r} is no {kind}"]


@pytest.mark.parametrize("path", contract.examples("reads"), ids=lambda path: str(path.stem))
def test_each_answer_of_the_contract_fits(path: Path) -> None:
    body = contract.load(path)["response"]["body"]
    if path.stem in KINDS:
        assert misfits(body, KINDS[path.stem]) == []
    elif path.stem == "query":
        assert [odd for result in body["results"] for odd in misfits(result, answers.Result)] == []
    else:
        assert path.stem in NOT_ASKED | BY_QUERY


@pytest.mark.parametrize("path", contract.examples("reads"), ids=lambda path: str(path.stem))
def test_each_read_of_the_contract_can_be_asked(path: Path) -> None:
    request = contract.load(path)["request"]
    name, _, query = request["path"].removeprefix("/v1/api/").partition("?")
    if path.stem == "query":
        asked = build_query(request["body"]["queries"])
        assert json.loads(asked.body or b"") == request["body"]
        assert (asked.method, asked.path) == ("POST", request["path"])
    elif path.stem in KINDS:
        pairs = dict(pair.split("=") for pair in query.split("&")) if query else {}
        given: dict[str, Any] = {f"{key}_" if key == "from" else key: value for key, value in pairs.items()}
        if "filters" in given:
            given["filters"] = [["is", "event_type", ["conversion"]]]
        built = build_read(name, given)
        assert (built.method, built.path.replace("+", "")) == ("GET", request["path"])


def test_how_parameters_are_written() -> None:
    at = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    path = build_read("stats", {"from_": date(2026, 1, 1), "to": at, "tz": "Europe/Berlin", "cursor": None}).path
    assert path == "/v1/api/stats?from=2026-01-01&to=2026-01-02T03%3A04%3A00%2B00%3A00&tz=Europe%2FBerlin"
    assert build_read("live", {}).path == "/v1/api/live"


def test_every_read_of_a_running_server(connect: Connect, server: RunningServer, project: TestProject) -> None:
    client = connect(project.full)
    for number in range(3):
        client.pageview(
            f"https://site.example/p{number}?utm_source=news&utm_medium=email", referrer="https://a.example/"
        )
    client.conversion("purchase", 69, {"currency": "USD"}, page_url="https://site.example/p1")
    assert client.flush().sent == 4
    server.drained()
    stats = client.get_stats(days=1, compare="previous", interval="hour")
    assert (stats["pageviews"], stats["conversions"], stats["revenue"]) == (3, 1, {"USD": 69.0})
    seen: list[str] = []
    cursor = None
    for _ in range(2):
        page = client.get_events(limit=2, cursor=cursor)
        seen += [row["event_id"] for row in page["data"]]
        cursor = page["meta"]["next_cursor"]
    assert len(set(seen)) == 4
    pages = client.get_pages(order_by="pageviews:desc", limit=10)
    assert {row["page_path"] for row in pages["data"]} == {"/p0", "/p1", "/p2"}
    sources, live = client.get_sources(days=1), client.get_live()
    assert live["today_pageviews"] == 3
    kinds = (answers.Stats, answers.Events, answers.Pages, answers.Sources, answers.Live)
    given = (stats, page, pages, sources, live)
    assert [odd for value, kind in zip(given, kinds, strict=True) for odd in misfits(value, kind)] == []
    filtered = client.get_stats(days=1, filters=[["is", "page", ["/p1"]]])
    assert filtered["pageviews"] == 1
    breakdown = {"type": "breakdown", "params": {"dimension": "page"}}
    answered = client.query([{"type": "stats", "params": {"days": 1}, "id": 1}, {"type": "nonsense"}, breakdown])
    assert [(result["ok"], result.get("id")) for result in answered] == [(True, 1), (False, None), (True, None)]
    assert answered[0]["data"]["pageviews"] == 3


def test_interactions_of_a_running_server(connect: Connect, server: RunningServer, project: TestProject) -> None:
    client = connect(project.full)
    call = {"id": "call-1", "type": "ended", "kind": "call", "outcome": "completed"}
    server.client(project.write).post("/v1/webhooks/generic/main", json=call).raise_for_status()
    server.drained()
    assert client.get_ai(days=1)["totals"]["outcomes"]["completed"] == 1
    (row,) = client.get_interactions(days=1, kind="call")["data"]
    one = client.get_interaction(row["id"])
    assert (one["external_id"], [told["event"] for told in one["timeline"]]) == ("call-1", ["ended"])
    assert client.get_deliveries(platform="generic")["data"] == one["timeline"]
    with pytest.raises(MetroneError, match="no such call or chat") as caught:
        client.get_interaction("int_0000000000000001")
    assert caught.value.code == "NOT_FOUND"


@pytest.mark.parametrize("fault", ["reset", "lost", {"status": 500}, {"status": 429, "retry_after": 1}], ids=str)
def test_a_read_outlives_a_fault(
    connect: Connect, server: RunningServer, any_project: TestProject, fault: Fault
) -> None:
    with Flaky(server.port, [fault]) as flaky:
        assert "active_visitors" in connect(any_project.full, endpoint=flaky.url).get_live()
        assert len(flaky.seen) == 2


def test_what_a_read_does_not_outlive(connect: Connect, server: RunningServer, any_project: TestProject) -> None:
    plan: list[Fault] = [{"status": 502}, {"status": 502}, "timeout", {"status": 429, "retry_after": 90}]
    with Flaky(server.port, plan) as flaky:
        with pytest.raises(MetroneServerError, match="Planned answer 502"):
            connect(any_project.full, endpoint=flaky.url, max_retries=1).get_live()
        impatient = connect(any_project.full, endpoint=flaky.url, max_retries=0, timeout_ms=200)
        with pytest.raises(MetroneTimeoutError):
            impatient.get_live()
        since = time.monotonic()
        with pytest.raises(MetroneRateLimitError) as caught:
            connect(any_project.full, endpoint=flaky.url).get_live()  # a longer wait than a time-out is the caller's
        assert caught.value.retry_after_sec == 90
        assert time.monotonic() - since < 30


def test_through_a_proxy_of_the_environment(
    connect: Connect, server: RunningServer, any_project: TestProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Flaky(server.port) as flaky:
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("http_proxy", flaky.url)
        client = connect(any_project.full, endpoint="http://metrone.example")  # a name that only the proxy could know
        assert "active_visitors" in client.get_live()
        assert [seen.path for seen in flaky.seen] == ["http://metrone.example/v1/api/live"]
