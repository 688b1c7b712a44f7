"""Webhooks as platforms call them: a real server, real bodies; one row a call, genuine ones only, answers that keep calls alive."""

import base64
import hashlib
import hmac
import json
import statistics
import time
from collections.abc import Callable, Iterator
from itertools import count, permutations
from typing import Any

import httpx
import pytest

from metrone.web.webhooks import BODY_MAX
from metrone.webhooks.registry import ADAPTERS
from tests.running import RunningServer, TestProject, eventually
from tests.web.deliveries import EVER, JSON, Desk
from tests.webhooks.samples import sample, samples

RETELL_ID = "call_7d90b1c2e3f4a5b6c7d8e9f0a1b"


@pytest.fixture
def desk(server: RunningServer, project: TestProject) -> Desk:
    return Desk(server, project)


def retell(event: str, **changes: Any) -> dict[str, Any]:
    """Retell's fixture of that event, with some fields of the call changed."""
    body: dict[str, Any] = json.loads(sample(f"retell/{event}").body)
    body["call"].update(changes)
    return body


def test_one_call_is_one_row_in_whatever_order_it_comes(desk: Desk) -> None:
    orders = list(permutations(["call_started", "call_ended", "call_analyzed"]))
    for number, order in enumerate(orders):
        for event in (*order, *order):
            assert desk.deliver("retell", retell(event, call_id=f"call_{number}")).status_code == 200
    desk.logged(6 * len(orders))
    rows = {row["external_id"]: row["id"] for row in desk.interactions(len(orders))}
    for number, order in enumerate(orders):
        row = desk.ask("interaction", id=rows[f"call_{number}"])
        assert (row["provider"], row["outcome"], row["resolution"]) == ("retell", "completed", "resolved")
        assert (row["cost_usd"], row["duration_sec"]) == (0.052183, 31.0)  # US cents and milliseconds in the body
        assert row["intent"] is not None
        assert [delivery["event"] for delivery in row["timeline"]] == [*order, *order]
    assert desk.ask("stats", **EVER)["ai_interactions"] == len(orders)
    totals = desk.ask("ai", **EVER)["totals"]["interactions"]
    assert totals == {"total": 6, "calls": 6, "chats": 0, "queries": 0}


def test_a_call_goes_on_as_one_after_a_crash(start_server: Any) -> None:
    server: RunningServer = start_server()
    desk = Desk(server, server.project())
    desk.deliver("retell", retell("call_started", call_id=RETELL_ID))
    server.kill()
    server.start()
    desk.deliver("retell", retell("call_ended", call_id=RETELL_ID))
    server.stop()
    server.start()
    desk.deliver("retell", retell("call_analyzed", call_id=RETELL_ID))
    (row,) = desk.interactions(1)
    eventually(lambda: len(desk.ask("interaction", id=row["id"])["timeline"]) == 3, what="all deliveries")
    row = desk.ask("interaction", id=row["id"])
    assert (row["outcome"], row["duration_sec"], row["intent"]) == ("completed", 31.0, "order_status")


@pytest.mark.parametrize("carrier_first", [True, False])
def test_a_call_that_also_comes_from_its_carrier_counts_once(desk: Desk, carrier_first: bool) -> None:
    vapi, twilio = sample("vapi/end-of-call-report"), sample("twilio/voice.completed")
    call_sid = "CA00000000000000000000000000000042"
    message = json.loads(vapi.body)
    message["message"]["call"]["phoneCallProviderId"] = call_sid
    form = twilio.body.replace(b"CA5d41c2f09a7e4b13b0c6d8e2f7a91b34", call_sid.encode())
    assert call_sid.encode() in form
    sends: list[Callable[[], httpx.Response]] = [
        lambda: desk.deliver("twilio", form, media="application/x-www-form-urlencoded"),
        lambda: desk.deliver("vapi", message),
    ]
    answers = [send() for send in (sends if carrier_first else reversed(sends))]
    assert [answer.status_code for answer in answers] == [200, 200]
    rows = {row["provider"]: row for row in desk.interactions(2)}
    assert [rows["vapi"]["linked_to"], rows["twilio"]["linked_to"]] == [None, rows["vapi"]["id"]]
    assert desk.ask("ai", **EVER)["totals"]["interactions"]["total"] == 1
    assert desk.ask("stats", **EVER)["ai_interactions"] == 1
    assert [row["value"] for row in desk.ask("ai", **EVER)["by_provider"]] == ["vapi"]


