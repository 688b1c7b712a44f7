"""Exports as no SDK should send them: never an exception, never half a report."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrone.events.incoming import IncomingEvent
from metrone.webhooks.adapter import Refusal
from metrone.webhooks.interaction import Update
from metrone.webhooks.merge import merge
from metrone.webhooks.otlp import Traces, translate_traces
from metrone.webhooks.otlp.span import SPANS_MAX
from tests.webhooks.otlp.dialects import DIALECTS
from tests.webhooks.otlp.exports import JSON, PROTOBUF, Sent, as_json, as_protobuf, sent
from tests.webhooks.samples import ARRIVAL, hashed
from tests.webhooks.test_hostile import STRANGE, changed, leaves

BODIES = {title: as_json(*dialect.spans) for title, dialect in DIALECTS.items()}


def hold(made: Traces | Refusal) -> None:
    """That a translation is whole: every report could be stored and counted as it is."""
    if isinstance(made, Refusal):
        assert made.code in ("INVALID_JSON", "INVALID_PAYLOAD")
        assert made.reason
        return
    assert 0 <= made.dropped <= made.spans
    for report in made.reports:
        update = msgspec.convert(msgspec.to_builtins(report.update), Update)
        assert update == report.update
        assert 0 < len(update.external_id) <= 200
        assert update.provider
        for name in ("started_at", "ended_at", "event_at"):
            value = getattr(update, name)
            assert value is None or 0 < value <= ARRIVAL + 301, name
        assert merge([update]).external_id == update.external_id
        if report.event is not None:
            msgspec.convert(msgspec.to_builtins(report.event), IncomingEvent)
            msgspec.json.encode(report.event)
        msgspec.json.encode(report.talk)


@pytest.mark.parametrize("title", ["today's conventions", "OpenInference"])
def test_every_leaf_may_be_gone_null_or_of_another_type(title: str) -> None:
    body = BODIES[title]
    for path in leaves(json.loads(body)):
        for value in STRANGE:
            hold(translate_traces(changed(body, path, value), JSON, ARRIVAL, hashed))


VALUES: list[Any] = [
    None, "", " ", "x\u0000\u202e", -1, 0, 2**62, 1e308, -1e-9, float("inf"), True, [], {}, [[]], ["x"], "9" * 26, "NaN", "1e999",
    "<script>", "a" * 5000, "[" * 5000, '{"total": []}', "[{}]", '[{"role": 1, "content": [1, {"text": {}}]}]', "john@example.com",
]  # fmt: skip


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_attribute_may_have_any_value(dialect: str) -> None:
    spans = DIALECTS[dialect].spans
    for index, span in enumerate(spans):
        for name in span.attributes:
            for value in VALUES:
                others = {key: kept for key, kept in span.attributes.items() if key != name}
                attributes = others if value is None else others | {name: value}
                altered = [*spans[:index], Sent(attributes, span.id, span.parent), *spans[index + 1 :]]
                hold(sent(*altered, encoding=PROTOBUF))


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)  # a busy machine is no error
@given(st.sampled_from(list(BODIES)), st.data())
def test_any_value_anywhere_is_borne(title: str, data: st.DataObject) -> None:
    body = BODIES[title]
    for _ in range(data.draw(st.integers(1, 3))):
        paths = list(leaves(json.loads(body)))
        if paths:
            body = changed(body, data.draw(st.sampled_from(paths)), data.draw(anything))
    hold(translate_traces(body, JSON, ARRIVAL, hashed))


@settings(deadline=None, max_examples=300)  # a busy machine is no error
@given(st.sampled_from(list(DIALECTS)), st.data())
def test_any_bytes_anywhere_are_borne(title: str, data: st.DataObject) -> None:
    body = bytearray(as_protobuf(*DIALECTS[title].spans))
    for _ in range(data.draw(st.integers(1, 6))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    hold(translate_traces(bytes(body[: data.draw(st.integers(0, len(body)))]), PROTOBUF, ARRIVAL, hashed))


@settings(deadline=None)  # a busy machine is no error
@given(st.binary(max_size=200), st.sampled_from([JSON, PROTOBUF, "text/plain", ""]))
def test_any_body_is_borne(body: bytes, content_type: str) -> None:
    hold(translate_traces(body, content_type, ARRIVAL, hashed))


REFUSED = {
    "no JSON": (b"{", JSON, "INVALID_JSON"),
    "nothing": (b"", JSON, "INVALID_JSON"),
    "deep JSON": (b'{"resourceSpans":' + b"[" * 100_000, JSON, "INVALID_JSON"),
    "a list": (b"[]", JSON, "INVALID_PAYLOAD"),
    "logs": (b'{"resourceLogs": []}', JSON, "INVALID_PAYLOAD"),
    "no protobuf": (b"\x0a\x05abc", PROTOBUF, "INVALID_PAYLOAD"),
    "neither": (b"a=b", "application/x-www-form-urlencoded", "INVALID_PAYLOAD"),
    "many spans": (
        b'{"resourceSpans": [{"scopeSpans": [{"spans": [' + b"{}," * SPANS_MAX + b"{}]}]}]}",
        JSON,
        "INVALID_PAYLOAD",
    ),
}


@pytest.mark.parametrize(("body", "content_type", "code"), REFUSED.values(), ids=REFUSED)
def test_refusals(body: bytes, content_type: str, code: str) -> None:
    made = translate_traces(body, content_type, ARRIVAL, hashed)
    assert isinstance(made, Refusal)
    assert made.code == code


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "APPLICATION/JSON"])
def test_parameters_and_case_of_the_content_type_do_not_matter(content_type: str) -> None:
    made = translate_traces(as_json(Sent({})), content_type, ARRIVAL, hashed)
    assert isinstance(made, Traces)
    assert (made.spans, made.dropped, made.reports) == (1, 1, ())


def test_times_from_the_future_are_not_believed() -> None:
    chat = {"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai"}
    (report,) = sent(Sent(chat, at=5e7)).reports
    assert (report.update.event_at, report.update.started_at, report.update.ended_at) == (ARRIVAL, None, None)
