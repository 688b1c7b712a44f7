"""Shared links: numbers alone, of the locked segment alone, to who has the link and its password, until it is revoked."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from metrone.control.audit import OPERATOR
from metrone.control.projects import get_project
from metrone.control.shares import NewShare, create_share
from metrone.reports.dimensions import DIMENSIONS
from metrone.reports.reads import READS
from metrone.web.attempts import TRIES_FROM_NETWORK
from metrone.web.read import GET_PATHS, QUERIES_MAX
from tests.running import RunningServer, eventually
from tests.web.people import SETTINGS, Person, owner_of
from tests.web.visitors import new_interaction, opened
from tests.web.world import World

INSIDE, OUTSIDE = "inside", "outside"
PASSWORD = "violet anchor humming drum"
EVENTS = 4  # inside, and as many outside
SEGMENT = [["is", "utm_source", [INSIDE]]]
# One of each kind: of a session, of an event, of a whole session, of an interaction; every operator.
LOCKS: list[list[list[Any]]] = [
    SEGMENT,
    [["contains", "page", ["/insi"]], ["is_not", "utm_source", [OUTSIDE, ""]]],
    [["is", "entry_page", [f"/{INSIDE}"]], ["contains_not", "title", ["outs"]]],
    [["matches", "endpoint", ["^ins"]]],
    [["is", "intent", [INSIDE]], ["is", "visitor_type", ["human"]]],
    [["is", f"props:{INSIDE}", [INSIDE]]],
]
METRICS = "total_events,unique_visitors,unique_sessions,entries,exits,bounce_rate,ai_interactions"
ROWS = [name for name, read in READS.items() if read.has_rows]
NUMBERS = [name for name, read in READS.items() if not read.has_rows]
PLAIN: dict[str, dict[str, Any]] = {"breakdown": {"dimension": "page"}, "timeseries": {"interval": "day"}}
# What a reader may ask to see more.
WIDER: list[dict[str, Any]] = [
    {"visitor_type": "all", "test": "include"},
    {"filters": [["is", "utm_source", [OUTSIDE]], ["is_not", "visitor_type", ["bot"]]]},
    {"filters": [["is", "entry_page", [f"/{OUTSIDE}", f"/{INSIDE}"]], ["is_not", "page", ["/nowhere"]]]},
]


@dataclass(frozen=True)
class Shop:
    """A project with events inside and outside of every segment of LOCKS, and its owner."""

    server: RunningServer
    owner: Person
    id: str
    key: str
    interaction: str

    def share(self, **wanted: Any) -> dict[str, Any]:
        """A new link, as its owner makes it."""
        made: dict[str, Any] = self.owner.does("POST", f"/projects/{self.id}/shares", {"name": "Board", **wanted})
        return made

    def token(self, **wanted: Any) -> str:
        return str(self.share(**wanted)["url"]).rsplit("/", 1)[1]

    def ask(self, share: str, path: str, **more: Any) -> httpx.Response:
        """A request of somebody who has nothing but the link."""
        return httpx.get(f"{self.server.url}{path}", headers={"X-Metrone-Share": share}, timeout=30, **more)

    def query(self, headers: dict[str, str], asked: list[tuple[str, dict[str, Any]]]) -> list[Any]:
        found: list[Any] = []
        for at in range(0, len(asked), QUERIES_MAX):
            queries = [{"type": name, "params": params} for name, params in asked[at : at + QUERIES_MAX]]
            answer = httpx.post(
                f"{self.server.url}/v1/api/query", json={"queries": queries}, headers=headers, timeout=60
            )
            assert answer.status_code == 200, answer.text
            found += answer.json()["results"]
        return found


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    server = RunningServer(tmp_path_factory.mktemp("shop"), dict(SETTINGS)).start()
    project = server.project("Shop")
    owner = owner_of(server)
    for name in (INSIDE, OUTSIDE):
        event = {
            "event_name": name, "page_url": f"https://{name}.test/{name}", "page_title": name, "session_id": name,
            "referrer": f"https://{name}-referrer.test/", "utm_source": name, "utm_medium": name, "utm_campaign": name,
            "utm_term": name, "utm_content": name, "screen": name, "channel": name, "ai_provider": name, "ai_intent": name,
            "ai_model": name, "properties": {"value": 7, "currency": "USD", name: name},
        }  # fmt: skip
        for kind in ("pageview", "conversion", "ai_call"):
            client = server.client(project.write)
            client.post("/v1/events", json={**event, "event_type": kind, "user_id": name}).raise_for_status()
    server.drained()
    interaction = [new_interaction(server, project, name) for name in (INSIDE, OUTSIDE)][1]
    yield Shop(server, owner, project.id, project.full, interaction)
    server.kill()


def questions() -> list[tuple[str, dict[str, Any]]]:
    """Every read of numbers as it is and in every wider way, and every dimension."""
    asked = [(name, PLAIN.get(name, {})) for name in NUMBERS]
    asked += [(name, {**PLAIN.get(name, {}), **more}) for name in NUMBERS for more in WIDER]
    asked += [
        ("breakdown", {"dimension": dimension, "metrics": METRICS})
        for dimension in DIMENSIONS
        if dimension != "property"
    ]
    return [*asked, ("stats", {"compare": "previous", "interval": "day"}), ("pages", {"order_by": "exits"})]


@pytest.mark.parametrize("lock", LOCKS, ids=[json.dumps(lock) for lock in LOCKS])
def test_every_number_is_that_of_the_locked_segment(shop: Shop, lock: list[list[Any]]) -> None:
    asked = questions()
    found = shop.query({"X-Metrone-Share": shop.token(filters=lock)}, asked)
    for (name, params), answer in zip(asked, found, strict=True):
        assert answer["ok"], (name, params)
        assert OUTSIDE not in json.dumps(answer), (name, params)
    # The plain ones are what the same filters give to who sees the whole.
    narrowed = [(name, {**PLAIN.get(name, {}), "filters": lock}) for name in NUMBERS]
    for (name, _), ours, theirs in zip(narrowed, found, shop.query({"X-Api-Key": shop.key}, narrowed), strict=False):
        assert {**ours["data"], **_MOVING} == {**theirs["data"], **_MOVING}, name


# Five minutes of a busy machine change it.
_MOVING = {"active_visitors": None}


def test_the_search_above_would_have_found_something(shop: Shop) -> None:
    asked = questions()
    found = shop.query({"X-Api-Key": shop.key}, asked)
    told = {
        params.get("dimension", name)
        for (name, params), answer in zip(asked, found, strict=True)
        if OUTSIDE in str(answer)
    }
    assert {"pages", "sources", "ai", "page", "entry_page", "utm_source", "intent", "endpoint", "hostname"} <= told
    (stats,) = shop.query({"X-Metrone-Share": shop.token(filters=SEGMENT)}, [("stats", {})])
    assert (stats["data"]["total_events"], stats["data"]["unique_visitors"]) == (EVENTS, 1)


def test_link_tells_no_rows_and_no_properties(shop: Shop) -> None:
    token = shop.token(filters=SEGMENT)
    for name in ROWS:
        answer = shop.ask(token, f"/v1/api{GET_PATHS[name]}".format(id=shop.interaction))
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "FORBIDDEN"), name
        assert "shared link" in answer.json()["error"]["message"]
    asked: list[tuple[str, dict[str, Any]]]
    asked = [(name, {"id": shop.interaction} if name == "interaction" else {}) for name in ROWS]
    asked += [("breakdown", {"dimension": dimension}) for dimension in ("property", f"props:{INSIDE}")]
    asked += [(name, {**PLAIN.get(name, {}), "filters": [["is", f"props:{INSIDE}", ["x"]]]}) for name in NUMBERS]
    for result in shop.query({"X-Metrone-Share": token}, asked):
        assert (result["ok"], result["error"]["code"]) == (False, "FORBIDDEN")
    # Two that share a pass are refused no less.
    both = [("breakdown", {"dimension": "page"}), ("breakdown", {"dimension": f"props:{INSIDE}"})]
    assert [result["ok"] for result in shop.query({"X-Metrone-Share": token}, both)] == [True, False]


@pytest.mark.parametrize("path", ["/v1/api/stream", "/v1/metrics", "/v1/health"])
def test_link_opens_nothing_beside_the_reads(shop: Shop, path: str) -> None:
    answer = shop.ask(shop.token(), path)
    assert answer.status_code == 403 or "books" not in answer.json()
    assert OUTSIDE not in answer.text


def test_link_narrows_whoever_else_asks(shop: Shop) -> None:
    token = shop.token(filters=SEGMENT)
    for headers in ({"X-Api-Key": shop.key}, {"X-Metrone-Project": "prj_other"}):
        answer = shop.ask(token, "/v1/api/stats")
        both = httpx.get(f"{shop.server.url}/v1/api/stats", headers={"X-Metrone-Share": token, **headers})
        assert both.json() == answer.json()
    signed_in = shop.owner.client.get("/v1/api/events", headers={"X-Metrone-Share": token})
    assert signed_in.status_code == 403
    assert shop.owner.client.get("/v1/api/stats", headers={"X-Metrone-Share": "wrong"}).status_code == 404


def test_link_shows_its_project_alone(shop: Shop) -> None:
    other = shop.server.project("Other")
    token = shop.token()
    for query in (f"project={other.id}", f"api_key={other.full}"):
        assert shop.ask(token, f"/v1/api/stats?{query}").json()["total_events"] == 2 * EVENTS
    assert (
        "x-metrone-share"
        not in shop.server.client().options("/v1/api/query").headers["access-control-allow-headers"].lower()
    )


def test_password_is_asked_for_and_its_tries_are_limited(shop: Shop) -> None:
    token = shop.token(password=PASSWORD, filters=SEGMENT)
    guest = Person(shop.server)
    assert guest.ask(f"/shares/{token}") == {"needs_password": True}
    assert shop.ask(token, "/v1/api/stats").status_code == 401
    opened_by = guest.client.post(f"/app/shares/{token}/open", json={"password": PASSWORD})
    assert opened_by.status_code == 200
    assert "set-cookie" not in opened_by.headers
    share = f"{token}.{opened_by.json()['proof']}"
    assert shop.ask(share, "/v1/api/stats").json()["total_events"] == EVENTS
    shown = guest.client.get(f"/app/shares/{token}", headers={"X-Metrone-Share": share}).json()
    assert (shown["needs_password"], shown["name"], shown["filters"]) == (False, "Shop", SEGMENT)
    found = [
        guest.client.post(f"/app/shares/{token}/open", json={"password": "wrong"}).status_code
        for _ in range(TRIES_FROM_NETWORK)
    ]
    assert found == [403] * (TRIES_FROM_NETWORK - 1) + [429]
    assert shop.ask(f"{token}.9999999999.{'0' * 64}", "/v1/api/stats").status_code == 401


def test_new_password_and_revoking_hold_at_once(shop: Shop) -> None:
    made = shop.share(password=PASSWORD)
    token, place = made["url"].rsplit("/", 1)[1], f"/projects/{shop.id}/shares/{made['id']}"
    proof = Person(shop.server).client.post(f"/app/shares/{token}/open", json={"password": PASSWORD}).json()["proof"]
    assert shop.ask(f"{token}.{proof}", "/v1/api/live").status_code == 200
    shop.owner.does("PUT", f"{place}/password", {"password": "another long password"})
    assert shop.ask(f"{token}.{proof}", "/v1/api/live").status_code == 401
    shop.owner.does("DELETE", place)
    assert shop.ask(f"{token}.{proof}", "/v1/api/live").status_code == 404
    assert shop.owner.send("DELETE", place).status_code == 404


def test_link_that_is_gone_is_as_one_that_never_was(shop: Shop) -> None:
    with opened(shop.server) as db:
        until = datetime.now(UTC) + timedelta(seconds=2)
        made = create_share(
            db, get_project(db, shop.id), NewShare("Soon", expires_at=until), (OPERATOR, datetime.now(UTC))
        )
    eventually(lambda: shop.ask(made.token, "/v1/api/live").status_code == 200, 2)
    eventually(lambda: shop.ask(made.token, "/v1/api/live").status_code == 404, 5)
    for path in ("/app/shares/{}", "/v1/api/stats"):
        gone, never = shop.ask(made.token, path.format(made.token)), shop.ask("x" * 32, path.format("x" * 32))
        assert (gone.status_code, never.status_code) == (404, 404)
        assert gone.json()["error"]["message"] == never.json()["error"]["message"]
    answer = Person(shop.server).client.post(f"/app/shares/{made.token}/open", json={"password": "x"})
    assert answer.status_code == 404
    (listed,) = [each for each in shop.owner.ask(f"/projects/{shop.id}/shares")["shares"] if each["name"] == "Soon"]
    assert listed["is_over"]


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"name": ""}, "name"),
        ({"expires_on": "soon"}, "expires_on"),
        ({"expires_on": "2020-01-01"}, "expires_on"),
        ({"expires_on": "9999-12-31"}, "expires_on"),
        ({"filters": [["is", "nothing", ["x"]]]}, "unknown dimension"),
        ({"filters": [["matches", "page", ["("]]]}, "regular expression"),
        ({"filters": [["is", "page", ["x"]]] * 21}, "at most 20"),
        ({"origins": ["javascript:alert(1)"]}, "not an origin"),
        ({"origins": ["https://a.test"] * 101}, "length <= 100"),
        ({"slug": "Not a slug"}, "slug"),
    ],
)
def test_link_that_cannot_be_is_refused_with_a_sentence(shop: Shop, wanted: dict[str, Any], field: str) -> None:
    answer = shop.owner.send("POST", f"/projects/{shop.id}/shares", {"name": "Board", **wanted})
    error = answer.json()["error"]
    assert answer.status_code == 400
    assert field == error.get("field") or field in error["message"], error


def test_pages_say_who_may_frame_and_list_them(shop: Shop) -> None:
    secret, public = shop.token(), shop.token(slug="acme-numbers")
    anywhere, somewhere = shop.token(can_embed=True), shop.token(can_embed=True, origins=["https://blog.test"])
    found = {}
    for path in (f"/share/{secret}", f"/embed/{secret}", "/embed/none", f"/share/{anywhere}", f"/share/{public}/voice"):
        answer = shop.ask("", path)
        assert answer.headers["x-frame-options"] == "DENY", path
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        found[path] = answer.headers.get("x-robots-tag")
    assert [*found.values()] == ["noindex", "noindex", "noindex", "noindex", None]
    for token, allowed in ((anywhere, "*"), (somewhere, "https://blog.test")):
        answer = shop.ask("", f"/embed/{token}")
        assert answer.status_code == 200
        assert "x-frame-options" not in answer.headers
        assert answer.headers["content-security-policy"].endswith(f"frame-ancestors {allowed}")
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"


def test_who_may_not_manage_sees_no_addresses(world: World) -> None:
    made = world.people["admin"].does("POST", f"/projects/{world.project}/shares", {"name": "B", "can_embed": True})
    token = made["url"].rsplit("/", 1)[1]
    assert made["embed_url"].endswith(f"/embed/{token}")
    for role in ("editor", "viewer"):
        listed = world.people[role].client.get(f"/app/projects/{world.project}/shares")
        assert [each["name"] for each in listed.json()["shares"]] == ["B"]
        assert token not in listed.text
    assert world.people["owner"].client.get(f"/app/projects/{world.project}/shares").text.count(token) == 2