def test_a_call_belongs_to_the_visit_that_it_came_from(desk: Desk) -> None:
    visit = {
        "event_type": "pageview", "page_url": "https://shop.test/?utm_campaign=spring", "session_id": "web-7",
        "user_agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
    }  # fmt: skip
    desk.server.client(desk.project.write).post("/v1/events", json=visit).raise_for_status()
    now = int(time.time() * 1000)
    body = retell("call_ended", metadata={"metrone_session": "web-7"}, start_timestamp=now - 60_000, end_timestamp=now)
    desk.deliver("retell", body)
    (row,) = desk.interactions(1)
    assert row["session_id"] == "web-7"
    campaigns = desk.ask("breakdown", dimension="utm_campaign", metrics="ai_interactions,unique_visitors")
    assert campaigns["data"] == [{"value": "spring", "ai_interactions": 1, "unique_visitors": 1}]


def test_calls_of_one_number_are_one_persons_and_the_pages_that_name_it_are_too(desk: Desk) -> None:
    number = "+447700900123"
    for call_id, caller in (("call_1", number), ("call_2", "+44 7700 900123"), ("call_3", "+447700900999")):
        desk.deliver(
            "retell", retell("call_ended", call_id=call_id, from_number=caller, direction="inbound", metadata={})
        )
    page = {"event_type": "pageview", "page_url": "https://shop.test/", "user_id": number}
    desk.server.client(desk.project.write).post("/v1/events", json=page).raise_for_status()
    desk.interactions(3)
    eventually(lambda: desk.ask("stats", **EVER)["pageviews"] == 1, what="the pageview")
    stats = desk.ask("stats", **EVER)
    assert (stats["unique_visitors"], stats["ai_interactions"]) == (2, 3)


def test_probes_are_answered_whatever_the_address_looks_like(desk: Desk) -> None:
    client, key = desk.server.client(), desk.project.write
    for platform in ADAPTERS:
        for path in (f"/v1/webhooks/{platform}", f"/v1/webhooks/{platform}/", f"/v1/webhooks/{platform}/main/"):
            for method in ("HEAD", "GET"):
                answer = client.request(method, f"{path}?key={key}", follow_redirects=False)
                assert (answer.status_code, method, path) == (200, method, path)
        assert client.head(f"/v1/webhooks/{platform}?key=metrone_live_{'0' * 32}").status_code == 401


def test_platforms_hear_what_they_want_to_hear(desk: Desk) -> None:
    for name, media, body in (
        ("twilio/voice.completed", "text/xml", b"<Response/>"),
        ("retell/call_ended", "", b""),
        ("vapi/end-of-call-report", "", b""),
        ("intercom/ping", "", b""),
    ):
        answer = desk.send(name)
        assert answer.headers.get("content-type", "").startswith(media)
        assert answer.content.endswith(body)


def test_a_url_in_the_wrong_field_is_said_and_keeps_the_call_alive(desk: Desk) -> None:
    question = {"message": {"type": "assistant-request", "call": {"id": "c-1", "type": "inboundPhoneCall"}}}
    answer = desk.deliver("vapi", question)
    assert (answer.status_code, answer.json()) == (200, {})
    (row,) = desk.logged(1)
    assert row["reason"].startswith("Vapi asks this URL a question that your own server must answer")


def test_a_body_that_is_too_large_is_acknowledged_and_leaves_a_mark(desk: Desk) -> None:
    assert desk.deliver("vapi", b'{"message":"' + b"x" * BODY_MAX + b'"}').status_code == 200
    (row,) = desk.logged(1)
    assert (row["result"], row["platform"], row["interaction_id"]) == ("too_large", "vapi", None)
    big = json.loads(sample("vapi/end-of-call-report").body)
    big["message"]["artifact"] = {**big["message"].get("artifact", {}), "padding": "x" * 3_500_000}
    assert desk.deliver("vapi", big).status_code == 200
    desk.interactions(1)


SECRET = "a-secret-of-retell-that-nobody-knows"


def _signed(body: bytes, secret: str = SECRET, at: float | None = None) -> str:
    ms = str(int((time.time() if at is None else at) * 1000))
    return f"v={ms},d={hmac.new(secret.encode(), body + ms.encode(), hashlib.sha256).hexdigest()}"


