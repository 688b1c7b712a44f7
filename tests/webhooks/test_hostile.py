"""Bodies as no platform should send them: never an exception, never half a report."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrone.events.incoming import IncomingEvent
from metrone.webhooks.adapter import Adapter, Refusal, Translation
from metrone.webhooks.bodies import FIELDS_MAX
from metrone.webhooks.delivery import Delivery
from metrone.webhooks.interaction import Update
from metrone.webhooks.merge import merge
from metrone.webhooks.registry import ADAPTERS, PLATFORMS
from metrone.webhooks.translation import translate
from tests.webhooks.samples import ARRIVAL, Sample, hashed, one, samples, send

SAMPLES = samples()
JSON = [found for found in SAMPLES if found.path.suffix == ".json"]
FORMS = [found for found in SAMPLES if found.path.suffix == ".form"]
GONE = object()
STRANGE: list[object] = [
    GONE, None, "", " ", "x\u0000\u202e\ud83d", 0, -1, 1e308, -1e-9, 2**80, 12345678901234567890123456, True, False, [], {}, [[]],
    ["x"], {"x": None}, "9" * 26, "9" * 5000, 10**400, "2999-01-01T00:00:00Z", "NaN", "1e999", "true", "<script>", "a" * 5000,
]  # fmt: skip
TIMES = ("started_at", "answered_at", "ended_at", "event_at")


def leaves(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The paths to everything inside a JSON value, objects and lists included."""
    children: Iterator[tuple[str | int, object]] = iter(())
    if isinstance(value, dict):
        children = iter(value.items())
    elif isinstance(value, list):
        children = iter(enumerate(value))
    for key, child in children:
        yield (*path, key)
        yield from leaves(child, (*path, key))


def changed(body: bytes, path: tuple[str | int, ...], value: object) -> bytes:
    """The body with another value (or none) at a path."""
    root: Any = json.loads(body)
    node = root
    for step in path[:-1]:
        node = node[step]
    if value is GONE:
        del node[path[-1]]
    else:
        node[path[-1]] = value
    return json.dumps(root).encode()


def hold(made: Translation | Refusal, adapter: Adapter) -> None:
    """That a translation is whole: every report could be stored and counted as it is."""
    if isinstance(made, Refusal):
        assert made.code in ("INVALID_JSON", "INVALID_PAYLOAD")
        assert made.reason
        return
    assert made.answer.status == 200
    assert not (made.dropped and made.reports)
    for report in made.reports:
        update = msgspec.convert(msgspec.to_builtins(report.update), Update)
        assert update == report.update
        assert update.external_id.strip()
        assert update.provider
        for name in TIMES:
            value = getattr(update, name)
            assert value is None or 0 < value <= ARRIVAL + 301, name
        assert update.duration_sec is None or 0 <= update.duration_sec <= 1e12
        assert update.csat is None or 1 <= update.csat <= 5
        assert merge([update]).external_id == update.external_id
        if report.event is not None:
            msgspec.convert(msgspec.to_builtins(report.event), IncomingEvent)
            msgspec.json.encode(report.event)
        msgspec.json.encode(report.talk)


@pytest.mark.parametrize("found", JSON, ids=lambda found: found.name)
def test_every_leaf_may_be_gone_null_or_of_another_type(found: Sample) -> None:
    for path in leaves(json.loads(found.body)):
        for value in STRANGE:
            hold(send(found, changed(found.body, path, value)), found.adapter)


@pytest.mark.parametrize("found", FORMS, ids=lambda found: found.name)
def test_every_field_may_be_gone_blank_repeated_or_strange(found: Sample) -> None:
    fields = found.body.split(b"&")
    for index, field in enumerate(fields):
        name = field.partition(b"=")[0]
        for value in (
            None,
            b"",
            b"%FF%E4",
            b"-1",
            b"9" * 40,
            b"9" * 5000,
            b"%00",
            b"a" * 5000,
            b"nan",
            b"%",
            b"+",
            b"%E2%80%AE",
        ):
            kept = [*fields[:index], *([] if value is None else [name + b"=" + value]), *fields[index + 1 :]]
            hold(send(found, b"&".join(kept)), found.adapter)
        hold(send(found, b"&".join([*fields, name + b"=again"])), found.adapter)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)  # a busy machine is no error
@given(st.sampled_from(JSON), st.data())
def test_any_value_anywhere_is_borne(found: Sample, data: st.DataObject) -> None:
    body = found.body
    for _ in range(data.draw(st.integers(1, 3))):
        paths = list(leaves(json.loads(body)))
        if paths:
            body = changed(body, data.draw(st.sampled_from(paths)), data.draw(values))
    hold(send(found, body), found.adapter)


@settings(deadline=None)  # a busy machine is no error
@given(st.sampled_from(PLATFORMS), st.binary(max_size=200), st.sampled_from(["application/json", "", "text/xml"]))
def test_any_bytes_are_borne(adapter: Adapter, body: bytes, content_type: str) -> None:
    hold(translate(adapter, Delivery(body, {"content-type": content_type}), ARRIVAL, hashed), adapter)