def test_signed_deliveries_alone_are_taken_once_a_secret_is_set(desk: Desk) -> None:
    body = json.dumps(retell("call_ended")).encode()
    assert desk.deliver("retell", body).status_code == 200
    (row,) = desk.interactions(1)
    assert row["verified"] is False
    desk.set_secret("retell", SECRET)
    refused = {
        "none": {},
        "wrong": {"x_retell_signature": _signed(body, "another secret")},
        "old": {"x_retell_signature": _signed(body, at=time.time() - 3600)},
        "garbage": {"x_retell_signature": "v=1,d=\xe9"},
    }
    for headers in refused.values():
        address = f"/v1/webhooks/retell/main?key={desk.project.write}"
        raw = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
        answer = desk.server.client().post(
            address, content=body, headers=[(b"content-type", b"application/json"), *raw]
        )
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "INVALID_API_KEY"
        assert answer.json()["error"]["message"].startswith("INVALID_SIGNATURE: ")
    other = json.dumps(retell("call_ended", call_id="call_signed")).encode()
    assert desk.deliver("retell", other, x_retell_signature=_signed(other)).status_code == 200
    rows = {row["external_id"]: row["verified"] for row in desk.interactions(2)}
    assert rows["call_signed"] is True
    states = [row["state"] for row in desk.logged(6) if row["result"] == "refused" and row["event"] is None]
    assert {"missing", "invalid", "expired"} <= set(states)
    books = desk.server.client(desk.project.full).get("/v1/health").json()["books"]
    assert books["rejected"]["INVALID_API_KEY"] >= 4


def test_an_endpoint_may_have_secrets_of_its_own_and_several(desk: Desk) -> None:
    desk.set_secret("retell", SECRET)
    desk.set_secret("retell", "the next one of retell, already active")
    for secret in (SECRET, "the next one of retell, already active"):
        body = json.dumps(retell("call_ended", call_id=f"call_{len(secret)}")).encode()
        statuses = (desk.deliver("retell", body, x_retell_signature=_signed(body, secret)).status_code for _ in count())
        eventually(lambda statuses=statuses: next(statuses) == 200, what="both secrets")  # type: ignore[misc]


BAD: list[tuple[str, bytes, str, int]] = [
    ("vapi", b'{"message":', JSON, 400),
    ("vapi", b'{"message": {"type": "end-of-call-report"}}', JSON, 400),
    ("retell", sample("vapi/end-of-call-report").body, JSON, 400),
    ("twilio", b"\xff\xfe\x00", "application/x-www-form-urlencoded", 400),
    ("zendesk", b"[]", JSON, 400),
    ("vapi", b'{"message":{"type":"a-type-of-tomorrow","call":{"id":"1"}}}', JSON, 200),
    ("generic", b'{"kind":"call"}', JSON, 400),
    ("retell", b"\xe9", JSON, 400),
]


def test_bad_bodies_are_refused_or_noted_and_nothing_is_half_stored(desk: Desk) -> None:
    for platform, body, media, status in BAD:
        answer = desk.deliver(platform, body, media=media)
        assert answer.status_code == status, (platform, body, answer.text)
    rows = desk.logged(len(BAD))
    assert [row["result"] for row in reversed(rows)] == [
        "refused" if status == 400 else "ignored" for *_, status in BAD
    ]
    assert all(row["reason"] for row in rows)
    assert desk.ask("interactions", **EVER)["data"] == []
    assert desk.ask("stats", **EVER)["total_events"] == 0


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/webhooks/nobody/main?key={key}", 404, "NOT_FOUND"),
        ("/v1/webhooks/vapi/a/b?key={key}", 404, "NOT_FOUND"),
        ("/v1/webhooks/vapi/%F0%9F%98%80?key={key}", 400, "INVALID_PAYLOAD"),
        ("/v1/webhooks/vapi/main", 401, "MISSING_API_KEY"),
        ("/v1/webhooks/vapi/main?key=metrone_live_nothing", 401, "INVALID_API_KEY"),
    ],
)
def test_addresses_that_lead_nowhere_say_why(desk: Desk, path: str, status: int, code: str) -> None:
    answer = desk.server.client().post(path.format(key=desk.project.write), json={})
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.headers["x-request-id"]


def test_a_key_that_only_reads_may_not_deliver(desk: Desk) -> None:
    key = desk.server.key(desk.project, "read")
    answer = desk.server.client().post(f"/v1/webhooks/vapi/main?key={key}", json={})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "FORBIDDEN")


def test_a_key_may_travel_as_header_too(desk: Desk) -> None:
    body = sample("retell/call_ended").body
    for headers in ({"X-Api-Key": desk.project.write}, {"Authorization": f"Bearer {desk.project.write}"}):
        answer = desk.server.client().post(
            "/v1/webhooks/retell", content=body, headers={"content-type": JSON, **headers}
        )
        assert answer.status_code == 200


def test_test_keys_tell_of_tests(desk: Desk) -> None:
    key = desk.server.key(desk.project, "write", "--test")
    desk.server.client().post(
        f"/v1/webhooks/retell/main?key={key}", content=sample("retell/call_ended").body, headers={"content-type": JSON}
    ).raise_for_status()
    rows = desk.interactions(1, test="only")
    assert rows[0]["is_test"] is True
    assert desk.ask("ai", **EVER)["totals"]["interactions"]["total"] == 0


def test_one_project_never_sees_the_calls_of_another(desk: Desk) -> None:
    desk.send("retell/call_ended")
    (row,) = desk.interactions(1)
    other = Desk(desk.server, desk.server.project())
    other.send("retell/call_ended")  # the same ids
    (theirs,) = other.interactions(1)
    assert theirs["id"] != row["id"]
    assert other.ask("interaction", id=row["id"])["code"] == "NOT_FOUND"
    assert len(desk.ask("interactions", **EVER)["data"]) == 1
    assert len(desk.logged(1)) == 1


def test_deliveries_are_acknowledged_fast(desk: Desk) -> None:
    took: list[float] = []
    for found in samples():
        start = time.perf_counter()
        desk.send(found)
        took.append(time.perf_counter() - start)
    assert statistics.median(took) < 0.05


def test_words_are_kept_only_where_the_project_has_chosen_to(desk: Desk) -> None:
    desk.send("vapi/end-of-call-report")
    (row,) = desk.interactions(1)
    one = desk.ask("interaction", id=row["id"])
    assert (one["summary"], one["transcript"]) == (None, None)
    desk.server.run("projects", "set", desk.project.id, "--keep-transcripts", "on", "--transcript-days", "7")

    def kept() -> Any:
        desk.send("vapi/end-of-call-report")
        return (found := desk.ask("interaction", id=row["id"]))["transcript"] and found

    found = eventually(kept, what="the transcript")
    assert "@" not in found["transcript"]
    assert not any(part.isdigit() and len(part) > 4 for part in found["transcript"].split())


def test_customers_intents_are_told_from_their_examples(desk: Desk, tmp_path: Any) -> None:
    examples = tmp_path / "examples.jsonl"
    texts = [
        "I would like to adopt a rescue dog from your shelter",
        "we want to adopt one of the shelter dogs",
        "can our family adopt a puppy from the rescue",
    ]
    examples.write_text("\n".join(json.dumps({"intent": "dog_adoption", "text": text}) for text in texts))
    desk.server.run("intents", "teach", desk.project.id, str(examples))
    body = {
        "id": "g-1", "kind": "call", "provider": "acme", "outcome": "completed",
        "summary": "The caller wants to adopt a rescue dog from the shelter.",
    }  # fmt: skip

    def told() -> Any:
        desk.deliver("generic", {**body, "id": f"g-{time.time_ns()}"})
        rows = desk.ask("interactions", **EVER)["data"]
        return [row["intent"] for row in rows if row["intent"] == "dog_adoption"]

    assert eventually(told, 20, what="the project's own intent")


@pytest.mark.parametrize(
    ("signed_for", "headers"),
    [
        ("https://stats.example.com", {}),
        ("https://calls.customer.test", {"Host": "calls.customer.test"}),
        ("https://proxied.test", {"X-Forwarded-Host": "proxied.test", "X-Forwarded-Proto": "https"}),
    ],
)
def test_twilio_signs_the_address_that_its_customer_typed(
    twilio_desk: Desk, signed_for: str, headers: dict[str, str]
) -> None:
    path = f"/v1/webhooks/twilio/main?key={twilio_desk.project.write}"
    call = f"CA{hashlib.md5(signed_for.encode()).hexdigest()}"
    form = {"CallSid": call, "CallStatus": "completed", "CallDuration": "12", "Caller": "", "From": "+15550142201"}
    for host, status in ((signed_for, 200), ("https://elsewhere.test", 401)):
        text = host + path + "".join(name + form[name] for name in sorted(form))
        signature = base64.b64encode(hmac.digest(TOKEN.encode(), text.encode(), hashlib.sha1)).decode()
        answer = twilio_desk.server.client().post(path, data=form, headers={**headers, "X-Twilio-Signature": signature})
        assert answer.status_code == status, answer.text

    def listed() -> list[bool]:
        rows = twilio_desk.ask("interactions", **EVER)["data"]
        return [row["verified"] for row in rows if row["external_id"] == call]

    assert eventually(listed, what="the call") == [True]


TOKEN = "the-primary-auth-token-of-the-account"


@pytest.fixture(scope="module")
def twilio_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A server behind a public address and a proxy, with Twilio's token set."""
    settings = {"METRONE_PUBLIC_URL": "https://stats.example.com", "METRONE_TRUSTED_PROXIES": "127.0.0.1"}
    running = RunningServer(tmp_path_factory.mktemp("twilio"), settings).start()
    desk = Desk(running, running.project())
    desk.set_secret("twilio", TOKEN)
    yield desk
    assert running.stop() == 0