@pytest.mark.parametrize("adapter", PLATFORMS, ids=lambda adapter: adapter.name)
def test_bodies_of_other_platforms_are_refused_or_dropped(adapter: Adapter) -> None:
    for found in SAMPLES:
        if found.adapter is adapter:
            continue
        headers = {"content-type": "application/json" if found in JSON else "application/x-www-form-urlencoded"}
        made = translate(adapter, Delivery(found.body, headers), ARRIVAL, hashed)
        hold(made, adapter)
        is_form_of_both = {adapter.name, found.adapter.name} == {"twilio", "telnyx"} and found in FORMS
        takes_anything_with_an_id = adapter.name == "generic"
        if not is_form_of_both and not takes_anything_with_an_id:
            assert getattr(made, "reports", ()) == (), f"{found.name} at {adapter.name}"


@pytest.mark.parametrize("found", JSON, ids=lambda found: found.name)
def test_truncated_json_is_refused(found: Sample) -> None:
    for size in (1, len(found.body) // 2, len(found.body.rstrip()) - 1):
        made = send(found, found.body[:size])
        assert isinstance(made, Refusal)
        assert made.code == "INVALID_JSON"


NAMELESS = {
    "vapi/end-of-call-report": ("message", "call", "id"),
    "retell/call_ended": ("call", "call_id"),
    "openai/response.completed": ("data", "id"),
    "anthropic/session.created": ("data", "id"),
    "intercom/conversation.user.created": ("data", "item", "id"),
    "zendesk/ticket.created": ("detail", "id"),
    "generic/ended": ("id",),
}


@pytest.mark.parametrize(("name", "path"), NAMELESS.items())
@pytest.mark.parametrize("value", [GONE, None, "", "two words", "a" * 300, {}, [], True])
def test_without_a_usable_id_nothing_is_told(name: str, path: tuple[str, ...], value: object) -> None:
    found = next(found for found in SAMPLES if found.name == name)
    made = send(found, changed(found.body, path, value))
    assert isinstance(made, Refusal)
    assert made.code == "INVALID_PAYLOAD"
    assert found.adapter.title in made.reason


def test_deep_nesting_is_refused() -> None:
    for body in (b"[" * 100_000, b'{"a":' * 100_000 + b"1" + b"}" * 100_000):
        for adapter in PLATFORMS:
            assert isinstance(translate(adapter, Delivery(body), ARRIVAL, hashed), Refusal)


def test_latin_1_is_read_in_json_and_in_forms() -> None:
    body = '{"message": {"type": "end-of-call-report", "call": {"id": "c1"}, "summary": "Möbel für Jürgen"}}'
    made = translate(ADAPTERS["vapi"], Delivery(body.encode("latin-1")), ARRIVAL, hashed)
    assert isinstance(made, Translation)
    assert made.reports[0].talk.summary == "Möbel für Jürgen"
    form = b"MessageSid=SM1&SmsStatus=received&From=%2B447700900142&Body=Gr\xfc%DFe"
    made = translate(ADAPTERS["twilio"], Delivery(form), ARRIVAL, hashed)
    assert isinstance(made, Translation)
    assert made.reports[0].talk.turns == ("Grüße",)


def test_a_byte_order_mark_and_half_an_emoji_are_borne() -> None:
    body = b'{"event": "chat_started", "chat": {"chat_id": "c1", "transcript": "ok \\ud83d"}}'
    for sent in (body, b"\xef\xbb\xbf" + body):
        assert isinstance(translate(ADAPTERS["retell"], Delivery(sent), ARRIVAL, hashed), Translation)


def test_ids_of_26_digits_stay_whole() -> None:
    body = b'{"type": "zen:event-type:ticket.created", "detail": {"id": 12345678901234567890123456}}'
    made = translate(ADAPTERS["zendesk"], Delivery(body), ARRIVAL, hashed)
    assert isinstance(made, Translation)
    assert made.reports[0].update.external_id == "12345678901234567890123456"


def test_times_from_the_future_are_not_believed() -> None:
    found = next(found for found in SAMPLES if found.name == "anthropic/session.created")
    made = send(found, changed(found.body, ("created_at",), "2031-01-01T00:00:00Z"))
    assert isinstance(made, Translation)
    update = made.reports[0].update
    assert (update.event_at, update.started_at) == (ARRIVAL, None)


def test_a_flood_of_fields_is_cut() -> None:
    form = b"&".join(b"a%d=1" % index for index in range(50_000)) + b"&CallSid=CA1&CallStatus=completed"
    assert isinstance(translate(ADAPTERS["twilio"], Delivery(form), ARRIVAL, hashed), Refusal)
    assert FIELDS_MAX < 50_000


def test_a_list_of_more_than_a_hundred_is_refused() -> None:
    rows = json.dumps([{"id": str(index)} for index in range(101)]).encode()
    assert isinstance(translate(ADAPTERS["generic"], Delivery(rows), ARRIVAL, hashed), Refusal)


def test_false_as_text_is_not_true() -> None:
    assert one("vapi/end-of-call-report@voicemail-2024").update.resolution == "unresolved"
